"""Whether the parts answer while load runs: each is asked twice a second on a beat of its own, and timed."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from fixtures import deadlines
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import Query
from fixtures.grafana.interpolation import Window
from fixtures.prometheus import Prometheus
from tests.load.proof.beat import Ask, beating
from tests.load.proof.book import FAILURES

EVERY = 0.5
USUALLY = deadlines.SCRAPE * deadlines.SLOWNESS
"""Seconds that 95 % of answers take at the most: a scrape that takes longer than its interval is given up."""
AT_WORST = 3 * deadlines.SCRAPE * deadlines.SLOWNESS
"""Seconds for any answer: beyond it two scrapes in a row are missing, and a panel has a gap."""


@dataclass(frozen=True)
class Probe:
    """A question to a part; `ask` returns what was wrong with its answer, nothing when all was well."""

    part: str
    ask: Callable[[], Awaitable[str]]


@dataclass
class Attendance:
    """How a part answered: seconds of each answer, and what was wrong."""

    part: str
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Return the seconds that this share of the answers did not exceed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def complaints(self, lasted: float) -> list[str]:
        """Return in words what was not as it should be while a run lasted."""
        found = list(self.wrong)
        fewest = lasted / EVERY / 2
        if len(self.seconds) < fewest:
            found.append(f"{len(self.seconds)} answers in {lasted:.0f} s, expected {fewest:.0f} at the least")
        if self.seconds and self.at(0.95) > USUALLY:
            found.append(f"95 % of answers took up to {self.at(0.95):.2f} s, expected {USUALLY:g} s")
        if self.seconds and max(self.seconds) > AT_WORST:
            found.append(f"one answer took {max(self.seconds):.2f} s, expected {AT_WORST:g} s at worst")
        return [f"{self.part}: {each}" for each in found]


def _noting(probe: Probe, kept: Attendance) -> Ask:
    async def ask() -> None:
        started = time.monotonic()
        try:
            wrong = await probe.ask()
        except FAILURES as error:
            wrong = repr(error)
        kept.seconds.append(time.monotonic() - started)
        if wrong:
            kept.wrong.append(f"{time.strftime('%X')}: {wrong}")

    return ask


@asynccontextmanager
async def attending(probes: Sequence[Probe]) -> AsyncIterator[list[Attendance]]:
    """Ask all of them inside the block."""
    kept = [Attendance(each.part) for each in probes]
    async with beating([_noting(*pair) for pair in zip(probes, kept, strict=True)], EVERY):
        yield kept


def exposes(http: httpx.AsyncClient, path: str, word: str) -> Callable[[], Awaitable[str]]:
    """Ask a page that has to be there and to contain a word."""

    async def ask() -> str:
        answer = await http.get(path)
        if answer.status_code != httpx.codes.OK:
            return f"{path} answered {answer.status_code}"
        return "" if word in answer.text else f"{path} does not say {word}"

    return ask


def answers(prometheus: Prometheus) -> Callable[[], Awaitable[str]]:
    """Ask Prometheus which targets are up."""

    async def ask() -> str:
        return "" if await prometheus.query("up") else "no target is known"

    return ask


def draws(grafana: Grafana) -> Callable[[], Awaitable[str]]:
    """Ask the same through Grafana's query API."""
    query = Query("A", "up", instant=True)

    async def ask() -> str:
        answer = (await grafana.ask([query], Window(time.time() - 60, time.time())))["A"]
        return answer.error or ("" if answer.points else "no target is known")

    return ask
