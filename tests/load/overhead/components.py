"""What each component costs: CPU and memory by the engine's own figures, at rest and at 100 requests/s."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Any

from fixtures.bringup import Stack
from fixtures.figures import figures
from tests.load.generator import run
from tests.load.scenario import scenarios
from tests.load.schedule import Stage

RATE = 100.0
WINDOW = 25.0
REST, WORK = "rest", f"{RATE:g} requests/s"
_SETTLE = 10.0
"""Seconds after start-up until nothing of it goes on."""
_LEAD = 3.0
"""Seconds of load before the window begins."""
_MIB = 2**20


@dataclass(frozen=True)
class Cost:
    """One component in one state: cores over the window, and MiB at its end without files that it merely read."""

    service: str
    state: str
    cpu_cores: float
    memory_mib: float

    def row(self) -> dict[str, Any]:
        """Return it as a row for machines."""
        return asdict(self)


async def costs(stack: Stack, window: float = WINDOW) -> list[Cost]:
    """Watch every container of a stack that has just come up, without and with load, each for `window` seconds.

    Raises:
        StackError: a container stopped running meanwhile.
        LoadError: the load could not be sent.
    """
    await asyncio.sleep(_SETTLE)
    rest = await _watched(stack, REST, window)
    async with _load(stack.url("config-service"), _LEAD + window):
        await asyncio.sleep(_LEAD)
        return rest + await _watched(stack, WORK, window)


@asynccontextmanager
async def _load(url: str, seconds: float) -> AsyncIterator[None]:
    """The mixed scenario's operations at a steady rate while the block runs; what it made is removed when it ends."""
    scenario = replace(scenarios("full")["mixed"], stages=(Stage(seconds, RATE),))
    load = asyncio.create_task(run(url, scenario), name="load")
    try:
        yield
    except BaseException:
        load.cancel()
        await asyncio.wait([load])
        raise
    await load


async def _watched(stack: Stack, state: str, seconds: float) -> list[Cost]:
    containers = await stack.containers()
    identifiers = [each.id for each in containers.values()]
    began = monotonic()
    before = await asyncio.gather(*map(figures, identifiers))
    await asyncio.sleep(seconds)
    after = await asyncio.gather(*map(figures, identifiers))
    took = monotonic() - began
    return [
        Cost(
            name,
            state,
            round((late.cpu_seconds - early.cpu_seconds) / took, 4),
            round(late.working_set_bytes / _MIB, 1),
        )
        for name, early, late in zip(containers, before, after, strict=True)
    ]
