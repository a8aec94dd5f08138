"""The ways in which a run ends, as data: where it is, what ends it, and how it must look afterwards."""

import asyncio
import re
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fixtures.docker import listed
from machine import process
from tests.exits.running import LOOK, Running

QUICK = ("tests/integration/layer2_service/test_paging.py", "--component", "service")
"""Two containers and some fifty short tests."""
REPLICAS = ("tests/integration/layer2_service", "--component", "service")
"""Beside the tests, single containers are started, paused and killed."""
WHOLE = ("tests/integration/layer0_config", "tests/integration/layer1_containers")
"""Six containers, and tests that need none meanwhile."""
STORIES = ("-m", "pipeline")
"""The main job: beside its layers a second stack, an alert drill and replicas."""

RESTARTED = 120.0
"""Seconds that restarting the engine may take."""
Sign = Callable[[Running], Awaitable[bool]]
End = Callable[[Running], Awaitable[None]]


@dataclass(frozen=True)
class Phase:
    """A part of a run: what is run, how it is seen from outside, and what the run has made of it so far."""

    name: str
    runs: tuple[str, ...]
    sign: Sign
    made: bool | None = True
    """Whether something is on the engine then; None where that is about to change."""
    judged: bool = False
    """Whether all tests are over: an end from outside does not change the verdict any more."""


def _says(words: str) -> Sign:
    async def seen(run: Running) -> bool:
        return re.search(words, run.output) is not None

    return seen


def _does(words: str) -> Sign:
    async def seen(run: Running) -> bool:
        return any(re.search(words, each) for each in run.commands)

    return seen


async def _half_up(run: Running) -> bool:
    found = (re.search(r"--project-name (\S+) .* up ", each) for each in run.commands)
    project = next((each[1] for each in found if each), None)
    return project is not None and len(await listed("container", f"label=com.docker.compose.project={project}")) > 1


async def _two_stand(run: Running) -> bool:
    events = (re.search(r"docker events .*compose\.project=(\S+)", each) for each in run.commands)
    return len({each[1] for each in events if each}) > 1


async def _writes(run: Running) -> bool:
    return (run.folder / "report" / "results.json").exists()


_IN_A_TEST = _says(r"layer2_service/test_\w+\.py \.")
PHASES = (
    Phase("collecting", QUICK, _says("rootdir:"), made=False),
    Phase("preparing images", QUICK, _does("^docker "), made=False),
    Phase("coming up", WHOLE, _half_up),
    Phase("layer 0 meanwhile", WHOLE, _says("layer0_config:"), made=None),
    Phase("in a test", REPLICAS, _IN_A_TEST),
    Phase("beside stories", STORIES, _IN_A_TEST),
    Phase("with two workers", (*QUICK, "-n", "2"), _two_stand),
    Phase("going down", QUICK, _does("down --remove-orphans"), made=None, judged=True),
    Phase("writing the report", QUICK, _writes, made=False, judged=True),
)


async def _once(run: Running) -> None:
    run.ctrl_c()


async def _twice(run: Running) -> None:
    run.ctrl_c()
    await asyncio.sleep(LOOK)  # two that are sent at once arrive as one
    run.ctrl_c()


async def _again_and_again(run: Running) -> None:
    while run.process.poll() is None:
        run.ctrl_c()
        await asyncio.sleep(10 * LOOK)  # an impatient person


async def _term(run: Running) -> None:
    run.process.send_signal(signal.SIGTERM)


async def kill(run: Running) -> None:
    """End a run, and workers that it has, as the kernel does where memory is short."""
    run.kill()


def restarting(command: str) -> End:
    """Return the end of the engine under a run, by a command that brings it back."""

    async def restart(run: Running) -> None:
        await process.run(["sh", "-c", command], timeout=RESTARTED)

    return restart


KILLED = "SIGKILL"
INTERRUPTIONS: Mapping[str, End] = {
    "Ctrl-C": _once,
    "Ctrl-C twice": _twice,
    "Ctrl-C again and again": _again_and_again,
    "SIGTERM": _term,
}
"""After these a run cleans up itself."""
