"""The open-loop generator: requests leave when the schedule says so, whatever became of those before them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.load.result import Result
from tests.load.scenario import Scenario

LATE = 0.01
"""Seconds after its intended start from which a request counts as sent late."""


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
) -> Result:
    """Run a scenario against the Configuration Service at a URL, and remove what it made.

    `watch` is called once a second. When `stop` is set no more arrivals are started, those in flight may end within
    `STOP_GRACE` seconds, and what was measured is returned. `label` is part of every name the run makes.

    Raises:
        UnreachableError: nothing answers at the URL, or something that is no Configuration Service.
    """
    raise NotImplementedError
