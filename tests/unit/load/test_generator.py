"""The open loop: exact counts, latency from the intended start, drops, failures, stops, and runs that do not count."""

import asyncio
import gc
import signal
import time
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import pytest
from aiohttp import web

from tests.load.generator import Progress, run
from tests.load.result import Result
from tests.load.scenario import Scenario
from tests.load.schedule import Kind, Stage, arrivals
from tests.unit.load.conftest import STALL, Bare
from tests.unit.load.memory import Memory, reads

READS: Mapping[str, int] = {"read_configuration": 1}


def wanted(rate: float, seconds: float, mix: Mapping[str, int] | None = None, **more: Any) -> Scenario:
    return Scenario("test", "a claim", [Stage(seconds=seconds, rate=rate)], mix or {}, **more)


def accounted(result: Result) -> bool:
    """Every arrival is somewhere, once, in the sums, the operations and the seconds alike."""
    unanswered = sum(each.unanswered for each in result.operations.values())
    sums = [result.scheduled, result.sent, result.answered, result.dropped]
    by_second = [
        sum(getattr(each, name) for each in result.seconds) for name in ("offered", "sent", "answered", "dropped")
    ]
    return (
        result.scheduled == result.sent + result.dropped
        and result.sent == result.answered + unanswered
        and result.sent == sum(each.sent for each in result.operations.values()) == result.lag.count
        and sums == by_second
        and sum(result.errors.values()) == sum(each.errors for each in result.seconds)
    )


async def test_every_arrival_of_the_schedule_is_sent_and_answered(bare: Bare) -> None:
    result = await run(bare.url, wanted(200, 0.5))

    assert (result.scheduled, result.sent, result.answered, result.dropped, result.cut) == (100, 100, 100, 0, 0)
    assert accounted(result)
    assert result.errors == {}


async def test_nothing_is_sent_before_it_is_due(bare: Bare) -> None:
    result = await run(bare.url, wanted(100, 0.4))

    assert result.ended - result.began >= 0.4
    due, sent = (accumulate(getattr(each, name) for each in result.seconds) for name in ("offered", "sent"))
    assert all(each >= other for each, other in zip(due, sent, strict=True))
    assert result.offered_per_s == pytest.approx(100)


async def test_stall_is_shown_in_full_and_recovered_from(bare: Bare) -> None:
    """The target stalls from the first second on; whoever waited for it, or came meanwhile, is told how long."""
    asked: list[Progress] = []

    def stall(progress: Progress) -> None:
        if not asked:
            bare.process.signal(signal.SIGUSR1)
        asked.append(progress)

    result = await run(bare.url, wanted(100, 3), watch=stall)

    assert result.answered == result.sent == result.scheduled == 300
    assert STALL - 0.05 < (result.latency.quantile(0.99) or 0) < STALL + 0.5
    assert sum(each.latency.count for each in result.seconds if (each.max_s or 0) > STALL / 2) > 80
    assert (result.seconds[2].p50_s or 0) < STALL / 4
    assert [round(each.elapsed) for each in asked] == [1, 2, 3][: len(asked)]


async def test_latency_counts_from_the_intended_start(memory: Memory) -> None:
    """A loop that is kept busy sends late; the service time does not know of it, the latency does."""
    busy = iter([time.sleep])

    def distract(request: web.Request) -> int:
        if reads(request) and (sleep := next(busy, None)):
            sleep(0.3)
        return 0

    memory.fail = distract

    result = await run(memory.url, wanted(100, 0.6, READS))

    assert result.late > 20
    assert (result.lag.longest or 0) > 0.25
    assert (result.latency.quantile(0.8) or 0) > (result.service_time.quantile(0.8) or 0)


async def test_arrival_without_a_place_is_dropped_and_counted(memory: Memory) -> None:
    memory.waits = reads

    result = await run(memory.url, wanted(100, 0.4, READS, in_flight=5, timeout=1.5))

    assert (result.scheduled, result.sent, result.dropped) == (40, 5, 35)
    assert result.errors == {"timed out": 5}
    assert accounted(result)


