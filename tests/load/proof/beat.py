"""Questions asked on a beat beside a run, each to its end: a server complains of clients that hang up."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from fixtures import deadlines

Ask = Callable[[], Awaitable[None]]


@asynccontextmanager
async def beating(asks: Sequence[Ask], every: float) -> AsyncIterator[None]:
    """Ask each one every so many seconds inside the block; at its end the questions that are open are waited for.

    Raises:
        Exception: what one of them raised; that one was not asked again.
    """
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_beat(each, every, stop)) for each in asks]
    try:
        yield
    finally:
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=deadlines.REQUEST)
        for each in late:
            each.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _beat(ask: Ask, every: float, stop: asyncio.Event) -> None:
    due = time.monotonic()
    while not stop.is_set():
        await ask()
        due = max(due + every, time.monotonic())
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), due - time.monotonic())
