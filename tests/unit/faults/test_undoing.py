"""Undoing goes to its end: once, whatever happened, and also when it is itself asked to end."""

import asyncio

import pytest

from fixtures.faults.undoing import to_the_end, undone


class Log:
    """Notes what was done; `undo` takes a moment."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def act(self) -> None:
        """Begin, and be done a moment later."""
        self.said.append("act")
        await asyncio.sleep(0.02)
        self.said.append("acted")

    async def undo(self) -> None:
        """The same, backwards."""
        self.said.append("undo")
        await asyncio.sleep(0.02)
        self.said.append("undone")


async def cancelled_after(log: Log, *pauses: float) -> list[str]:
    async def work() -> None:
        async with undone(log.act, log.undo):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    for pause in pauses:
        await asyncio.sleep(pause)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return log.said


async def test_half_done_act_is_undone() -> None:
    assert await cancelled_after(Log(), 0.005) == ["act", "undo", "undone"]


async def test_second_cancellation_does_not_keep_it_from_being_undone() -> None:
    assert await cancelled_after(Log(), 0.03, 0.005, 0.005) == ["act", "acted", "undo", "undone"]


async def test_error_of_the_block_is_raised_after_undoing() -> None:
    log = Log()

    with pytest.raises(ZeroDivisionError):
        async with undone(log.act, log.undo):
            raise ZeroDivisionError

    assert log.said[-1] == "undone"


async def test_error_of_the_work_is_raised_at_once() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await to_the_end(work())
