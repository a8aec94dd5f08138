"""Where runs are ended: each in a copy of the project with files of its own; all share one host, and decoys beside."""

import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from fixtures import deadlines
from fixtures.errors import PlumblineError
from fixtures.settings import ROOT
from machine.images import ensure
from tests.exits.decoys import decoys, intact
from tests.exits.leftovers import Place, Remains, Thing, project_files, remains, things
from tests.exits.running import Running, begin
from tests.exits.verdicts import Ended
from tests.exits.ways import End, Phase
from tests.sabotage.catalogue import Change, Row
from tests.sabotage.copies import broken

SWEEP = "fixtures.sweep"
SEEN = 120.0 * deadlines.SLOWNESS
"""The longest until a phase of a run is seen."""


@dataclass(frozen=True)
class Bench:
    """One copy of the project, and the runs of it."""

    place: Place
    host: str
    before: frozenset[Thing]
    begun: list[Running] = field(default_factory=list)

    @property
    def variables(self) -> Mapping[str, str]:
        """What a run here is told, so that all that is its own is known."""
        return {"XDG_STATE_HOME": str(self.place.state), "TMPDIR": str(self.place.temporary)}

    def path(self, place: str) -> Path:
        """Return a folder of `project/…` or `state/…`."""
        root, _, rest = place.partition("/")
        return {"project": self.place.project, "state": self.place.state}[root] / rest

    def begin(self, *arguments: str, module: str = "pytest", words: str = "words") -> Running:
        """Begin a run of pytest, or of another module."""
        project = self.place.project
        self.begun.append(begin(project, project.parent / words, ("-m", module, *arguments), self.variables))
        return self.begun[-1]

    async def ended(self, phase: Phase, end: End) -> Ended:
        """Begin a run, end it in a phase, and return what became of it."""
        run = self.begin(*phase.runs)
        await run.until(phase.sign, named=phase.name, within=SEEN)
        began = time.monotonic()
        await end(run)
        return await self.over(run, began)

    async def sweep(self) -> Ended:
        """Remove what dead runs left, as a person does."""
        return await self.over(self.begin(module=SWEEP, words="sweep"), time.monotonic())

    async def clear(self) -> None:
        """End what still runs, because the test was ended, and remove what any run left, because it failed."""
        for each in self.begun:
            each.kill()
        await self.begin(module=SWEEP, words="sweep").end()

    async def over(self, run: Running, began: float) -> Ended:
        """Return what became of a run, as soon as it has ended; `began` is when its end was caused."""
        code = await run.end()
        seconds = time.monotonic() - began
        return Ended(code, seconds, run.output, await self.remains())

    def results(self) -> Mapping[str, Any]:
        """Return what the last run recorded."""
        path = self.place.project / "report" / "results.json"
        found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    async def remains(self) -> Remains:
        """Return what runs left here, and what they did to others."""
        found = await remains(self.place, self.host, self.before)
        harmed = [f"harmed: {each}" for each in await intact(self.host)]
        return Remains(found.things, found.processes, found.files, [*found.disturbed, *harmed])


@dataclass(frozen=True)
class Workshop:
    """A folder of its own, and the name under which runs in it label what they make."""

    folder: Path
    host: str

    @asynccontextmanager
    async def bench(self, *changes: Change, added: Mapping[str, str] | None = None) -> AsyncIterator[Bench]:
        """Yield a copy of the project, changed and with files added; what runs of it left is swept afterwards."""
        own = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            with broken(ROOT, [Row("exits", "", changes)], own) as copy:
                for name, text in (added or {}).items():
                    (copy / name).write_text(text, encoding="utf-8")
                (own / "temporary").mkdir()
                place = Place(copy, self.folder / "state", own / "temporary", project_files(copy))
                bench = Bench(place, self.host, await things())
                try:
                    yield bench
                finally:
                    await bench.clear()
        finally:
            shutil.rmtree(own, ignore_errors=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have a folder for this process alone.

    Raises:
        PlumblineError: another one has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=0):
            yield
    except Timeout:
        raise PlumblineError(f"another process ends runs in {folder}; wait until it is done") from None


@asynccontextmanager
async def workshop(folder: Path = ROOT / ".build" / "exits") -> AsyncIterator[Workshop]:
    """Open the workshop, with what a killed one left swept first."""
    with alone(folder):
        state = {"XDG_STATE_HOME": str(folder / "state")}
        await begin(ROOT, folder / "sweep", ("-m", SWEEP), state).end(deadlines.DOWN)
        host = (folder / "state" / "plumbline" / "host").read_text(encoding="ascii")
        (image,) = await ensure(services=["python"])
        async with decoys(host, image.reference):
            yield Workshop(folder, host)
