"""Subprocesses: argument lists, awaited, bounded in time, with what they said kept."""

import asyncio
import contextlib
import os
import shlex
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from machine.errors import CommandError

_MISSING = 127


@dataclass(frozen=True)
class Completed:
    """What a command said and how it ended; 127 when there is no such program."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str

    @property
    def ok(self) -> bool:
        """True when it ended with status 0."""
        return self.returncode == 0

    def last_lines(self, count: int = 15) -> str:
        """The end of what it said, errors first choice."""
        return "\n".join((self.stderr.strip() or self.stdout.strip()).splitlines()[-count:])


async def run(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,  # noqa: A002 - the name that subprocess uses
    check: bool = True,
) -> Completed:
    """Run a command to its end, `timeout` seconds at most; cancelled or late, it and its children are killed.

    Raises CommandError when it is late, and with `check` also when it is missing or ends with another status than 0.
    """
    where = shlex.join(argv)
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=cwd,
            env=env,
            stdin=asyncio.subprocess.DEVNULL if input is None else asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError) as error:
        if check:
            raise CommandError(f"{argv[0]} cannot be run: {error.strerror}", where=where) from error
        return Completed(tuple(argv), _MISSING, "", str(error))
    try:
        async with asyncio.timeout(timeout):
            out, err = await process.communicate(None if input is None else input.encode())
    except TimeoutError as error:
        raise CommandError(f"{argv[0]} did not end within {timeout:g} s", where=where) from error
    finally:
        await _end(process)
    done = Completed(tuple(argv), process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))
    if check and not done.ok:
        raise CommandError(f"{argv[0]} ended with status {done.returncode}\n{done.last_lines()}", where=where)
    return done


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
