"""What a service pushes, seen where it arrives: its times, its pace, what a refusal changes, and which spans."""

from collections import Counter

import pytest

from fixtures import deadlines
from fixtures.background import Background
from fixtures.pushes import CLOCK, LATE, Span, faults
from fixtures.tapped import (
    ANSWERS,
    ASKED,
    AWAY,
    CALLER,
    CHANCES,
    DESCRIPTION,
    INTERVAL,
    LAST,
    NAME,
    OUTAGES,
    PAUSE,
    POOL,
    REFUSES,
    SAMPLED,
    STORED,
    UNSAMPLED,
    Tapped,
)
from fixtures.things import APPLICATIONS

pytestmark = pytest.mark.pipeline
ONE = f"{APPLICATIONS}/{{application_id}}"
PROTOBUF = "application/x-protobuf"
SERVED = ("http.request.method", "http.route", "http.response.status_code")
KINDS = {
    "SERVER": frozenset(SERVED),
    "CLIENT": frozenset({"db.system.name", "db.operation.name", "db.query.text"}),
}
FAILED = {"error.type"}
"""What a statement that failed says besides: the class of the error, and nothing of its words."""
MAKER = ("service.name", "service.instance.id", "service.version")
WORKED = [
    (f"POST {APPLICATIONS}", "POST", APPLICATIONS, "201", False),
    (f"POST {APPLICATIONS}", "POST", APPLICATIONS, "409", False),
    (f"GET {ONE}/configurations", "GET", f"{ONE}/configurations", "500", True),
    (f"GET {ONE}", "GET", ONE, "200", False),
    (f"GET {ONE}", "GET", ONE, "404", False),
]
"""What was asked of the database within the sampled trace: name, method, route, status, failed."""
REFUSED = ANSWERS.index("200.3")
AT_ONCE = 1.5
"""Intervals that the number of pushes may be ahead of the clock, since the first of them came late."""


async def told(tapped: Background[Tapped]) -> Tapped:
    """What was seen."""
    return await tapped.result(2 * deadlines.VISIBLE)


def within(seen: Tapped, trace: str) -> list[Span]:
    """The spans of a trace."""
    return [each for each in seen.spans if each.trace == trace]


