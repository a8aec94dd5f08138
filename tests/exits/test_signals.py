"""However and whenever a run is ended from outside: it says so, nothing of it is left, and nothing else is touched."""

import pytest

from tests.exits.verdicts import settle
from tests.exits.ways import INTERRUPTIONS, KILLED, PHASES, Phase, kill
from tests.exits.workshop import Workshop

phases = pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)


@phases
@pytest.mark.parametrize("end", INTERRUPTIONS)
async def test_interrupted_run_leaves_nothing(workshop: Workshop, phase: Phase, end: str) -> None:
    async with workshop.bench() as bench:
        ended = await bench.ended(phase, INTERRUPTIONS[end])

    codes = {pytest.ExitCode.OK if phase.judged else pytest.ExitCode.INTERRUPTED}
    assert settle(phase.name, end, ended, codes) == [], ended.output


@phases
async def test_killed_run_is_swept(workshop: Workshop, phase: Phase) -> None:
    async with workshop.bench() as bench:
        killed = await bench.ended(phase, kill)

        swept = await bench.sweep()

    assert phase.made in (None, bool(killed.remains.things)), killed.remains.lines
    assert settle(phase.name, KILLED, swept, {0}) == [], swept.output
