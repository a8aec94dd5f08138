"""Shows that time passes: live elapsed times on a terminal, plain lines (start, now and then, end) elsewhere."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from types import TracebackType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

REMIND_SECONDS = 30.0


class Steps:
    """The long steps of one command; use as a context manager around them, and `step` for each."""

    def __init__(self, console: Console | None = None, *, remind_seconds: float = REMIND_SECONDS) -> None:
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._remind_seconds = remind_seconds
        self._live: Progress | None = None

    def __enter__(self) -> "Steps":
        if self._console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
            self._live = Progress(*columns, console=self._console, transient=True)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def say(self, line: str) -> None:
        """Print one line, above the live ones where there are any."""
        (self._live.console if self._live else self._console).print(line, markup=False)

    @contextlib.asynccontextmanager
    async def step(self, label: str) -> AsyncIterator[None]:
        """Show `label` with its elapsed time while the block runs, then say how it ended."""
        began = time.monotonic()
        live = self._live
        task = live.add_task(label, total=None) if live else None
        reminder = None if live else asyncio.create_task(self._remind(label, began))
        ending = "stopped"
        try:
            yield
            ending = "done"
        except Exception:
            ending = "FAILED"
            raise
        finally:
            if reminder:
                reminder.cancel()
            if live and task is not None:
                live.remove_task(task)
            self.say(f"{label}: {ending} after {time.monotonic() - began:.1f} s")

    async def _remind(self, label: str, began: float) -> None:
        self.say(f"{label} …")
        while True:
            await asyncio.sleep(self._remind_seconds)
            self.say(f"{label} … {time.monotonic() - began:.0f} s")
