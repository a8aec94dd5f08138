"""What a run left is seen wherever it is: on the engine, among processes, in files; and so is what it did to others."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.runs import HOST_LABEL, RUN_LABEL
from tests.exits.leftovers import ELSEWHERE, KINDS, Place, Remains, Thing, disturbed, remains, things
from tests.unit.fixtures.fake_docker import FakeDocker

OWN = {RUN_LABEL: "0000dead", HOST_LABEL: "here"}
FOR_PEOPLE = {RUN_LABEL: "up", HOST_LABEL: "here"}


@pytest.fixture
def sleeper(place: Place) -> Iterator[int]:
    """A process that was told of the run's state directory, and has no parent that knows it."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        env={"XDG_STATE_HOME": str(place.state)},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    yield process.pid
    process.communicate()


@pytest.mark.usefixtures("fake_docker")
async def test_nothing_left_is_nothing(place: Place) -> None:
    found = await remains(place, "here", frozenset())

    assert found.lines == []
    assert set(found.counts.values()) == {0}


@pytest.mark.parametrize("kind", KINDS)
async def test_thing_of_a_run_is_seen(place: Place, fake_docker: FakeDocker, kind: str) -> None:
    fake_docker.has(kind, "left", OWN)

    found = await remains(place, "here", frozenset())

    assert found.lines == [f"{kind} left"]
    assert found.counts[f"{kind}s"] == 1


@pytest.mark.parametrize(
    "labels", [{}, FOR_PEOPLE, {RUN_LABEL: "0000dead", HOST_LABEL: ELSEWHERE}], ids=["none", "for people", "elsewhere"]
)
async def test_thing_of_others_that_is_gone_or_new_is_seen(fake_docker: FakeDocker, labels: dict[str, str]) -> None:
    before = await things()
    fake_docker.has("volume", "somebodys", labels)
    after = await things()

    assert disturbed(before, after, "here") == ["new: volume somebodys"]
    assert disturbed(after, before, "here") == ["gone: volume somebodys"]


async def test_runs_of_other_machines_come_and_go(fake_docker: FakeDocker) -> None:
    fake_docker.has("container", "theirs", {RUN_LABEL: "0a1b2c3d", HOST_LABEL: "there"})

    assert disturbed(frozenset(), await things(), "here") == []


async def test_thing_made_anew_under_its_name_is_seen() -> None:
    before, after = ({Thing("container", "decoy", each)} for each in ("first", "second"))

    assert disturbed(before, after, "here") == ["gone: container decoy", "new: container decoy"]


@pytest.mark.usefixtures("fake_docker")
async def test_process_of_a_run_is_seen(place: Place, sleeper: int) -> None:
    (line,) = (await remains(place, "here", frozenset())).lines

    assert line.startswith(f"process {sleeper}: ")


@pytest.mark.parametrize(
    "file",
    [
        "state/plumbline/runs/0000dead.lock",
        "state/plumbline/runs/0000dead",
        "temporary/plumbline-0a1b",
        "project/compose.env",
        "project/fixtures/scratch",
        "project/report/results.tmp",
    ],
)
def test_file_of_a_run_is_seen(place: Place, tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).touch()

    assert place.files() == [f"file {tmp_path / file}"]


@pytest.mark.parametrize(
    "file", ["project/report/index.html", "project/__pycache__/x.pyc", "temporary/pytest-of-me", "state/plumbline/host"]
)
def test_file_that_may_stay_is_no_leftover(place: Place, tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).touch()

    assert place.files() == []


def test_everything_that_remains_is_told() -> None:
    found = Remains(["container a"], ["process 1: b"], ["file c"], ["gone: volume d"])

    assert found.lines == ["container a", "file c", "gone: volume d", "process 1: b"]
    assert dict(found.counts) == {
        "containers": 1,
        "networks": 0,
        "volumes": 0,
        "processes": 1,
        "files": 1,
        "disturbed": 1,
    }
