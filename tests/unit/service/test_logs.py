"""What the event loop reports: everything but a look-up that nobody waits for any more."""

import asyncio
import logging
import socket

import pytest

from service.logs import leave_out_look_ups


@pytest.mark.parametrize(
    ("error", "reported"),
    [(socket.gaierror(-2, "Name or service not known"), False), (OSError("broken"), True)],
    ids=["left look-up", "any other"],
)
async def test_only_a_left_look_up_is_not_reported(
    error: OSError, reported: bool, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    with caplog.at_level(logging.ERROR, "asyncio"):
        context = {"message": "Future exception was never retrieved", "exception": error, "future": future}
        leave_out_look_ups(loop, context)
    assert bool(caplog.records) is reported
    future.cancel()
