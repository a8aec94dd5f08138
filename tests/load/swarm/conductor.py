"""Locust's master: lets all workers begin at one moment, keeps their rows until told, and merges what they measured.

It speaks as `python -m tests.load.proof.child` does: JSON lines out, a line or the end of input in.
"""

import json
import sys
from time import time
from typing import Any, Final, Protocol

import gevent  # type: ignore[import-untyped]
from gevent.event import Event  # type: ignore[import-untyped]
from gevent.fileobject import FileObjectThread  # type: ignore[import-untyped]

from tests.load.result import Result, merge

AHEAD: Final = 1.0
"""Seconds between the word and the beginning: every worker has heard it by then, and has its users."""


class Messenger(Protocol):
    """What the conductor needs of Locust's master runner."""

    def send_message(self, msg_type: str, data: Any = None) -> None:
        """Send a message to every worker."""


class Conductor:
    """What the workers said so far; `began` is Unix time, 0 before; `over` when there is nothing left to wait for."""

    def __init__(self, runner: Messenger, workers: int) -> None:
        self.began = 0.0
        self.over = False
        self._runner, self._workers = runner, workers
        self._said: dict[str, list[Any]] = {"prepared": [], "loaded": [], "result": []}
        self._told = Event()

    def listen(self) -> None:
        """Go on when a line comes, or when no more can."""
        FileObjectThread(sys.stdin.buffer).readline()
        self._told.set()

    def hear(self, kind: str, data: Any) -> None:
        """Take in a worker's message, and go on when it was the last of its kind."""
        self._said[kind].append(data)
        if len(self._said[kind]) == self._workers:
            getattr(self, f"_all_{kind}")()

    def fail(self, error: str) -> None:
        """Give up: a worker could not do its part."""
        say(error=error)
        self.over = True

    def _all_prepared(self) -> None:
        self.began = time() + AHEAD
        say(began=self.began)
        self._runner.send_message("begin", {"began": self.began})

    def _all_loaded(self) -> None:
        say(loaded=True)
        gevent.spawn(self._remove_when_told)

    def _remove_when_told(self) -> None:
        self._told.wait()
        self._runner.send_message("remove")

    def _all_result(self) -> None:
        say(result=merge([Result.from_mapping(each) for each in self._said["result"]]).mapping())
        self.over = True


def say(**line: Any) -> None:
    """Write one line to whoever started this process."""
    print(json.dumps(line), flush=True)
