"""A scenario by several Locust workers and their master, processes of their own on this machine, told by loopback.

`python -m tests.load.distributed URL SCENARIO PROFILE LABEL [WORKERS]` speaks as `tests.load.proof.child` does: JSON
lines out (`began`, `loaded`, `result` or `error`); after `loaded` it keeps its rows until a line comes, or the end of
its input. Its processes end when it does, whatever happened. tests/load/locustfile.py says what differs with Locust.
"""

import asyncio
import json
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final

from fixtures.settings import ROOT

FILE: Final = "tests/load/locustfile.py"
LOCUST: Final = (sys.executable, "-m", "locust", "-f", FILE, "--headless", "--only-summary", "--loglevel", "WARNING")
WORKERS: Final = 2
_HOST: Final = "127.0.0.1"
_ENDS_WITHIN: Final = 10.0


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as one:
        one.bind((_HOST, 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def running(*arguments: str, stdin: int | None = DEVNULL, stdout: int = DEVNULL) -> AsyncIterator[Process]:
    """Run one Locust process inside the block; its complaints go where this one's do."""
    process = await asyncio.create_subprocess_exec(
        *LOCUST, *arguments, cwd=ROOT, stdin=stdin, stdout=stdout, limit=1 << 26
    )
    try:
        yield process
    finally:
        await asyncio.shield(_end(process))


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_ENDS_WITHIN):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def relay(master: Process) -> None:
    """Pass on what the master says for the machine; the rest of its output is for people."""
    assert master.stdout is not None
    async for line in master.stdout:
        if line.startswith(b"{"):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()


async def main(url: str, scenario: str, profile: str, label: str, workers: int = WORKERS) -> int:
    """Start a master and its workers, and return when the master has said all, or a worker has ended before it."""
    port = str(free_port())
    wanted = ("--scenario", scenario, "--load-profile", profile, "--label", label, "--host", url)
    bind = ("--master-bind-host", _HOST, "--master-bind-port", port, "--expect-workers", str(workers))
    async with AsyncExitStack() as held:
        master = await held.enter_async_context(running("--master", *bind, *wanted, stdin=None, stdout=PIPE))
        own = [
            await held.enter_async_context(running("--worker", "--master-host", _HOST, "--master-port", port))
            for _ in range(workers)
        ]
        speaking = asyncio.create_task(relay(master))
        ends = [asyncio.create_task(each.wait()) for each in own]
        await asyncio.wait([speaking, *ends], return_when=asyncio.FIRST_COMPLETED)
        if speaking.done() or await _ended(speaking):
            return await master.wait()
        print(json.dumps({"error": "a Locust worker ended before its work; its complaint is above"}), flush=True)
        return 1


async def _ended(speaking: "asyncio.Task[None]") -> bool:
    """Workers end when their master tells them to, which is just before it falls silent itself."""
    await asyncio.wait([speaking], timeout=_ENDS_WITHIN)
    return speaking.done()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], *map(int, sys.argv[5:]))))
