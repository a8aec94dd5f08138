"""A run of the suite as a process, watched from outside: what it wrote, which commands it has running, how it ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from fixtures import deadlines
from fixtures.polling import eventually

LOOK = 0.03
"""Seconds between two looks at a run: its phases take a second or more."""
_FOREIGN = ("PLUMBLINE_", "PYTEST_", "GITHUB_", "CI", "BUILD_NUMBER")


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return this environment without what this very run of pytest was told, and with what a run is to be told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return kept | {"COLUMNS": "160", "PYTHONUNBUFFERED": "1"} | dict(own)


@dataclass(frozen=True)
class Running:
    """A process that leads a group of its own, as a job of a shell does; its words go to a file."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    words: Path

    @property
    def output(self) -> str:
        """All that it wrote so far."""
        return self.words.read_text(encoding="utf-8", errors="replace")

    @property
    def commands(self) -> list[str]:
        """The command lines of what it has running now."""
        found = []
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        for each in children:
            try:
                found.append(" ".join(each.cmdline()))
            except psutil.Error:  # it ended meanwhile
                continue
        return found

    async def until(self, sign: "Callable[[Running], Awaitable[bool]]", *, named: str, within: float) -> None:
        """Return as soon as a sign is seen.

        Raises:
            Unmet: it is not seen in time, or never, because the run has ended; with the last that it wrote.
        """

        async def seen() -> str:
            over = self.process.poll() is not None
            return "seen" if await sign(self) else f"the run has ended\n{self.output}" if over else "not yet"

        found = await eventually(
            seen,
            lambda state: state != "not yet",
            expected=named,
            of="a run",
            within=within,
            hint=f"look at what it wrote: {self.words}",
            every=LOOK,
        )
        if found != "seen":
            raise AssertionError(f"{named} was never seen: {found}")

    def ctrl_c(self) -> None:
        """Interrupt the whole group, as a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        """Leave it, and workers that it has, no moment to clean up; what has ended already stays as it is."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    async def end(self, within: float = deadlines.UP) -> int:
        """Wait until it has ended, and return its exit code.

        Raises:
            Unmet: it does not end; it is killed then.
        """

        async def code() -> int | None:
            return self.process.poll()

        try:
            await eventually(
                code,
                lambda value: value is not None,
                expected="the end of the run",
                of="a run",
                within=within,
                hint=f"look at what it wrote: {self.words}",
            )
        finally:
            self.kill()
        return self.process.wait()


def begin(folder: Path, words: Path, arguments: Sequence[str], own: Mapping[str, str]) -> Running:
    """Begin `python ARGUMENTS` in a folder."""
    with words.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment(own),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Running(process, folder, words)
