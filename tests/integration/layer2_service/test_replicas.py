"""Private replicas: before, without and after their database, all at once, and on their way out."""

import math
from collections import Counter

import httpx
import pytest

from fixtures.disturbances import IMPATIENT, PATIENT, WRITERS
from fixtures.settings import settings
from fixtures.story import Away, Story
from fixtures.witness import INSIDE, Seen

pytestmark = pytest.mark.pipeline
SLACK = 1.5 * settings().slowness
"""Seconds for a request beyond the bounds that the service promises: the way there and back on a busy machine."""
READY_BOUND = 1.0
RECOVERY = 3.0 * settings().slowness
"""The longest pause between two looks for the database is one second."""
STOP = 5.0
BOUND = {
    name: float(given["DATABASE_ACQUIRE_TIMEOUT"]) + float(given["DATABASE_COMMAND_TIMEOUT"])
    for name, given in (("impatient", IMPATIENT), ("patient", PATIENT))
}
OUTAGES = 3
"""Times without database that the impatient replica lived through: before the first, killed, frozen."""
outages = pytest.mark.parametrize("how", ["killed", "frozen"])


def away(story: Story, how: str) -> Away:
    """One of the two times without database."""
    return {"killed": story.killed, "frozen": story.frozen}[how]


def probes(seen: Away, path: str) -> list[Seen]:
    """The answers on one address of the probes."""
    return [each for each in seen.probes if each.asked == f"GET {path}"]


@pytest.mark.parametrize(("path", "status"), [("/health", 200), ("/ready", 503), ("/api/v1/applications", 503)])
async def test_replica_waits_for_its_first_database(story: Story, path: str, status: int) -> None:
    answers = [each for each in story.before if each.asked == f"GET {path}"]

    assert len(answers) == 3
    assert {each.status for each in answers} == {status}, answers
    assert all(each.retry_after for each in answers if status == httpx.codes.SERVICE_UNAVAILABLE), answers


async def test_replicas_that_start_at_once_do_not_stumble(story: Story) -> None:
    stumbles = [
        line
        for line in story.start.database_log.splitlines()
        if any(word in line for word in ("duplicate key", "already exists", "deadlock", "concurrently updated"))
    ]

    assert story.start.waited >= 3, "the replicas never met, so this would prove nothing"
    assert "ready to accept connections" in story.start.database_log, "its log is silent, so this would prove nothing"
    assert stumbles == []


async def test_replicas_that_start_at_once_are_all_ready(story: Story) -> None:
    assert len(story.start.ready_seconds) == 3
    assert max(story.start.ready_seconds) <= RECOVERY, story.start.ready_seconds
    assert {*story.start.tables} >= {"applications", "configurations"}


async def test_one_of_conflicting_writes_wins_across_replicas(story: Story) -> None:
    """A writer that was told 503 as its write was done asks again, and is told then that it comes too late."""
    conflict = story.conflict

    assert conflict.version == 2
    assert conflict.won[-1:] == [200] or conflict.won[-2:] == [503, 412], conflict.won
    assert Counter(each[-1] for each in conflict.lost) == {412: 2 * WRITERS - 1}


async def test_writers_of_a_held_row_are_refused_in_time(story: Story) -> None:
    answers = story.held.answers

    assert answers
    assert story.held.waited >= 1, "no writer met the lock, so this would prove nothing"
    assert story.held.waited <= int(IMPATIENT["DATABASE_POOL_MAX"]), "more sessions wait than the pool may open"
    assert {each.status for each in answers} == {503}, answers
    assert all(each.retry_after for each in answers), answers
    assert [each for each in answers if each.seconds > BOUND[each.replica] + SLACK] == []


async def test_nothing_waits_in_the_database_for_nobody(story: Story) -> None:
    assert story.held.left == 0, (
        f"{story.held.left} sessions still wait for a row that no request wants any more: "
        "such sessions pile up behind a lock until the database takes no more connections"
    )


@outages
async def test_requests_in_flight_get_503_never_500(story: Story, how: str) -> None:
    answers = away(story, how).in_flight

    wrong = [each for each in answers if each.status != httpx.codes.SERVICE_UNAVAILABLE or not each.retry_after]

    assert len(answers) >= WRITERS
    assert wrong == [], f"{len(wrong)} of {len(answers)} in flight when the database was {how}: {wrong[:2]}"


@outages
async def test_requests_without_database_get_503_never_500(story: Story, how: str) -> None:
    answers = away(story, how).meanwhile

    wrong = [each for each in answers if each.status != httpx.codes.SERVICE_UNAVAILABLE or not each.retry_after]

    assert answers
    assert wrong == [], f"{len(wrong)} of {len(answers)} while the database was {how}: {wrong[:2]}"


@outages
async def test_refusal_is_a_problem_that_reveals_nothing(story: Story, how: str) -> None:
    answers = [*away(story, how).in_flight, *away(story, how).meanwhile, *probes(away(story, how), "/ready")]

    kinds = {each.kind for each in answers}
    shown = " ".join({each.text for each in answers}).lower()

    assert kinds == {"application/problem+json"}, answers
    assert [word for word in INSIDE if word in shown] == [], shown[:500]


