"""Prometheus keeps what it has taken, sample by sample: when it is killed, also after its disk was full."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from fixtures import deadlines
from fixtures.faults.disks import filled
from fixtures.faults.keepsakes import gone, samples
from fixtures.faults.matrix import STARTS
from fixtures.faults.patient import Patient
from fixtures.faults.verbs import killed
from fixtures.measured import Fact, exposed
from fixtures.polling import eventually
from fixtures.results import record

pytestmark = pytest.mark.faults
PROMISE = 0.5
"""Seconds: what is older than this when Prometheus is killed lies in its write-ahead log."""
UNWRITTEN = Fact("prometheus_tsdb_wal_writes_failed_total", {})
Before = Callable[[Patient], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nothing(patient: Patient) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def full_disk(patient: Patient) -> AsyncIterator[None]:
    """A disk on which writing has failed."""
    async with filled(patient.stack, "prometheus"):
        http = await patient.http("prometheus")
        await eventually(
            lambda: exposed(http, UNWRITTEN),
            lambda seen: seen > 0,
            expected="a write that failed",
            of="prometheus",
            within=deadlines.SCRAPED,
            hint="read the log of prometheus, below",
        )
        yield


async def restarted_after(patient: Patient, before: Before) -> float:
    """Kill and start Prometheus after something else was over, and return the time of the kill."""
    async with before(patient):
        pass
    at = time.time()
    since = time.monotonic()
    async with killed(patient.stack, "prometheus"):
        pass
    await patient.whole(since, STARTS)
    return at


BEFORE: Mapping[str, Before] = {"as it runs": nothing, "after its disk was full": full_disk}


@pytest.mark.parametrize("before", BEFORE)
async def test_killed_prometheus_keeps_every_sample(patient: Patient, before: str) -> None:
    at = time.time()
    had = await samples(patient, at)

    killed_at = await restarted_after(patient, BEFORE[before])

    lost = gone(had, await samples(patient, at), killed_at - PROMISE)
    record("faults", {"fault": f"prometheus killed {before}, samples", "lost": len(lost)})
    assert len(had) > 1000
    assert lost == []
