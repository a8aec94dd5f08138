"""Function: a service in memory. Session: a target in a process of its own, which can be made to stall."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.load.bench.child import Child, child
from tests.unit.load.memory import Memory, serving

STALL = 0.8
"""Seconds for which SIGUSR1 stalls the target."""


@dataclass(frozen=True)
class Bare:
    """The benchmark's target: where it is, and the process that it is."""

    url: str
    process: Child


@pytest_asyncio.fixture(loop_scope="session")
async def memory() -> AsyncIterator[Memory]:
    """A service that forgets everything with the test."""
    async with serving() as served:
        yield served


@pytest.fixture(scope="session")
def bare() -> Iterator[Bare]:
    """A target that answers at once whatever it is asked."""
    with child("target", f"{STALL}") as process:
        yield Bare(f"http://127.0.0.1:{int(process.line())}/", process)
