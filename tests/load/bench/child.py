"""A process that the benchmark speaks with over its pipes; it ends with the block, at the latest when it is killed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from fixtures.settings import ROOT

END_S: Final = 5.0


class Child:
    """Lines in, lines out."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def line(self) -> str:
        """The next line that it prints. Raises ChildProcessError where it ended instead."""
        assert self._process.stdout is not None
        if not (line := self._process.stdout.readline()):
            raise ChildProcessError(f"{self._process.args!r} ended with {self._process.wait(END_S)} before its work")
        return line

    def work(self, seconds: float) -> dict[str, Any]:
        """What it says of a slice of so many seconds."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self.line())
        return found

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)


@contextmanager
def child(module: str, *arguments: str) -> Iterator[Child]:
    """Run a module of this package inside the block."""
    command = [sys.executable, "-m", f"tests.load.bench.{module}", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Child(process)
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
