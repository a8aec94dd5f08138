"""One worker's share of a run: every so-many-th arrival of the schedule, data of its own, a journal of its own."""

import secrets
from collections.abc import Callable, Coroutine, Iterator
from itertools import cycle, islice
from time import perf_counter, process_time, time
from typing import Any, Final

import gevent  # type: ignore[import-untyped]
from gevent.queue import Queue  # type: ignore[import-untyped]

from tests.load.data import Answer, Data
from tests.load.generator import proportional
from tests.load.health import BEAT
from tests.load.histogram import Histogram
from tests.load.journal import Journal
from tests.load.operations import Request
from tests.load.result import Health, Result
from tests.load.scenario import Scenario
from tests.load.schedule import arrivals, duration
from tests.load.summary import summed

Due = tuple[str, float]
"""Name of an operation, and when it is due, in seconds after the beginning."""
Caller = Callable[[Request], tuple[int, str, Any]]
"""Send a request; gives status or what stands in its place, Location, and the JSON body."""
_STEP: Final = 0.05


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns that waits for nothing: here greenlets wait, inside the calls."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise RuntimeError("it waits for an event loop, and there is none in a Locust worker")


class Share:
    """The share of worker `index` of `workers`; arrivals that are due stand in `due` until a user takes them."""

    def __init__(self, scenario: Scenario, url: str, label: str, index: int, workers: int) -> None:
        self.due: Queue[Due] = Queue()
        self._scenario, self._url, self._index, self._workers = scenario, url, index, workers
        self._data = Data(f"{label or secrets.token_hex(4)}-{index}", scenario.mix)
        self._journal = Journal(self._data.operations, scenario.also_wished)
        self._line = {each.name: number for number, each in enumerate(self._data.operations)}
        self._lags: list[float] = []
        self._cpu: list[float] = []
        self._open = 0
        self._unix = self._began = self._ended = 0.0

    def prepare(self, call: Caller) -> None:
        """Make the data of this share. Raises TargetError where the target refuses."""
        finished(self._data.prepare(self._beside(call)))

    def remove(self, call: Caller) -> Result:
        """Remove the data of this share, and sum up what was measured."""
        return self._result(finished(self._data.remove(self._beside(call))))

    def run(self, began: float) -> None:
        """Put every arrival into `due` when it is, from a Unix time on, and return when all of them are over."""
        self._unix, self._began = began, perf_counter() + began - time()
        pulse = gevent.spawn(self._beat)
        try:
            for name, due in self._arrivals():
                gevent.sleep(max(0.0, due - self._now()))
                if self.due.qsize() + self._open >= self._scenario.in_flight // self._workers:
                    self._journal.drop(self._line[name], due)
                else:
                    self.due.put((name, due))
            while self.due.qsize() or self._open or self._now() < duration(self._scenario.stages):
                gevent.sleep(_STEP)
        finally:
            self._ended = self._now()
            pulse.kill()

    def exchange(self, arrival: Due, call: Caller) -> None:
        """Send the request of an arrival and write down what became of it."""
        self._open += 1
        try:
            name, due = arrival
            request = self._data.request(name)
            number = self._journal.send(self._line[request.operation.name], due, self._now())
            status, location, _ = call(request)
            self._journal.end(number, self._now(), status)
            if location:
                self._data.learn(request, location)
        finally:
            self._open -= 1

    def _arrivals(self) -> Iterator[Due]:
        scenario = self._scenario
        offsets = arrivals(scenario.stages, scenario.arrivals, scenario.seed)
        return zip(cycle(proportional(scenario.mix)), islice(offsets, self._index, None, self._workers), strict=False)

    def _beside(self, call: Caller) -> Callable[[Request], Coroutine[Any, Any, Answer]]:
        async def send(request: Request) -> Answer:
            answer = Answer(*call(request))
            self._journal.around[self._line[request.operation.name]][answer.status] += 1
            return answer

        return send

    def _beat(self) -> None:
        """Watch this process: how late its event loop is, and what share of a core it takes in each second."""
        since, cpu = perf_counter(), process_time()
        while True:
            due = perf_counter() + BEAT
            gevent.sleep(BEAT)
            now = perf_counter()
            self._lags.append(now - due)
            if now - since >= 1.0:
                self._cpu.append((process_time() - cpu) / (now - since))
                since, cpu = now, process_time()

    def _now(self) -> float:
        return perf_counter() - self._began

    def _result(self, remains: str) -> Result:
        lags = Histogram.of(self._lags or [0.0])
        health = Health(lags.quantile(0.99) or 0.0, lags.longest or 0.0, max(self._cpu, default=0.0))
        return summed(
            self._journal,
            self._scenario,
            self._url,
            health,
            began=self._unix,
            lasted=self._ended,
            cut=0,
            remains=remains,
        )
