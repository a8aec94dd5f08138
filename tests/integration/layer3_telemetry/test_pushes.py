"""What a service pushes, seen where it arrives: its times, its pace, what a refusal changes, and which spans."""

from collections import Counter

import pytest

from fixtures import deadlines
from fixtures.background import Background
from fixtures.pushes import CLOCK, Span, faults
from fixtures.tapped import ANSWERS, ASKED, CALLER, CHANCES, INTERVAL, PAUSE, POOL, SAMPLED, UNSAMPLED, Tapped

pytestmark = pytest.mark.pipeline
ONE = "/api/v1/applications/{application_id}"
PROTOBUF = "application/x-protobuf"
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


async def test_refusal_ends_nothing_and_loses_nothing(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)
    refused, taken = seen.pushes[:REFUSED], seen.pushes[REFUSED:]

    lost = {series for each in refused for series in each.growing} - set(taken[-1].growing)

    assert len(taken) > 1
    assert lost == set()


async def test_refusal_and_its_end_are_told_once(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    warned, relieved = Counter(seen.told("warning")), Counter(seen.told("info"))

    # That pushes fail, and that points are rejected: neither is repeated with each push; a busy machine may add one.
    assert len(warned) >= 2, f"warnings that name the receiver: {warned}"
    assert max(warned.values()) < REFUSED, warned
    assert sum(relieved.values()) >= 1, "nobody was told that pushes succeed again"


async def test_pool_is_told_as_large_as_it_was_set(tapped: Background[Tapped]) -> None:
    last = (await told(tapped)).pushes[-1].standing

    assert last["db.client.connection.max", frozenset()] == POOL


async def test_caller_decides_what_is_traced(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    assert len(within(seen, SAMPLED)) == ASKED + 1
    assert {each.parent for each in within(seen, SAMPLED)} == {CALLER}
    assert within(seen, UNSAMPLED) == []


async def test_chance_traces_a_share_of_the_rest(tapped: Background[Tapped]) -> None:
    seen = await told(tapped)

    by_chance = [each for each in seen.spans if each.trace != SAMPLED and each.name == "GET /openapi.json"]

    # Half of 64: all or none is as likely as 64 coins on the same side.
    assert 0 < len(by_chance) < CHANCES
    assert len({each.trace for each in by_chance}) == len(by_chance)
    assert {each.parent for each in by_chance} == {""}


async def test_span_says_what_was_asked_and_how_it_ended(tapped: Background[Tapped]) -> None:
    spans = Counter(
        (each.name, each.attributes.get("http.route"), each.attributes.get("http.response.status_code"), each.failed)
        for each in within(await told(tapped), SAMPLED)
    )

    assert spans == {
        ("GET /openapi.json", "/openapi.json", "200", False): ASKED,
        (f"GET {ONE}", ONE, "503", True): 1,
    }
