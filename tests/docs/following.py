"""Follows a page in a copy of the project: applies its changes, runs its commands, and says what went otherwise."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fixtures.settings import ROOT
from tests.docs.scripts import Command, Step
from tests.sabotage.copies import broken

_FOREIGN = ("PLUMBLINE", "PYTEST", "GITHUB_", "COVERAGE")
_TAIL = 60


class Otherwise(Exception):
    """A page is wrong: a change does not apply, or a command does something else than it says."""


@dataclass(frozen=True)
class Copy:
    """A copy of the project that is a git repository, and in which `make` finds its environment ready."""

    directory: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a command is given: this process's own, without its settings, and the copy's programs first."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        return kept | {"PATH": f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}", "COLUMNS": "160"}

    def follow(self, steps: Sequence[Step]) -> list[str]:
        """Do the steps in order; return those that were done.

        Raises:
            Otherwise: one went otherwise; the message says where the page says so, and what was seen.
        """
        done = []
        for step in steps:
            if step.diff:
                self.change(step)
            if step.command:
                self.run(step.command, step.place)
                done.append(step.command.run)
        return done

    def change(self, step: Step) -> None:
        """Apply a change."""
        self._git("apply", "--whitespace=nowarn", "-", text=step.diff, place=step.place)

    def run(self, command: Command, place: str) -> None:
        """Run a command as a shell does, within its time."""
        ends = time.monotonic() + command.within
        while wrong := self._tried(command):
            if time.monotonic() > ends:
                raise Otherwise(f"{place}: {command.run}\n{wrong}")

    def _tried(self, command: Command) -> str:
        """Run a command once and return what was otherwise, in words."""
        code, output = self._interrupted(command) if command.until else self._ended(command)
        code = code if code >= 0 else 128 - code  # as a shell says it of a program that a signal ended
        wanted = 130 if command.until else command.exit
        missing = [each for each in (*command.says, command.until) if each not in output]
        if code == wanted and not missing:
            return ""
        tail = "\n".join(output.splitlines()[-_TAIL:])
        expected = f"expected: exit code {wanted}{''.join(f', {each!r}' for each in missing)}"
        return f"{expected}\nseen: exit code {code}\n{tail}"

    def _ended(self, command: Command) -> tuple[int, str]:
        process = self._begin(command)
        try:
            output, _ = process.communicate(timeout=command.seconds)
        except subprocess.TimeoutExpired:
            return self._end(process, f"no end after {command.seconds:g} s")
        return process.returncode, output

    def _interrupted(self, command: Command) -> tuple[int, str]:
        """Read until the command says what it says at work, then press Ctrl-C."""
        process, seen = self._begin(command), ""
        ends = time.monotonic() + command.seconds
        assert process.stdout is not None
        for line in process.stdout:
            seen += line
            if command.until in line or time.monotonic() > ends:
                break
        return self._end(process, seen)

    def _begin(self, command: Command) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["bash", "-o", "pipefail", "-c", command.run],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _end(self, process: "subprocess.Popen[str]", seen: str) -> tuple[int, str]:
        for number in (signal.SIGINT, signal.SIGKILL):
            os.killpg(process.pid, number)
            try:
                rest, _ = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                continue
            return process.returncode, seen + rest
        return process.wait(), seen

    def _git(self, *arguments: str, text: str = "", place: str = "the copy") -> None:
        command = ["git", "-c", "user.name=reader", "-c", "user.email=reader@localhost", *arguments]
        done = subprocess.run(command, cwd=self.directory, input=text, text=True, capture_output=True, check=False)
        if done.returncode:
            raise Otherwise(f"{place}: git {arguments[0]} refused it:\n{done.stderr}")


@contextmanager
def copied() -> Iterator[Copy]:
    """Yield a copy, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="plumbline-docs-") as place, broken(ROOT, [], Path(place)) as directory:
        copy = Copy(directory)
        (directory / ".venv").symlink_to(sys.prefix)
        # The environment is this one: what would make another is not what a page is about.
        script = directory / "machine" / "environment.sh"
        script.write_text(script.read_text(encoding="utf-8").replace("set -e", "exit 0; set -e", 1), encoding="utf-8")
        shutil.copy(ROOT / ".gitignore", directory)
        copy._git("init", "--quiet")
        copy._git("add", "--all")
        copy._git("commit", "--quiet", "--message", "as it is")
        yield copy
