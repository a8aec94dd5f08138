"""The same fact at every station, exactly equal: client, service, database, Collector, Prometheus by both paths."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from functools import partial

import asyncpg
import httpx
import pytest
import pytest_asyncio

from fixtures import deadlines
from fixtures.data import unique
from fixtures.ledger import Page, Station, balance
from fixtures.measured import Fact, Stations, exposed, instance
from fixtures.prometheus import Prometheus
from fixtures.things import APPLICATIONS, rows

pytestmark = pytest.mark.pipeline
TIMES = 37
MISSED = Fact(
    "http_server_request_duration_seconds_count",
    {
        "http_request_method": "GET",
        "http_route": f"{APPLICATIONS}/{{application_id}}",
        "http_response_status_code": "404",
    },
)
CREATED = Fact(
    "config_service_operations_total", {"entity": "application", "operation": "create", "outcome": "success"}
)
ENTITIES = ("application", "configuration")

Pages = Mapping[str, "asyncio.Task[Page]"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pages(
    api: httpx.AsyncClient,
    collector: httpx.AsyncClient,
    prometheus: Prometheus,
    database: "asyncpg.Pool[asyncpg.Record]",
) -> AsyncIterator[Pages]:
    """What was done once, on its way through all stations at the same time; its rows stay until all have been read."""
    stations, prefix = Stations(api, collector, prometheus, await instance(api)), unique("ledger")
    await api.get(f"{APPLICATIONS}/{uuid.uuid4()}")
    missed_before, created_before = await exposed(api, MISSED), await exposed(api, CREATED)
    answers = [await api.get(f"{APPLICATIONS}/{uuid.uuid4()}") for _ in range(TIMES)]
    made = [await api.post(APPLICATIONS, json={"name": f"{prefix}-{n}"}) for n in range(TIMES)]
    await api.post(f"{made[0].headers['location']}/configurations", json={"name": prefix, "document": {}})

    async def named() -> float:
        query = "SELECT count(*) FROM applications WHERE starts_with(name, $1)"
        return float(await database.fetchval(query, prefix))

    missed = sum(each.status_code == httpx.codes.NOT_FOUND for each in answers)
    created = sum(each.status_code == httpx.codes.CREATED for each in made)
    ways = {
        "answered GET 404": stations.along(MISSED, since=missed_before, client=missed),
        "created applications": stations.along(CREATED, since=created_before, client=created),
    }
    ways["created applications"].insert(1, Station("rows in PostgreSQL", named))
    for entity in ENTITIES:
        stored = Fact("config_service_stored", {"entity": entity})
        ways[f"stored {entity}s"] = stations.along(stored, since=0, client=0)
        ways[f"stored {entity}s"][0] = Station("rows in PostgreSQL", partial(rows, database, entity))
    tasks = {
        fact: asyncio.create_task(balance("flow", fact, way, within=deadlines.PUSHED)) for fact, way in ways.items()
    }
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    for each in made:
        await api.delete(each.headers["location"])


@pytest.mark.parametrize("fact", ["answered GET 404", "created applications"])
async def test_what_was_done_is_equal_at_every_station(pages: Pages, fact: str) -> None:
    assert (await pages[fact]).entries[0].value == TIMES


@pytest.mark.parametrize("entity", ENTITIES)
async def test_stored_rows_are_equal_at_every_station(pages: Pages, entity: str) -> None:
    assert (await pages[f"stored {entity}s"]).entries[0].value >= 1
