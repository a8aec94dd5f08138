"""Living through one scenario: load from a process of its own, and beside it an eye on all that the stack does."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from fixtures import deadlines
from fixtures.collector import settled_points
from fixtures.errors import Unmet
from fixtures.ledger import Page
from fixtures.measured import Fact, exposed
from fixtures.polling import eventually
from tests.load.proof.accounts import claims
from tests.load.proof.alarms import ARRIVES, TICK, Alarms, expectations
from tests.load.proof.beat import beating
from tests.load.proof.book import Reading, balanced
from tests.load.proof.course import Course
from tests.load.proof.endurance import Life, changed, complained, interrupted, lives
from tests.load.proof.following import LAG, RATE_WINDOW, WORKING, back
from tests.load.proof.ground import Ground
from tests.load.proof.history import containers, remember
from tests.load.proof.offered import rise
from tests.load.proof.pool import Held, hold
from tests.load.proof.probes import Attendance, attending
from tests.load.proof.process import Engine, Generator, generating
from tests.load.proof.rows import row_pages, rows
from tests.load.proof.seeing import Seeing, Watcher
from tests.load.proof.sights import SHOWN_AFTER, sights
from tests.load.result import Result
from tests.load.scenario import Profile, Scenario
from tests.load.schedule import duration

IDLE = RATE_WINDOW + LAG - 1.0
"""Seconds without load before a run begins to start: most of the CPU that it is compared with is averaged over them."""
RETURNS_WITHIN = (RATE_WINDOW + LAG + 4.0) * deadlines.SLOWNESS
"""Seconds from the end of load until CPU is back: the window it is averaged over, the lag, the removal of rows."""
LOOKS_EVERY = 1.0
"""Seconds between two looks at the panels and the alerts."""
LOSSES = ("otelcol_receiver_refused_metric_points_total", "otelcol_exporter_send_failed_metric_points_total")
WAITED = Fact("db_client_connection_wait_time_seconds_count", {})
WAITED_SHORTLY = Fact("db_client_connection_wait_time_seconds_bucket", {"le": "0.5"})


@dataclass(frozen=True)
class Stand:
    """How things stood at a Unix time: what the service had counted, each container's life, losses, long waits."""

    time: float
    counted: Reading
    lives: Mapping[str, Life]
    lost: float
    waited: float


@dataclass(frozen=True)
class Run:
    """What was seen while load ran, and the ledger just after it."""

    result: Result
    attendance: list[Attendance]
    seeing: Seeing
    alarms: Alarms
    pages: list[Page]
    held: Held | None


async def live_through(ground: Ground, scenario: Scenario, profile: Profile, engine: Engine) -> Course:
    """Live through a scenario, and return when everything that comes after it has come, or has failed to.

    Raises:
        LoadError: the generator could not run it.
    """
    await balanced({}, {}, ground.places, within=deadlines.VISIBLE)  # what differs already differs afterwards too
    await asyncio.sleep(max(0.0, ground.busy_until + IDLE - time.time()))
    before = await _stand(ground)
    run = await _run(ground, scenario, profile, engine, before)
    collector, after = await settled_points(ground.stack), await _stand(ground)
    began = run.result.began
    return Course(
        engine,
        scenario,
        run.result,
        run.attendance,
        run.seeing,
        run.alarms,
        expectations(scenario),
        changed(before.lives, after.lives),
        interrupted(ground.stack.recorder.events, before.time, after.time),
        await complained(ground.stack, before.time, held=scenario.hold is not None),
        run.pages,
        collector,
        after.lost - before.lost,
        after.waited - before.waited,
        run.held,
        ground.busy_until - began + ARRIVES,
        await remember(ground, Watcher(ground.grafana, ground.variables), began, after.time),
    )


async def _stand(ground: Ground) -> Stand:
    lost = await ground.prometheus.value(" + ".join(f"(sum({each}) or vector(0))" for each in LOSSES))
    waited = await exposed(ground.api, WAITED) - await exposed(ground.api, WAITED_SHORTLY)
    return Stand(time.time(), await ground.places[0].read(), await lives(ground.stack), lost, waited)


async def _run(ground: Ground, scenario: Scenario, profile: Profile, engine: Engine, before: Stand) -> Run:
    label, name = secrets.token_hex(4), ground.database_name
    url = ground.stack.url("config-service")
    async with (
        generating(engine, url, scenario.name, profile, label) as load,
        attending(ground.probes) as attendance,
    ):
        async with asyncio.timeout(deadlines.COMMAND):
            began = await load.began()
        seeing, alarms = Seeing(sights(scenario), began), Alarms(began)
        watcher = Watcher(ground.grafana, ground.variables)
        async with beating([lambda: watcher.round(seeing), lambda: alarms.look(ground.grafana)], LOOKS_EVERY):
            result, kept, held = await _load(ground, load, scenario, label, began)
            ground.busy_until = time.time()
            found = await balanced(claims(result), before.counted, ground.places, within=deadlines.VISIBLE)
            await _afterwards(ground, scenario, seeing, alarms, result)
    left = await rows(ground.database, name, label)
    return Run(result, attendance, seeing, alarms, [*found, *row_pages(result, kept, left)], held)


async def _load(
    ground: Ground, load: Generator, scenario: Scenario, label: str, began: float
) -> tuple[Result, Mapping[str, int], Held | None]:
    """Let the load run, hold a row meanwhile where the scenario wants it, count the rows before they are removed."""
    longest, name = duration(scenario.stages) + scenario.timeout + deadlines.COMMAND, ground.database_name
    held = None
    if scenario.hold:
        held = asyncio.create_task(hold(ground.database, name, label, began, scenario.hold))
    try:
        async with asyncio.timeout(longest):
            await load.loaded()
        kept = await rows(ground.database, name, label)
        async with asyncio.timeout(deadlines.COMMAND):
            return await load.result(), kept, (await held if held else None)
    finally:
        if held:
            held.cancel()
            await asyncio.gather(held, return_exceptions=True)


async def _afterwards(ground: Ground, scenario: Scenario, seeing: Seeing, alarms: Alarms, result: Result) -> None:
    """Wait until CPU is back, every panel has shown the load, and every alert that must fire does; not for ever."""
    musts = {each.rule for each in expectations(scenario) if each.part == "must"}
    step, ended = rise(scenario.stages), result.ended - result.began
    bound = max(RETURNS_WITHIN, deadlines.VISIBLE if seeing.unseen else 0.0, 2 * TICK + ARRIVES if musts else 0.0)

    async def left() -> list[object]:
        if time.time() < ground.busy_until + ARRIVES + SHOWN_AFTER:
            return ["the calm after it"]
        cpu, _ = await containers(ground, result.began, time.time())
        busy = [each for each in WORKING if back(cpu.get(each, ()), step, ended) is None]
        return [*busy, *seeing.unseen, *(musts - alarms.firing.keys())]

    with suppress(Unmet):  # what is left is for the tests to say, each for itself
        await eventually(
            left,
            lambda found: not found,
            expected="CPU back, panels drawn, alerts fired",
            of="the stack",
            within=bound,
            hint="see the tests of load",
            every=1.0,
        )
