"""One scenario, lived through once: load from a process of its own, and beside it all that the stack did meanwhile."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from fixtures import deadlines
from fixtures.collector import Points as CollectorPoints
from fixtures.collector import settled_points
from fixtures.errors import Unmet
from fixtures.ledger import Page
from fixtures.measured import Fact, exposed
from fixtures.polling import eventually
from tests.load.proof.accounts import claims
from tests.load.proof.alarms import ARRIVES, TICK, Alarms, Expectation, expectations
from tests.load.proof.book import Reading, balanced, broken, pages, read_all
from tests.load.proof.endurance import changed, complained, interrupted, lives
from tests.load.proof.following import LAG, RATE_WINDOW, WORKING, back
from tests.load.proof.ground import Ground
from tests.load.proof.history import History, containers, remember
from tests.load.proof.offered import rise
from tests.load.proof.pool import Held, hold
from tests.load.proof.probes import Attendance, attending
from tests.load.proof.process import Engine, Generator, generating
from tests.load.proof.rows import CREATED, row_pages, rows
from tests.load.proof.seeing import Seeing, Watcher
from tests.load.proof.shape import Points
from tests.load.proof.sights import SHOWN_AFTER, sights
from tests.load.result import Result
from tests.load.scenario import Profile, Scenario
from tests.load.schedule import duration

IDLE = RATE_WINDOW + LAG
"""Seconds without load before a run: the CPU that it is compared with is averaged over nothing else."""
RETURNS_WITHIN = (RATE_WINDOW + LAG + 4.0) * deadlines.SLOWNESS
"""Seconds from the end of load until CPU is back: the window it is averaged over, the lag, the removal of rows."""
SILENCE = 5
"""Seconds of it that are kept: longer than a panel's rate looks back."""
STARTS_WITHIN = deadlines.COMMAND
LOSSES = (
    "otelcol_receiver_refused_metric_points_total",
    "otelcol_exporter_send_failed_metric_points_total",
)
WAITED = Fact("db_client_connection_wait_time_seconds_count", {})
WAITED_SHORTLY = Fact("db_client_connection_wait_time_seconds_bucket", {"le": "0.5"})


@dataclass(frozen=True)
class Course:
    """Everything that is known of one scenario's run; each list of words is empty when all was well.

    `lost` is what the Collector refused or failed to send, `waited` how many callers got a connection after more than
    half a second, `calm` the second from which nothing of the run was under way.
    """

    engine: Engine
    scenario: Scenario
    result: Result
    attendance: Sequence[Attendance]
    seeing: Seeing
    alarms: Alarms
    expected: Sequence[Expectation]
    lives: Sequence[str]
    interruptions: Sequence[str]
    complaints: Sequence[str]
    pages: Sequence[Page]
    collector: CollectorPoints
    lost: float
    waited: float
    held: Held | None
    calm: float
    history: History = field(repr=False)

    @property
    def answered(self) -> Points:
        """Answers in each second, the run's preparation just before it and its removal just after it included."""
        lines = self.result.operations.values()
        made = sum(each.around.get(CREATED, 0) for each in lines)
        removed = sum(sum(each.around.values()) for each in lines) - made
        seconds = [(float(each.t), float(each.answered)) for each in self.result.seconds]
        return [(-1.0, float(made)), *seconds, (float(len(seconds)), float(removed))]

    def sent_by(self, route: str) -> Points:
        """Answers in each second to requests of a route that prepares and removes nothing; silence before and after."""
        ours = sum(sum(each.statuses.values()) for each in self.result.operations.values() if each.route == route)
        share = ours / self.result.answered
        seconds = [(float(each.t), share * each.answered) for each in self.result.seconds]
        before, after = range(-SILENCE, 0), range(len(seconds), len(seconds) + SILENCE)
        return [*((float(each), 0.0) for each in before), *seconds, *((float(each), 0.0) for each in after)]

    @property
    def ended(self) -> float:
        """Seconds from the beginning to the end of the last request."""
        return self.result.ended - self.result.began


async def run(ground: Ground, scenario: Scenario, profile: Profile, engine: Engine) -> Course:
    """Live through a scenario, and return when everything that comes after it has come, or has failed to.

    Raises:
        LoadError: the generator could not run it.
        Unmet: the stations disagreed before it began.
    """
    label = secrets.token_hex(4)
    base = await _settled(ground)
    await asyncio.sleep(max(0.0, ground.busy_until + IDLE - time.time()))
    before, since, losses, waits = await lives(ground.stack), time.time(), await _losses(ground), await _waits(ground)
    url = ground.stack.url("config-service")
    async with (
        generating(engine, url, scenario.name, profile, label) as load,
        attending(ground.probes) as attendance,
    ):
        async with asyncio.timeout(STARTS_WITHIN):
            began = await load.began()
        seeing, alarms = Seeing(sights(scenario), began), Alarms(began)
        async with _watching(ground, seeing, alarms):
            result, kept, held = await _load(ground, load, scenario, label, began)
            ground.busy_until = time.time()
            found = await balanced(claims(result), base, ground.places, within=deadlines.VISIBLE)
            await _afterwards(ground, scenario, seeing, alarms, result)
    after = await rows(ground.database, ground.database_name, label)
    until = time.time()
    collector = await settled_points(ground.stack)
    return Course(
        engine,
        scenario,
        result,
        attendance,
        seeing,
        alarms,
        expectations(scenario),
        changed(before, await lives(ground.stack)),
        interrupted(ground.stack.recorder.events, since, until),
        await complained(ground.stack, since, held=scenario.hold is not None),
        [*found, *row_pages(result, kept, after)],
        collector,
        await _losses(ground) - losses,
        await _waits(ground) - waits,
        held,
        ground.busy_until - began + ARRIVES,
        await remember(ground, Watcher(ground.grafana, ground.variables), began, until),
    )


async def _settled(ground: Ground) -> Reading:
    """Return what the service counted so far, once every station has all of it: later, blame would be misplaced."""
    readings: list[tuple[str, Reading]] = []

    async def differing() -> list[Page]:
        readings[:] = await read_all(ground.places)
        return broken(pages({}, {title: {} for title in readings[0][1]}, readings))

    await eventually(
        differing,
        lambda found: not found,
        expected="all that was counted before, at every station",
        of=ground.places[-1].name,
        within=deadlines.VISIBLE,
        hint="look at the first station that differs; layer 3 proves the same on a known flow",
        every=0.5,
    )
    return readings[0][1]


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


@asynccontextmanager
async def _watching(ground: Ground, seeing: Seeing, alarms: Alarms) -> AsyncIterator[None]:
    watcher = Watcher(ground.grafana, ground.variables)
    tasks = [asyncio.create_task(watcher.watch(seeing)), asyncio.create_task(alarms.watch(ground.grafana))]
    try:
        yield
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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


async def _losses(ground: Ground) -> float:
    """Return how many points the Collector has refused or failed to send since its start."""
    return await ground.prometheus.value(" + ".join(f"(sum({each}) or vector(0))" for each in LOSSES))


async def _waits(ground: Ground) -> float:
    """Return how many callers have had to wait for a connection for more than half a second."""
    return await exposed(ground.api, WAITED) - await exposed(ground.api, WAITED_SHORTLY)
