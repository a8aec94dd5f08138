"""The connection pool under a held row: the lock that exhausts it, and whether its metrics told the story."""

import asyncio
import time
from dataclasses import dataclass

from fixtures import deadlines
from fixtures.grafana.causes import Database
from tests.load.data import HELD
from tests.load.proof.shape import Points
from tests.load.scenario import Hold

_LOCK = """
SELECT configurations.id FROM configurations JOIN applications ON applications.id = application_id
WHERE configurations.name = $1 AND starts_with(applications.name, $2) FOR UPDATE OF configurations"""
SLACK = 3.0
"""Seconds until the metrics show what the pool does: an export, a batch, a scrape."""


@dataclass(frozen=True)
class Held:
    """When the row was really locked and let go, in Unix time."""

    since: float
    until: float


async def hold(database: Database, name: str, label: str, began: float, when: Hold) -> Held:
    """Lock what `stress` writes to between the moments of the scenario: a row of each worker, free again in any case.

    Raises:
        ValueError: there is no such row.
    """
    async with database.session(name) as session, session.transaction():
        await session.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        await asyncio.sleep(max(0.0, began + when.since - time.time()))
        async with asyncio.timeout(deadlines.REQUEST):
            rows = await session.fetch(_LOCK, HELD, f"load-{label}-")
        if not rows:
            raise ValueError(f"no row of load-{label}-… to hold")
        since = time.time()
        await asyncio.sleep(max(0.0, began + when.until - since))
    return Held(since, time.time())


@dataclass(frozen=True)
class Story:
    """What one path told of the pool: `used`, `idle` and `pending` over time, and `most` connections."""

    path: str
    used: Points
    idle: Points
    pending: Points
    most: float

    def complaints(self, since: float, until: float, calm: float) -> list[str]:
        """Return in words where it is not the story of a pool that was exhausted between two moments.

        By `calm`, in seconds after the beginning as the others, nobody may hold or wait for a connection any more.
        """

        def during(points: Points) -> list[float]:
            return [value for time, value in points if since <= time <= until + SLACK]

        found = []
        if max(during(self.used), default=0.0) != self.most:
            found.append(f"{max(during(self.used), default=0.0):g} connections were used at most, not {self.most:g}")
        if max(during(self.pending), default=0.0) <= 0:
            found.append("nobody was pending while every connection was held")
        if max(during(self.used), default=0.0) > self.most:
            found.append(f"more connections were used than the {self.most:g} there are")
        for name, points in (("used", self.used), ("pending", self.pending)):
            late = [value for time, value in points if time >= calm]
            if not late or any(late):
                found.append(f"{name} is {late} from {calm:.0f} s on, expected 0")
        if not any(value > 0 for time, value in self.idle if time >= calm):
            found.append("no connection is idle afterwards")
        return [f"{self.path}: {each}" for each in found]