async def test_request_that_is_given_up_counts_with_the_time_waited(memory: Memory) -> None:
    memory.waits = reads

    result = await run(memory.url, wanted(50, 0.2, READS, timeout=0.3))

    assert result.errors == {"timed out": 10}
    assert result.answered == 0
    assert (result.latency.quantile(0.0) or 0) >= 0.299
    assert accounted(result)


async def test_status_that_was_not_wished_for_is_an_error_with_its_latency(memory: Memory) -> None:
    memory.fail = lambda request: 500 if reads(request) else 0

    result = await run(memory.url, wanted(50, 0.2, READS))

    assert result.errors == {"status 500": 10}
    assert result.answered == result.latency.count == 10
    assert result.operations["read_configuration"].statuses == {500: 10}


async def test_status_that_the_scenario_wishes_for_is_no_error(memory: Memory) -> None:
    memory.fail = lambda request: 503 if reads(request) else 0

    result = await run(memory.url, wanted(50, 0.2, READS, also_wished=(503,)))

    assert result.errors == {}
    assert result.operations["read_configuration"].statuses == {503: 10}


async def test_connection_cut_before_the_answer_is_an_error_by_name(memory: Memory) -> None:
    def cut(request: web.Request) -> int:
        if reads(request) and request.transport:
            request.transport.abort()
        return 0

    memory.fail = cut

    result = await run(memory.url, wanted(50, 0.2, READS))

    assert result.errors == {"cut off before the answer": 10}
    assert (result.sent, result.answered, result.latency.count) == (10, 0, 0)
    assert accounted(result)


@pytest.mark.parametrize("kind", ["constant", "poisson"])
async def test_stop_cuts_exactly_what_is_not_due(bare: Bare, kind: Kind) -> None:
    scenario = wanted(100, 30, arrivals=kind, seed=5)
    stop = asyncio.Event()

    result = await run(bare.url, scenario, watch=lambda _: stop.set(), stop=stop)

    due = [each for each in arrivals(scenario.stages, kind, 5) if each < result.ended - result.began]
    assert 1 < result.ended - result.began < 5
    assert result.scheduled == result.answered == pytest.approx(len(due), abs=40)
    assert result.scheduled + result.cut == len(list(arrivals(scenario.stages, kind, 5)))
    assert accounted(result)


async def test_stop_waits_a_moment_for_answers_and_no_longer(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.load.flight.STOP_GRACE", 0.2)
    memory.waits = reads
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, stop.set)

    result = await run(memory.url, wanted(100, 30, READS, timeout=30), stop=stop)

    assert result.errors == {"stopped before the answer": result.sent}
    assert result.ended - result.began < 5
    assert accounted(result)
    assert memory.applications == []


async def test_cancelled_run_removes_its_data(memory: Memory) -> None:
    running = asyncio.create_task(run(memory.url, wanted(100, 30, {"create_application": 1})))
    asyncio.get_running_loop().call_later(0.3, running.cancel)

    with pytest.raises(asyncio.CancelledError):
        await running

    assert any(method == "POST" for method, _, _ in memory.answered)
    assert memory.applications == []


async def test_data_is_still_there_when_the_load_is_over(memory: Memory) -> None:
    seen: list[int] = []

    async def loaded() -> None:
        seen.append(len(memory.applications))

    await run(memory.url, wanted(50, 0.2, {"create_application": 1}), loaded=loaded)

    assert seen == [14]
    assert memory.applications == []


async def test_run_whose_loop_is_blocked_is_invalid(bare: Bare) -> None:
    loop = asyncio.get_running_loop()
    for moment in range(6):
        loop.call_later(moment / 5, time.sleep, 0.12)

    result = await run(bare.url, wanted(50, 0.8))

    assert any("the generator's event loop was" in reason for reason in result.invalid)
    assert result.health.loop_lag_p99_s > 0.05


async def test_run_leaves_garbage_collection_as_it_was(bare: Bare) -> None:
    before = gc.get_threshold()

    await run(bare.url, wanted(50, 0.1))

    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()