@outages
async def test_requests_without_database_are_bounded_in_time(story: Story, how: str) -> None:
    seen = away(story, how)

    late = [each for each in [*seen.in_flight, *seen.meanwhile] if each.seconds > BOUND[each.replica] + SLACK]

    assert late == [], f"bounds are {BOUND} s (acquire + command timeout) and {SLACK} s of slack"


@outages
async def test_health_stays_while_ready_goes(story: Story, how: str) -> None:
    alive, ready = probes(away(story, how), "/health"), probes(away(story, how), "/ready")

    assert {each.status for each in alive} == {200}, alive
    assert {each.status for each in ready} == {503}, ready
    assert all(1 <= int(each.retry_after or 0) <= 30 for each in ready), ready
    assert max(each.seconds for each in ready) <= READY_BOUND + SLACK, ready


@outages
async def test_service_recovers_soon_after_its_database(story: Story, how: str) -> None:
    seen = away(story, how)

    assert seen.recovered_seconds <= RECOVERY
    assert {each.status for each in seen.afterwards} == {200}, seen.afterwards


@outages
async def test_refused_writes_changed_nothing(story: Story, how: str) -> None:
    before, after = away(story, how).versions

    assert after == before, f"a write that was answered 503 while the database was {how} happened nevertheless"


async def test_service_recovers_without_a_restart(story: Story) -> None:
    before, after = story.processes

    assert len(before) == 2
    assert after == before, "process, start or restart count of a replica changed while its database was away"


async def test_nothing_was_a_fault_of_the_service(story: Story) -> None:
    assert story.faults == [], story.faults[0]


async def test_nothing_is_said_of_rows_while_nobody_knows(story: Story) -> None:
    assert len(story.killed.stored) == 2
    assert [each for each in story.killed.stored if not math.isnan(each)] == [], "config_service_stored, no database"


async def test_rows_are_known_again_with_the_database(story: Story) -> None:
    rows = {name: seen["rows"] for name, seen in story.rest.items()}

    assert all(each >= 1 for each in rows.values()), f"config_service_stored after {OUTAGES} outages: {rows}"


async def test_each_refusal_is_counted(story: Story) -> None:
    assert all(seen >= WRITERS for seen, _, _ in story.refused.values()), story.refused
    wrong = {name: counts for name, counts in story.refused.items() if len(set(counts)) != 1}
    assert wrong == {}, "503 that clients saw, by the histogram of requests, by the counter of operations"


async def test_nothing_is_left_when_nothing_is_asked(story: Story) -> None:
    gauges = {name: {key: seen[key] for key in ("active", "used", "pending")} for name, seen in story.rest.items()}

    assert gauges == {name: {"active": 1, "used": 0, "pending": 0} for name in ("impatient", "patient")}, (
        "after time-outs and refusals; the one active request is the look itself"
    )


async def test_each_connection_taken_served_a_statement(story: Story) -> None:
    counts = {name: (seen["connections taken"], seen["statements"]) for name, seen in story.rest.items()}

    # A wait that ended without a connection took none, and a statement that failed was one.
    assert all(0 < taken <= statements for taken, statements in counts.values()), (
        f"connections taken, by the wait for one, and statements: {counts}"
    )


async def test_outage_is_told_once(story: Story) -> None:
    warned = Counter(each["message"] for each in story.logs["impatient"] if each["level"] == "warning")
    told = Counter(each["message"] for each in story.logs["impatient"])

    # An outage may be noticed as two on a busy machine; that no try of many is told singly can be seen all the same.
    assert 2 <= max(warned.values()) <= 2 * OUTAGES - 1, f"warnings in {OUTAGES} outages: {warned}"
    assert max(told.values()) <= 2 * OUTAGES - 1, f"events in {OUTAGES} outages, with many requests in each: {told}"


@pytest.mark.parametrize("replica", ["impatient", "patient"])
async def test_unreachable_collector_is_told_once(story: Story, replica: str) -> None:
    told = [each for each in story.logs[replica] if each["level"] == "warning" and ":4318" in str(each)]

    assert len(told) == 1, f"nobody listens where it pushes to, many times; its log names that address in {told}"


async def test_stop_lets_requests_in_flight_finish(story: Story) -> None:
    assert story.drained.in_flight is not None
    assert story.drained.in_flight.status == httpx.codes.OK, story.drained.in_flight
    assert story.drained.version == 2


@pytest.mark.parametrize("how", ["drained", "hung"])
async def test_stop_ends_in_time_with_exit_code_zero(story: Story, how: str) -> None:
    stop = {"drained": story.drained, "hung": story.hung}[how]

    assert stop.exit_code == 0, f"{how}: 137 is a kill, 143 an unhandled SIGTERM; {stop}"
    assert stop.seconds <= STOP, stop
