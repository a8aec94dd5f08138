"""How the generator itself fares while it runs: its event loop's lag, its share of a core, its garbage collection."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from time import perf_counter, thread_time
from typing import Final

from tests.load.histogram import Histogram
from tests.load.result import Health

BEAT: Final = 0.02
LOOP_LAG_BOUND: Final = 0.05
"""Seconds, 99th percentile: from here on latencies tell of the generator's own waiting."""
SEND_LAG_BOUND: Final = 0.05
"""Seconds, 99th percentile: from here on the schedule was not kept."""
CPU_BOUND: Final = 0.9
"""Share of a core in the busiest second: a loop that never rests serves answers late."""


class Pulse:
    """Beats on the event loop that it watches, and calls back once a second."""

    def __init__(self, each_second: Callable[[], None]) -> None:
        self._each_second = each_second
        self._lags: list[float] = []
        self._shares: list[float] = []

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat for as long as the block lasts."""
        task = asyncio.create_task(self._beat())
        began, cpu = perf_counter(), thread_time()
        try:
            yield
        finally:
            if not self._shares:
                self._shares.append((thread_time() - cpu) / max(perf_counter() - began, 1e-6))
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _beat(self) -> None:
        since, cpu = perf_counter(), thread_time()
        while True:
            due = perf_counter() + BEAT
            await asyncio.sleep(BEAT)
            now = perf_counter()
            self._lags.append(now - due)
            if now - since >= 1.0:
                self._shares.append((thread_time() - cpu) / (now - since))
                since, cpu = now, thread_time()
                self._each_second()

    @property
    def health(self) -> Health:
        """What was seen so far; CPU is that of the busiest second."""
        lags = Histogram.of(self._lags or [0.0])
        return Health(lags.quantile(0.99) or 0.0, lags.longest or 0.0, max(self._shares, default=0.0))


@contextmanager
def unpaused() -> Iterator[None]:
    """Keep garbage collection from pausing the loop.

    What exists already is left out of it, and full collections are off; the young generations, a few microseconds
    each, go on, so that memory stays bounded.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(thresholds[0], thresholds[1], 1_000_000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def reasons(health: Health, send_lag_p99: float) -> list[str]:
    """Why the generator, not the target, was what a run's figures show; empty where it was not."""
    found = []
    if health.cpu_share > CPU_BOUND:
        found.append(
            f"the generator used {health.cpu_share:.0%} of a core in its busiest second (at most {CPU_BOUND:.0%}):"
            " lower the rate, or spread it over several processes"
        )
    if health.loop_lag_p99_s > LOOP_LAG_BOUND:
        found.append(
            f"the generator's event loop was {health.loop_lag_p99_s * 1000:.0f} ms late (99th percentile, at most"
            f" {LOOP_LAG_BOUND * 1000:.0f} ms): the machine is too busy, or something blocks its loop"
        )
    if send_lag_p99 > SEND_LAG_BOUND:
        found.append(
            f"requests left {send_lag_p99 * 1000:.0f} ms late (99th percentile, at most"
            f" {SEND_LAG_BOUND * 1000:.0f} ms): the schedule was not kept"
        )
    return found
