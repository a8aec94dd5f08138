"""Where rows are tried: layer 0 in this process, everything else by pytest in a copy, bounded, swept and cleared."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fixtures import sweep
from fixtures.configuration import check, load
from fixtures.configuration.programs import compose_refuses, has_compose
from fixtures.docker import docker
from fixtures.runs import Run
from fixtures.settings import ROOT, report_of, settings
from machine import engine_images
from machine.errors import CommandTimedOut
from machine.images import SERVICE, SERVICE_BASE, Store
from machine.process import Completed, run
from machine.progress import Steps
from machine.recipes import load as recipes
from tests.sabotage.catalogue import Row
from tests.sabotage.copies import broken
from tests.sabotage.judging import Red
from tests.sabotage.outcomes import first_red

AREA_BOUND, PIPELINE_BOUND = 300 * settings().slowness, 420 * settings().slowness
"""Seconds for the tests of one file with their stack, and for the whole pipeline; an image that is built is within."""
PYTEST = (sys.executable, "-m", "pytest", "-x", "-q", "--tb=short", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Bench:
    """The project, and a directory for its copies that the next run's sweep removes if this one is killed."""

    project: Path
    directory: Path

    async def layer0(self, row: Row) -> Red | None:
        """Ask layer 0's rules, and docker compose where its command line is there: no engine is needed."""
        with broken(self.project, [row], self.directory) as copy:
            configuration = load(copy)
            findings = check(configuration)
            if findings:
                return Red("layer0", " ".join(sorted({each.rule for each in findings})))
            touched = any(each.file.startswith("compose/") and "/" not in each.file[8:] for each in row.changes)
            if touched and has_compose():
                for override in (False, True):
                    if await compose_refuses(configuration, with_override=override):
                        return Red("layer0", "test_docker_compose_accepts_the_files")
        return None

    async def area(self, row: Row) -> Red | None:
        """Run the tests that are expected to turn red, on as much of the stack as they need."""
        if not row.killers:
            return None
        component = ["--component", row.component] if row.component else []
        return await self._pytest([row], AREA_BOUND, row.killers, "-m", "pipeline", *component)

    async def pipeline(self, row: Row) -> Red | None:
        """Run the whole pipeline, up to its first red test."""
        return await self.together([row])

    async def together(self, rows: Sequence[Row]) -> Red | None:
        """Run the whole pipeline on several changes at once."""
        return await self._pytest(rows, PIPELINE_BOUND, "-m", "pipeline")

    async def _pytest(self, rows: Sequence[Row], bound: float, *arguments: str) -> Red | None:
        with broken(self.project, rows, self.directory) as copy:
            environment = {**os.environ, "PLUMBLINE_REPORT": str(copy / "report")}
            for row in rows:
                environment |= row.environment
            async with self._cleared(copy):
                try:
                    done = await run([*PYTEST, *arguments], timeout=bound, cwd=copy, env=environment, check=False)
                except CommandTimedOut:
                    return Red("layer1", f"no end after {bound:g} s")
            _keep_words(done, copy, rows)
            return first_red(done, copy / "report")

    @asynccontextmanager
    async def _cleared(self, copy: Path) -> AsyncIterator[None]:
        """Remove what a run that was ended left on the engine, and the images that only this copy needed."""
        try:
            yield
        finally:
            await asyncio.shield(self._clear(copy))

    async def _clear(self, copy: Path) -> None:
        await sweep.sweep()
        own = await tags(copy) - await tags(self.project)
        for tag in await engine_images.find(own):
            await docker("image", "rm", "--force", tag)


def _keep_words(done: Completed, copy: Path, rows: Sequence[Row]) -> None:
    """Leave a run's output where a person can read it, by its row's name."""
    name = rows[0].id if len(rows) == 1 else f"{len(rows)}-together"
    words = f"{' '.join(done.argv)}\n{done.text}\n{done.errors}\n".replace(str(copy), str(ROOT))
    directory = report_of("sabotage")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{name}.txt").write_text(words, encoding="utf-8")


async def tags(project: Path) -> set[str]:
    """Return the tags that images of a project have, or would have, when they are made here."""
    found = recipes(project / "compose" / "images")
    tags = {found.tag(name) for name in found.images}
    python = found.images[SERVICE_BASE]
    there = await engine_images.find([python.official, found.tag(SERVICE_BASE)])
    with Steps() as steps:
        store = Store(found, "auto", steps, {}, repository=project)
        return tags | {f"plumbline/{SERVICE}:{store.service_key(each.digest)}" for each in there.values()}


@asynccontextmanager
async def bench(project: Path = ROOT) -> AsyncIterator[Bench]:
    """Yield a bench; its directory and every copy in it is gone afterwards."""
    own = Run.begin()
    try:
        own.directory.mkdir(mode=0o700)
        yield Bench(project, own.directory)
    finally:
        await asyncio.shield(sweep.remove(own.identifier))
        own.end()
