"""However a run ends by itself, green, red, or without room to write: nothing is left, and nothing else is touched."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.exits.disks import small_disk
from tests.exits.verdicts import settle
from tests.exits.ways import PHASES, QUICK, WHOLE, Phase, restarting
from tests.exits.workshop import Workshop
from tests.sabotage.catalogue import Change

FULL = "No space left on device"
LAYER = "tests/integration/layer2_service"
PART = ("--component", "service")


@dataclass(frozen=True)
class Course:
    """A run that ends by itself: what is wrong with the project, what is run, and how it has to end."""

    name: str
    code: int
    runs: tuple[str, ...] = QUICK
    changes: tuple[Change, ...] = ()
    added: Mapping[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()


READ_NO_FURTHER = """
import subprocess, sys
run = subprocess.Popen([sys.executable, "-m", "pytest", *sys.argv[1:]], stdout=subprocess.PIPE)
run.stdout.readline()
run.stdout.close()
sys.exit(run.wait())
"""
COURSES = (
    Course("pass", 0, says=("left behind: 0 containers, 0 networks, 0 volumes",)),
    Course(
        "failing test",
        1,
        (f"{LAYER}/test_paging.py", f"{LAYER}/test_fails.py", *PART),
        added={f"{LAYER}/test_fails.py": "def test_fails(stack: object) -> None:\n    assert stack is None\n"},
        says=("FAILED", "left behind: 0 containers, 0 networks, 0 volumes"),
    ),
    Course(
        "first failure ends it",
        1,
        ("-x", f"{LAYER}/test_first.py", f"{LAYER}/test_paging.py", *PART),
        added={f"{LAYER}/test_first.py": "def test_fails(stack: object) -> None:\n    assert stack is None\n"},
        says=("FAILED", "left behind: 0 containers, 0 networks, 0 volumes"),
    ),
    Course(
        "error in start-up",
        1,
        WHOLE[1:],
        changes=(Change("compose/prometheus/prometheus.yml", "\nscrape_configs:", "\nscrape_configurations:"),),
        says=("the stack did not come up", "prometheus", "field scrape_configurations not found"),
    ),
    Course(
        "error in collecting",
        2,
        added={f"{LAYER}/test_lost.py": "import no_such_module\n"},
        runs=(LAYER, *PART),
        says=("no_such_module",),
    ),
)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.name)
async def test_run_that_ends_by_itself_leaves_nothing(workshop: Workshop, course: Course) -> None:
    async with workshop.bench(*course.changes, added=course.added) as bench:
        ended = await bench.over(bench.begin(*course.runs), time.monotonic())

    assert settle("to its end", course.name, ended, {course.code}, course.says) == [], ended.output


async def test_run_whose_reader_is_gone_leaves_nothing(workshop: Workshop) -> None:
    async with workshop.bench(added={"reader.py": READ_NO_FURTHER}) as bench:
        ended = await bench.over(bench.begin(*QUICK, module="reader"), time.monotonic())

    assert settle("to its end", "words read no further", ended, {1}) == [], ended.output


@pytest.mark.parametrize(
    ("place", "kibibytes"),
    [("project/report", 8), ("project/report", 40), ("state/plumbline/runs", 4)],
    ids=["report", "page", "run"],
)
async def test_full_disk_is_told_and_leaves_nothing(workshop: Workshop, place: str, kibibytes: int) -> None:
    async with workshop.bench() as bench:
        with small_disk(bench.path(place), kibibytes):
            ended = await bench.over(bench.begin(*QUICK), time.monotonic())

    assert settle("to its end", f"disk full: {place}", ended, {1}, (FULL,)) == [], ended.output


@pytest.mark.parametrize("phase", [each for each in PHASES if each.made is not False], ids=lambda phase: phase.name)
async def test_restarted_engine_is_survived(workshop: Workshop, request: pytest.FixtureRequest, phase: Phase) -> None:
    command = request.config.getoption("restart_engine")
    if command is None:
        pytest.skip("it stops everybody's containers; where that harms nobody: --restart-engine COMMAND")

    async with workshop.bench() as bench:
        ended = await bench.ended(phase, restarting(command))

    codes = {pytest.ExitCode.TESTS_FAILED, *([pytest.ExitCode.OK] if phase.judged else [])}
    assert settle(phase.name, "engine restarted", ended, codes) == [], ended.output
