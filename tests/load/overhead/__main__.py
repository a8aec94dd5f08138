"""`python -m tests.load.overhead`: measure what observing costs, say whether that is as wanted, write it down.

Exit codes: 0 as wanted, 1 not, 2 nothing could be measured, 3 measured, and not precisely enough to decide.
"""

import asyncio
import shlex
import signal
import sys
import time
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console

from fixtures import sweep
from fixtures.bringup import SERVICES, Stack, standing
from fixtures.errors import PlumblineError
from fixtures.report.elsewhere import root
from fixtures.report.page import renew
from fixtures.runs import Run
from fixtures.settings import report_of
from machine.engine import ensure_engine
from machine.errors import MachineError
from machine.images import ensure
from machine.progress import Steps
from tests.load.overhead.absolutes import absolutes
from tests.load.overhead.comparison import compare
from tests.load.overhead.components import Cost, costs
from tests.load.overhead.experiment import Plan, observe
from tests.load.overhead.outcome import Outcome
from tests.load.overhead.table import remark, tables
from tests.load.overhead.verdicts import Verdict

_CODES = {Verdict.PASSED: 0, Verdict.MISSED: 1, Verdict.UNDECIDED: 3}
_ERROR = 2
_WIDTH = 180
BESIDE = ("postgres", "config-service", "otel-collector", "cadvisor")
"""What the experiment needs of the stack: the Collector, cAdvisor, and what these wait for."""


def main(
    pairs: Annotated[
        int, typer.Option(min=10, help="Pairs of all; there are four times more of those that are judged.")
    ] = 130,
    quick: Annotated[bool, typer.Option("--quick", help="26 pairs and no components: does it work at all?")] = False,
) -> None:
    """Measure what observing costs: telemetry off against on, in interleaved pairs (a quarter of an hour)."""
    plan = Plan(26, further=0, lives=2) if quick else Plan(pairs)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            outcome = runner.run(_until_told(_measured(plan, components=not quick)))
    except (PlumblineError, MachineError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(_ERROR) from None
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGINT) from None
    raise typer.Exit(_CODES[outcome.verdict])


async def _measured(plan: Plan, *, components: bool) -> Outcome:
    began = time.time()
    with Steps() as steps:
        await ensure_engine(steps)
        images = await ensure(steps=steps)
        await sweep.sweep()
        run = Run.begin()
        try:
            async with standing(run, images, *(SERVICES if components else BESIDE)) as stack:
                found = await _costs(stack, steps) if components else []
                findings = await observe(stack, plan, steps)
        finally:
            run.end()
    outcome = Outcome(compare(findings), absolutes(findings), found)
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH)  # a log has no width; rows must stay whole
    for table in tables(outcome):
        console.print(table)
    directory = report_of("overhead")
    outcome.write(directory, began=began, command=shlex.join(["python", "-m", "tests.load.overhead", *sys.argv[1:]]))
    for each in dict.fromkeys((directory, root(directory))):
        renew(each)
    console.print(f"{remark(outcome)}\nwritten to {directory / 'overhead.json'}")
    return outcome


async def _costs(stack: Stack, steps: Steps) -> list[Cost]:
    async with steps.step("the components, at rest and at work"):
        found = await costs(stack)
    await stack.compose("stop", *(each for each in SERVICES if each not in BESIDE))
    return found


async def _until_told(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Do the work; the first Ctrl-C or SIGTERM ends it, and further ones do not disturb its clean-up."""
    task = asyncio.ensure_future(work)

    def end() -> None:
        if not task.cancelling():
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    return await task


if __name__ == "__main__":
    typer.run(main)
