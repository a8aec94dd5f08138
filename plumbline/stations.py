"""Where a fact of a project can be read, in the order of its way, and what is done with that: ledger and freshness."""

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import httpx

from fixtures.deadlines import SLOWNESS
from fixtures.expectations import Path as Way
from fixtures.freshness import SLACK, Hop, Watcher, follow
from fixtures.ledger import Page, Station, balance
from fixtures.measured import Fact, exposed
from fixtures.prometheus import Prometheus
from fixtures.results import record
from plumbline.expected import Expected, Flow

CANARIES = 5
Asked = Callable[[str], Awaitable[httpx.AsyncClient]]
"""`http = await asked("orders")`: a client of a service at the port that the table gives."""


@dataclass(frozen=True)
class Stations:
    """The expositions that this machine reaches, by scrape job, and the Prometheus that scrapes them."""

    expected: Expected
    expositions: Mapping[str, httpx.AsyncClient]
    prometheus: Prometheus

    def of(self, fact: Fact) -> list[Station]:
        """Return the stations of a fact: the expositions on its way, then Prometheus by each path; 0 where none is."""
        jobs = [self.expected.paths[way] for way in self.expected.ways(fact)]
        reached = [job for job in jobs if job in self.expositions]
        return [
            *(Station(f"exposition of {job}", self._exposition(job, fact)) for job in reached),
            *(Station(f"prometheus, job {job}", self._prometheus(job, fact)) for job in jobs),
        ]

    async def balanced(self, flow: Flow, http: httpx.AsyncClient) -> Page:
        """Do a flow, and return its page once every station has counted what the client did, exactly.

        Raises:
            Unmet: they do not agree before the flow, or after it; the message names the station where it arises.
        """
        stations, within = self.of(flow.fact), self.expected.within
        before = await balance(flow.name, f"{flow.name}, before", stations, within=within)
        base = before.entries[0].value
        for _ in range(flow.times):
            await flow.act(http)

        async def client() -> float:
            return base + flow.times

        return await balance(flow.name, flow.name, [Station("client", client), *stations], within=within)

    async def fresh(self, flow: Flow, http: httpx.AsyncClient) -> list[Hop]:
        """Do a flow a few times, and return how long each hop of each path took, with its bound; record them.

        Raises:
            TimeoutError: one did not arrive.
        """
        ways: dict[str, list[Watcher]] = {way: self._watched(way, flow.fact) for way in self.expected.ways(flow.fact)}
        base = await self.of(flow.fact)[0].read()
        found = await follow(lambda: flow.act(http), ways, base=base, canaries=CANARIES, gap=0.35)
        for hop in found:
            record("freshness", hop.row())
        return found

    def _watched(self, way: Way, fact: Fact) -> list[Watcher]:
        job, slack = self.expected.paths[way], SLACK * SLOWNESS
        pushed = self.expected.export_interval if way == "otlp" else 0.0
        scraped = Watcher("prometheus", self._prometheus(job, fact), 2 * self.expected.scrape_interval + slack)
        if job not in self.expositions:
            return [Watcher("prometheus", scraped.read, scraped.bound + 2 * pushed)]
        return [Watcher(f"exposition of {job}", self._exposition(job, fact), 2 * pushed + slack), scraped]

    def _exposition(self, job: str, fact: Fact) -> Callable[[], Awaitable[float]]:
        async def read() -> float:
            return _or_zero(await exposed(self.expositions[job], fact))

        return read

    def _prometheus(self, job: str, fact: Fact) -> Callable[[], Awaitable[float]]:
        async def read() -> float:
            return _or_zero(await self.prometheus.value(f"sum({fact.selector(job=job)})"))

        return read


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
