"""Runs commands: argument lists, awaited, bounded in time, stderr kept, nothing left running after a cancellation."""

import asyncio
import contextlib
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from machine.errors import CommandFailed, CommandTimedOut, MachineError

Done = TypeVar("Done")
GRACE_SECONDS = 10.0
TAIL_LINES = 20
# Names and passwords inside addresses of mirrors and indexes.
CREDENTIALS = re.compile(r"://[^/\s@]+@")


@dataclass(frozen=True)
class Completed:
    """What a command that ended left behind."""

    argv: tuple[str, ...]
    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float

    @property
    def text(self) -> str:
        """Its standard output as text, without the final line break."""
        return self.stdout.decode(errors="replace").rstrip("\n")

    @property
    def errors(self) -> str:
        """Its standard error as text, without the final line break."""
        return self.stderr.decode(errors="replace").rstrip("\n")


async def run(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    input: bytes | None = None,
    check: bool = True,
    log: Path | None = None,
) -> Completed:
    """Run a command in its own process group and return what it said; `log` takes both streams instead.

    `env` replaces the whole environment. On timeout or cancellation the group gets SIGTERM, and SIGKILL after a grace.

    Raises:
        CommandFailed: it ended with another exit code than 0, and `check` is set.
        CommandTimedOut: it did not end within `timeout` seconds.
        MachineError: there is no such program.

    """
    began = time.monotonic()
    with contextlib.ExitStack() as files:
        sink: IO[bytes] | int = subprocess.PIPE
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            sink = files.enter_context(log.open("ab"))
        starting = asyncio.ensure_future(_start(argv, cwd, env, sink, feed=input is not None))
        try:
            process = await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Half started is started: its group has to be known before it can be ended.
            await asyncio.shield(_end(await starting))
            raise
        try:
            async with asyncio.timeout(timeout):
                stdout, stderr = await process.communicate(input)
        except TimeoutError as error:
            await _end(process)
            raise CommandTimedOut(
                f"no end after {timeout:g} s: {_shown(argv)}",
                where=str(cwd or Path.cwd()),
                to_do=f"see {log}" if log else "run it by hand and see where it hangs",
            ) from error
        except asyncio.CancelledError:
            await asyncio.shield(_end(process))
            raise
    done = Completed(tuple(argv), process.returncode or 0, stdout or b"", stderr or b"", time.monotonic() - began)
    if check and done.exit_code != 0:
        raise failure(done, cwd=cwd, log=log)
    return done


async def together(*work: Awaitable[Done]) -> list[Done]:
    """Do all side by side and return what each gave; none goes on when one failed, or when the caller was cancelled.

    `asyncio.gather` returns at the first end, and what goes on then is cut off when its loop is closed.
    """
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for each in tasks:
            if not each.cancelling():
                each.cancel()
        await asyncio.wait(tasks)


async def until_terminated(work: Awaitable[Done]) -> Done:
    """Do the work; SIGTERM cancels it, so that it cleans up as after Ctrl-C."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


def failure(done: Completed, *, cwd: Path | None = None, log: Path | None = None) -> CommandFailed:
    """Return the error that tells why a command failed: its last lines and where the rest is."""
    said = CREDENTIALS.sub("://…@", log.read_text(errors="replace") if log else done.errors or done.text)
    tail = "\n".join(f"    {line}" for line in said.splitlines()[-TAIL_LINES:])
    return CommandFailed(
        f"exit code {done.exit_code} after {done.seconds:.1f} s: {_shown(done.argv)}\n{tail}",
        where=str(log or cwd or Path.cwd()),
        to_do="read the lines above; the whole output is in the file named there" if log else "read the lines above",
        exit_code=done.exit_code,
        stderr=said,
    )


def _shown(argv: Sequence[str]) -> str:
    return CREDENTIALS.sub("://…@", shlex.join(argv))


async def _start(
    argv: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None, sink: IO[bytes] | int, *, feed: bool
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError) as error:
        raise MachineError(
            f"{argv[0]} cannot be run: {error.strerror}", where="the PATH", to_do=f"install {argv[0]}"
        ) from error


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the whole process group; the group outlives its leader when a child ignores the first signal."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await process.wait()
                break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    # Pipes that are still open when their loop is closed complain later, and who escaped the group may hold them.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            await process.communicate()
