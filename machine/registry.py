"""Pulls official images, and knows within seconds where no registry answers, also when the network swallows packets."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence

from machine.progress import Steps

PROBE_SECONDS = 8.0
PULL_TIMEOUT = 1200.0


async def pull_all(references: Sequence[str], steps: Steps, *, probe_seconds: float = PROBE_SECONDS) -> dict[str, str]:
    """Pull images side by side; return why not, for each that could not be had.

    The first sign of a registry is the engine's line about the manifest it has read; whoever has not shown one after
    `probe_seconds` is given up. The engine itself asks, so its mirrors and proxies count.
    """
    deadline = asyncio.get_running_loop().time() + probe_seconds
    async with asyncio.TaskGroup() as group:
        pulls = {reference: group.create_task(_pull(reference, deadline, steps)) for reference in references}
    return {reference: pull.result() for reference, pull in pulls.items() if pull.result()}


async def _pull(reference: str, deadline: float, steps: Steps) -> str:
    process = await asyncio.create_subprocess_exec(
        "docker",
        "pull",
        reference,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        return await _follow(process, reference, deadline, steps)
    finally:
        if process.returncode is None:
            # Not process.kill(): that reaps a child which has just ended, and its exit code is then unknown to asyncio.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _follow(process: asyncio.subprocess.Process, reference: str, deadline: float, steps: Steps) -> str:
    if process.stdout is None or process.stderr is None:
        return "its output cannot be read"
    try:
        async with asyncio.timeout_at(deadline):
            first = await process.stdout.readline()
    except TimeoutError:
        return "no registry answered in time"
    if not first:
        lines = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
        return (
            lines[-1].removeprefix("Error response from daemon: ")
            if lines
            else "the engine refused and did not say why"
        )
    try:
        async with asyncio.timeout(PULL_TIMEOUT), steps.step(f"pulling {reference}"):
            _, errors = await process.communicate()
    except TimeoutError:
        return f"not pulled within {PULL_TIMEOUT:g} s"
    return "" if process.returncode == 0 else errors.decode(errors="replace").strip()
