"""Runs beside each other in one folder, with several workers, and beside a stack for people: each has its own stack."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fixtures.bringup import SERVICES
from fixtures.environment import PORT_VARIABLES
from tests.exits.leftovers import things
from tests.exits.verdicts import settle
from tests.exits.ways import QUICK
from tests.exits.workshop import Bench, Workshop
from tests.sabotage.catalogue import Change

CLEAN = "left behind: 0 containers, 0 networks, 0 volumes"
PEOPLE = "plumbline-beside"
"""The stack for people has another project's name here, and ports that the engine chooses: a person's own may stand."""
RENAMED = Change("fixtures/up.py", 'PROJECT = "plumbline"', f'PROJECT = "{PEOPLE}"')
PORTS = "".join(f"{each}=0\n" for each in PORT_VARIABLES)


async def test_two_runs_in_one_folder_stay_green(workshop: Workshop) -> None:
    async with workshop.bench() as bench:
        first, second = (bench.begin(*QUICK, words=words) for words in ("first", "second"))
        await first.end()

        ended = [await bench.over(each, time.monotonic()) for each in (second, first)]

    assert [settle("side by side", "pass", each, {0}, [CLEAN]) for each in ended] == [[], []], "\n".join(
        each.output for each in ended
    )
    assert bench.results()["verdict"] == "passed"


async def test_each_worker_has_a_stack_and_all_stay_green(workshop: Workshop) -> None:
    async with workshop.bench() as bench:
        ended = await bench.over(bench.begin(*QUICK, "-n", "2"), time.monotonic())

        results = bench.results()

    assert settle("with two workers", "pass", ended, {0}, [CLEAN]) == [], ended.output
    assert [each["service"] for each in results["images"]].count("postgres") == 2
    assert sum(each["passed"] for each in results["layers"]) > 50


@asynccontextmanager
async def for_people(workshop: Workshop) -> AsyncIterator[Bench]:
    """Have a stack as `make up` starts it, and stop it as `make down` does."""
    async with workshop.bench(RENAMED, added={"compose/.env": PORTS}) as bench:
        try:
            up = bench.begin("up", module="fixtures.up")
            assert await up.end() == 0, up.output
            yield bench
        finally:
            await bench.begin("down", "--volumes", module="fixtures.up").end()


async def test_stack_for_people_stands_beside_a_run(workshop: Workshop) -> None:
    async with for_people(workshop) as people:
        async with workshop.bench() as bench:
            ended = await bench.over(bench.begin(*QUICK), time.monotonic())

        stands = [each for each in await things() if each.kind == "container" and PEOPLE in each.name]

    assert settle("beside make up", "pass", ended, {0}, [CLEAN]) == [], ended.output
    assert len(stands) == len(SERVICES)
    assert (await people.remains()).disturbed == []