async def test_pushes_are_true_in_time_and_count(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    wrong = faults(seen.pushes, seen.began)

    assert len(seen.pushes) > len(ANSWERS)
    assert wrong == [], "\n".join(wrong)


async def test_each_body_goes_where_its_kind_belongs(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    assert {(each.path, each.type) for each in seen.posts} == {("/v1/metrics", PROTOBUF), ("/v1/traces", PROTOBUF)}


async def test_pace_is_the_interval_whatever_is_answered(tapped: Background[Tapped]) -> None:
    pushes = (await told(tapped)).pushes

    lasted = pushes[-1].received - pushes[0].received

    assert (len(pushes) - 1) <= lasted / INTERVAL + AT_ONCE, f"{len(pushes)} pushes in {lasted:.2f} s: none is repeated"
    # A push that a busy machine misses is skipped, never made up for.
    assert lasted / INTERVAL <= 5 * (len(pushes) - 1), f"{len(pushes)} pushes in {lasted:.2f} s"


async def test_receiver_that_asks_for_a_pause_gets_it(tapped: Background[Tapped]) -> None:
    first, second, *_ = (await told(tapped)).pushes

    assert second.received - first.received > PAUSE - CLOCK / 2, f"Retry-After: {PAUSE}, the interval is {INTERVAL}"


async def test_receiver_that_never_answers_is_let_go(tapped: Background[Tapped]) -> None:
    pushes, hung = (await told(tapped)).pushes, ANSWERS.index("hang")

    waited = pushes[hung + 1].received - pushes[hung].received

    assert waited <= LATE, f"{waited:.1f} s until the next push, the interval is {INTERVAL}"


async def test_refusal_ends_nothing_and_loses_nothing(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)
    refused, taken = seen.pushes[:REFUSED], seen.pushes[REFUSED:]

    lost = {series for each in refused for series in each.growing} - set(taken[-1].growing)

    assert len(taken) > 1
    assert lost == set()


async def test_each_refusal_and_its_end_are_told_once(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    warned, relieved = Counter(seen.told("warning")), Counter(seen.told("info"))

    # That pushes fail, and that points are rejected: neither is repeated with each push; a busy machine may add one.
    assert len(warned) == 2, f"warnings that name the receiver: {warned}"
    assert {OUTAGES <= times <= OUTAGES + 1 for times in warned.values()} == {True}, warned
    assert OUTAGES <= sum(relieved.values()) <= OUTAGES + 1, f"that pushes succeed again: {relieved}"
    warnings = [str(each) for each in seen.events if each["level"] == "warning"]
    first = [ANSWERS[0].partition("~")[0], REFUSES[0]]
    assert [each for each in first if not any(each in one for one in warnings)] == [], "answers that no warning names"


async def test_answer_that_otlp_does_not_know_ends_nothing(tapped: Background[Tapped]) -> None:
    pushes = (await told(tapped)).pushes

    assert len(pushes) > ANSWERS.index("200?") + 1, "no push came after such an answer"


async def test_rows_are_told_while_they_are_known_and_no_longer(tapped: Background[Tapped]) -> None:
    pushes = (await told(tapped)).pushes

    rows = [each.standing[STORED] for each in pushes if STORED in each.standing]

    assert rows
    assert rows[-1] == 1
    # What is merely left out keeps its last value at the receiver, for minutes.
    assert STORED in pushes[-1].gone, "the database is away, and nothing says that its rows are known no more"


async def test_pool_is_told_as_large_as_it_was_set(tapped: Background[Tapped]) -> None:
    last = (await told(tapped)).pushes[-1].standing

    assert last["db.client.connection.max", frozenset()] == POOL


async def test_caller_decides_what_is_traced(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    served = [each for each in within(seen, SAMPLED) if each.kind == "SERVER"]

    assert len(served) == ASKED + len(WORKED)
    assert {each.parent for each in served} == {CALLER}
    assert within(seen, UNSAMPLED) == []


async def test_chance_traces_a_share_of_the_rest(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    by_chance = [each for each in seen.spans if each.trace not in (SAMPLED, LAST) and each.name == "GET /openapi.json"]

    # Half of 64: all or none is as likely as 64 coins on the same side.
    assert 0 < len(by_chance) < CHANCES
    assert len({each.trace for each in by_chance}) == len(by_chance)
    assert {each.parent for each in by_chance} == {""}


async def test_span_says_what_was_asked_and_how_it_ended(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)
    spans = Counter(
        (each.name, *(each.attributes.get(key) for key in SERVED), each.failed)
        for each in [*within(seen, SAMPLED), *within(seen, AWAY)]
        if each.kind == "SERVER"
    )

    assert spans == Counter(
        {
            ("GET /openapi.json", "GET", "/openapi.json", "200", False): ASKED,
            **dict.fromkeys(WORKED, 1),
            (f"GET {ONE}", "GET", ONE, "503", True): 1,
        }
    )


async def test_statement_is_a_span_of_its_request(tapped: Background[Tapped]) -> None:
    spans = within(await told(tapped), SAMPLED)
    requests = {each.id: each.name for each in spans if each.kind == "SERVER"}

    statements = Counter(
        (requests.get(each.parent), each.name, each.attributes.get("db.operation.name"), each.failed)
        for each in spans
        if each.kind == "CLIENT"
    )

    assert statements == {
        (f"POST {APPLICATIONS}", "INSERT", "INSERT", False): 1,
        (f"POST {APPLICATIONS}", "INSERT", "INSERT", True): 1,
        (f"GET {ONE}", "SELECT", "SELECT", False): 2,
        (f"GET {ONE}/configurations", "SELECT", "SELECT", True): 1,
    }
    assert {each.attributes["db.system.name"] for each in spans if each.kind == "CLIENT"} == {"postgresql"}
    texts = [each.attributes["db.query.text"] for each in spans if each.kind == "CLIENT"]
    assert [each for each in texts if " applications" not in each and " configurations" not in each] == []


async def test_span_tells_nothing_of_what_people_sent(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    said = {kind: {frozenset(each.attributes) - FAILED for each in seen.spans if each.kind == kind} for kind in KINDS}

    assert said == {kind: {keys} for kind, keys in KINDS.items()}, "attributes by kind of span"
    assert [each for each in seen.spans if each.words] == [], "an error's words carry what people sent"
    assert [each for each in seen.spans if NAME in str(each) or DESCRIPTION in str(each)] == []


async def test_span_is_of_its_time_and_its_maker(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    wrong = [each for each in seen.spans if not seen.began - CLOCK <= each.began <= each.ended <= each.received + CLOCK]

    assert wrong == [], f"the process began at {seen.began}"
    who = {tuple(each.resource.get(key) for key in MAKER) for each in seen.spans}
    assert who == {tuple(seen.pushes[0].resource[key] for key in MAKER)}, "who made the spans, and who the metrics"


async def test_last_spans_arrive_when_the_service_is_stopped(tapped: Background[Tapped]) -> None:
    assert [each.name for each in within(await told(tapped), LAST)] == ["GET /openapi.json"]
