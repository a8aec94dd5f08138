"""What a person sees of a run under way: one live line on a terminal, a plain one now and then elsewhere."""

from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live

from tests.load.generator import Progress
from tests.load.scenario import Scenario
from tests.load.schedule import duration

EVERY: Final = 10.0
"""Seconds between plain lines."""


class Display:
    """Shows progress on standard error for as long as the block lasts."""

    def __init__(self, scenario: Scenario, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._name, self._planned = scenario.name, duration(scenario.stages)
        self._next = 0.0
        # Drawn once a second by the run itself: a thread that draws would take the interpreter from the event loop.
        live = Live(console=self._console, auto_refresh=False, transient=True)
        self._live = live if self._console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        # Drawn once into the void before the run: what drawing imports and prepares must not hold up a request.
        with self._console.capture():
            self._console.print(self._line(Progress(0.0, 0, 0, 0, 0, 0, 0)), markup=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def show(self, progress: Progress) -> None:
        """Draw where the run stands."""
        line = self._line(progress)
        if self._live:
            self._live.update(line, refresh=True)
        elif progress.elapsed >= self._next:
            self._next = progress.elapsed + EVERY
            self._console.print(line, markup=False)

    def _line(self, progress: Progress) -> str:
        counts = {
            "due": progress.scheduled,
            "sent": progress.sent,
            "answered": progress.answered,
            "errors": progress.errors,
            "dropped": progress.dropped,
            "in flight": progress.in_flight,
        }
        words = "  ".join(f"{number:,} {name}" for name, number in counts.items())
        return f"{self._name}  {progress.elapsed:.0f} of {self._planned:g} s  {words}"
