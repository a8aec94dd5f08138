"""The open-loop generator: requests leave when the schedule says so, whatever became of those before them."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter, time
from typing import Final

from tests.load.data import Answer, Data, Plain, Source
from tests.load.errors import TargetError
from tests.load.flight import Flight
from tests.load.health import Pulse, unpaused
from tests.load.journal import Journal
from tests.load.lines import TIMED_OUT
from tests.load.operations import PLAIN, Request
from tests.load.result import Result
from tests.load.scenario import Scenario
from tests.load.schedule import arrivals, duration
from tests.load.summary import summed
from tests.load.target import Target, address

_SHORTEST_SLEEP: Final = 0.001
"""The resolution of uvloop's timers; they fire up to so much early, so the clock decides, not the timer."""
_LONGEST_SLEEP: Final = 0.1
"""So soon is a stop noticed."""
_BURST: Final = 16
"""Arrivals started in a row at most before those started get their turn."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands: seconds since it began, and what became of the arrivals so far."""

    elapsed: float
    scheduled: int
    sent: int
    answered: int
    errors: int
    dropped: int
    in_flight: int


async def run(
    url: str,
    scenario: Scenario,
    *,
    watch: Callable[[Progress], None] | None = None,
    stop: asyncio.Event | None = None,
    label: str | None = None,
    loaded: Callable[[], Awaitable[None]] | None = None,
) -> Result:
    """Run a scenario against the Configuration Service at a URL, and remove what it made.

    A scenario without a mix fetches the URL itself. `watch` is called once a second. When `stop` is set no more
    arrivals are started, those in flight may end within `flight.STOP_GRACE` seconds, and what was measured is returned.
    `label` is part of the name of every application that the run makes: `load-LABEL-…`. `loaded` is awaited when the
    last request is over and the run's data is still there.

    Raises:
        TargetError: nothing answers at the URL, or it is no Configuration Service.
    """
    where = address(url)
    if scenario.mix and where.path != "/":
        raise TargetError(f"{url}: a scenario runs against a service, not a path: give {where.origin()}")
    source: Source = Data(label or secrets.token_hex(4), scenario.mix) if scenario.mix else Plain(where)
    async with Target(where, scenario.timeout) as target:
        one = _Run(target, source, scenario, watch or (lambda _: None), stop or asyncio.Event())
        try:
            await source.prepare(one.call)
            with unpaused():
                await one.load()
            if loaded:
                await loaded()
        finally:
            remains = await source.remove(one.call)
        return one.result(url, remains)


def proportional(mix: Mapping[str, int]) -> list[str]:
    """Names in the proportions of their weights, spread as evenly as can be (smooth weighted round robin)."""
    credit, names = dict.fromkeys(mix, 0), []
    total = sum(mix.values())
    for _ in range(total):
        for name, weight in mix.items():
            credit[name] += weight
        names.append(max(credit, key=credit.__getitem__))
        credit[names[-1]] -= total
    return names


class _Run:
    """One run: the schedule, the requests in flight, and the journal of both."""

    def __init__(
        self,
        target: Target,
        source: Source,
        scenario: Scenario,
        watch: Callable[[Progress], None],
        stop: asyncio.Event,
    ) -> None:
        self._target, self._source, self._scenario, self._stop = target, source, scenario, stop
        self._journal = Journal(source.operations, scenario.also_wished)
        self._index = {each.name: index for index, each in enumerate(source.operations)}
        self._flight = Flight(scenario.in_flight, scenario.timeout)
        self._pulse = Pulse(lambda: watch(self.progress()))
        self._began = self._unix = self._ended = 0.0
        self._cut = 0

    async def call(self, request: Request) -> Answer:
        """Send a request that prepares or removes data, and count its answer beside those of the schedule."""
        answer = await self._target.call(request)
        self._journal.around[self._index[request.operation.name]][answer.status] += 1
        return answer

    async def load(self) -> None:
        """Start every arrival when it is due, and wait for what is in flight."""
        self._unix, self._began = time(), perf_counter()
        try:
            async with self._pulse.beating(), self._flight.watched():
                self._cut = await self._offer()
                await self._flight.land(self._stop)
        finally:
            self._ended = self._now()

    async def _offer(self) -> int:
        """Start arrivals until the schedule ends or a stop is asked for; returns how many that cuts off."""
        names = cycle(proportional(self._scenario.mix or {PLAIN: 1}))
        offsets = arrivals(self._scenario.stages, self._scenario.arrivals, self._scenario.seed)
        for number, due in enumerate(offsets):
            if not await self._until(due):
                return 1 + sum(1 for _ in offsets)
            self._arrive(next(names), due)
            if number % _BURST == 0:
                await asyncio.sleep(0)
        await self._until(duration(self._scenario.stages))
        return 0

    async def _until(self, due: float) -> bool:
        """Sleep until an arrival is due; False where a stop comes before."""
        while (ahead := due - self._now()) > 0:
            if self._stop.is_set():
                return False
            await asyncio.sleep(min(max(ahead, _SHORTEST_SLEEP), _LONGEST_SLEEP))
        return True

    def _arrive(self, name: str, due: float) -> None:
        if self._flight.full:
            self._journal.drop(self._index[name], due)
            return
        request = self._source.request(name)
        number = self._journal.send(self._index[request.operation.name], due, self._now())
        self._flight.start(self._exchange(number, request))

    async def _exchange(self, number: int, request: Request) -> None:
        self._journal.left(number, self._now())
        try:
            status, location = await self._target.send(request)
        except asyncio.CancelledError:
            if not self._flight.overdue():
                raise
            status, location = TIMED_OUT, ""
        self._journal.end(number, self._now(), status)
        if location:
            self._source.learn(request, location)

    def _now(self) -> float:
        return perf_counter() - self._began

    def progress(self) -> Progress:
        """Where the run stands."""
        journal = self._journal
        sent = journal.scheduled - journal.dropped
        return Progress(
            self._now(),
            journal.scheduled,
            sent,
            journal.answered,
            journal.errors,
            journal.dropped,
            len(self._flight),
        )

    def result(self, url: str, remains: str) -> Result:
        """Sum up a run that is over."""
        return summed(
            self._journal,
            self._scenario,
            url,
            self._pulse.health,
            began=self._unix,
            lasted=self._ended,
            cut=self._cut,
            remains=remains,
        )
