"""Work side by side: nobody goes on when one failed or the caller was told to end, and clean-up is waited for."""

import asyncio

import pytest

from machine.errors import MachineError
from machine.process import together


class Work:
    """Work that fails, or goes on until it is cancelled and then takes its time to clean up."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.cleaned = False

    async def on(self) -> str:
        """Go on until cancelled, then clean up."""
        self.began.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            self.cleaned = True
        return "never"

    async def fail(self) -> str:
        """Fail as soon as the other work has begun."""
        await self.began.wait()
        raise MachineError("no engine", where="here", to_do="start it")


async def value(number: int) -> int:
    return number


async def test_all_give_their_values_in_order() -> None:
    assert await together(value(1), value(2), value(3)) == [1, 2, 3]


async def test_failure_waits_for_the_others_to_clean_up() -> None:
    work = Work()

    with pytest.raises(MachineError, match="no engine"):
        await together(work.on(), work.fail())

    assert work.cleaned


async def test_cancellation_waits_for_all_to_clean_up() -> None:
    quick, slow = Work(), Work()
    caller = asyncio.ensure_future(together(quick.on(), slow.on()))
    await slow.began.wait()

    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller

    assert (quick.cleaned, slow.cleaned) == (True, True)
