"""The rows of one run in PostgreSQL: what its client made and did not delete is there, and nothing of it afterwards."""

from collections.abc import Mapping

from fixtures.grafana.causes import Database
from fixtures.ledger import Entry, Page
from tests.load.result import Result

_ROWS: Mapping[str, str] = {
    "application": "SELECT count(*) FROM applications WHERE starts_with(name, $1)",
    "configuration": """
        SELECT count(*) FROM configurations JOIN applications ON applications.id = application_id
        WHERE starts_with(applications.name, $1)""",
}
CREATED, DELETED = 201, 204


async def rows(database: Database, name: str, label: str) -> Mapping[str, int]:
    """Return how many rows of each entity a run has in the database of that name."""
    async with database.session(name) as session:
        return {entity: int(await session.fetchval(query, f"load-{label}-")) for entity, query in _ROWS.items()}


def remaining(result: Result, entity: str) -> tuple[int, int]:
    """Return the fewest and the most rows of an entity that there can be before the run's data is removed.

    Deletes around the schedule are those of the removal; a request without an answer may have done its work or not.
    """
    least = most = 0
    for each in result.operations.values():
        if each.entity == entity and each.operation == "create":
            made = each.answers[CREATED]
            least, most = least + made, most + made + each.unanswered
        if each.entity == entity and each.operation == "delete":
            gone = each.statuses.get(DELETED, 0)
            least, most = least - gone - each.unanswered, most - gone
    return least, most


def row_pages(result: Result, kept: Mapping[str, int], after: Mapping[str, int]) -> list[Page]:
    """Return two pages for each entity: rows while they were kept, and rows after the removal."""
    found = []
    for entity in _ROWS:
        least, most = remaining(result, entity)
        truth = min(max(kept[entity], least), most)
        name = "created less deleted"
        if least != most:
            name += f" ({least} to {most}: some without an answer)"
        entries = [Entry(name, truth, agrees=True), Entry("rows in PostgreSQL", kept[entity], kept[entity] == truth)]
        found.append(Page(f"rows: {entity}s of the run", entries))
        gone = [Entry("removed", 0, agrees=True), Entry("rows in PostgreSQL", after[entity], after[entity] == 0)]
        found.append(Page(f"rows: {entity}s after its removal", gone))
    return found
