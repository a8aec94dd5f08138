"""Private replicas while all is well: each keeps to its own settings, sees the others' writes, and survives a fault."""

import httpx
import pytest

from fixtures.disturbances import DOOMED, IMPATIENT, PATIENT
from fixtures.siblings import NAMES, UNUSABLE
from fixtures.story import Story
from fixtures.witness import INSIDE

pytestmark = pytest.mark.pipeline
ONE, ALL = "/api/v1/applications/{application_id}", "/api/v1/applications"
ONE_OF, ALL_OF = f"{ONE}/configurations/{{configuration_id}}", f"{ONE}/configurations"
SUCCESSES = {
    *((method, path, status) for path in (ALL, ALL_OF) for method, status in (("POST", "201"), ("GET", "200"))),
    *((m, p, s) for p in (ONE, ONE_OF) for m, s in (("GET", "200"), ("PUT", "200"), ("DELETE", "204"))),
}
"""How each operation ends well."""


async def test_successes_are_counted_before_they_happen(story: Story) -> None:
    born = {key: story.born.get(key) for key in SUCCESSES}

    # Without its series at 0 the first answer of a kind would be invisible to `rate` and `increase`.
    assert born == dict.fromkeys(SUCCESSES, 0), "counts of answers before anything was asked"


async def test_pool_opens_what_it_was_told(story: Story) -> None:
    wanted = {"impatient": IMPATIENT["DATABASE_POOL_MIN"], "patient": PATIENT["DATABASE_POOL_MIN"]}

    assert story.siblings.opened == {name: float(number) for name, number in wanted.items()}, "open at the start"


async def test_document_limit_is_what_it_was_told(story: Story) -> None:
    limit = int(IMPATIENT["DOCUMENT_LIMIT_BYTES"])
    wanted = {("impatient", limit): 201, ("impatient", limit + 1): 413, ("patient", limit): 201}

    assert story.siblings.documents == wanted | {("patient", limit + 1): 201}, "by replica and size of the document"


async def test_unusable_environment_is_refused_by_name(story: Story) -> None:
    code, said = story.siblings.misled

    assert code == 2, f"a process with {UNUSABLE} ended with {code}: {said}"
    assert [name for name in UNUSABLE if f"{name}: " not in said] == [], said
    assert [value for value in ("many", "/nowhere", "zipkin", "perhaps") if value in said] == [], said


async def test_order_of_names_is_no_language_s(story: Story) -> None:
    assert story.siblings.listed == sorted(NAMES), "in a database that sorts by the rules of English"


async def test_replica_sees_at_once_what_another_wrote(story: Story) -> None:
    assert story.siblings.shared == [1, 2, ["new"], 404], "version when made and replaced, names listed, when deleted"


async def test_log_keeps_to_its_level(story: Story) -> None:
    levels = {each["level"] for each in story.logs["doomed"]}

    assert "warning" in levels, levels
    assert levels <= {"warning", "error", "critical"}, f"in spite of LOG_LEVEL={DOOMED['LOG_LEVEL']}"


async def test_fault_is_answered_without_its_reason(story: Story) -> None:
    answer, shown = story.fault.answer, story.fault.answer.text.lower()

    assert (answer.status, answer.kind) == (500, "application/problem+json"), answer
    assert [word for word in (*INSIDE, "configurations") if word in shown] == [], shown[:500]


async def test_fault_is_counted_as_one(story: Story) -> None:
    assert story.fault.counted == (1, 1), "by how much answers 500 and operations with the outcome error grew"
    assert 0 < story.fault.seconds <= story.fault.answer.seconds, "seconds measured by the service and by the client"
    assert (story.fault.rest["active"], story.fault.rest["used"]) == (1, 0), story.fault.rest


async def test_fault_is_told_with_its_place_and_is_over(story: Story) -> None:
    told = [each for each in story.logs["impatient"] if each["level"] == "error"]

    assert any("Traceback" in each.get("exception", "") for each in told), f"errors in the log: {told}"
    assert story.fault.afterwards.status == httpx.codes.NOT_FOUND, story.fault.afterwards
