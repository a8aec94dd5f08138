"""`python -m tests.sabotage`: breaks copies of the project in every way of the catalogue and says who noticed.

Exit code 0 when every mutant is killed by its layer or an earlier one and every harmless change stays green, else 1;
2 when the catalogue does not fit the files.
"""

import argparse
import asyncio
import shlex
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fixtures.errors import PlumblineError
from fixtures.settings import report_of
from machine.errors import MachineError
from machine.process import together, until_terminated
from tests.sabotage import recording
from tests.sabotage.bench import bench
from tests.sabotage.catalogue import LAYERS, Row, rows
from tests.sabotage.judging import NOT_APPLICABLE, Verdict, culprits, judge

HARMLESS = "harmless"
JOBS = 3
"""Rows at a time: each waits more than it works, so two cores have time for as many."""
CONSOLE = Console(highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the rows that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.sabotage", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="ID", default=[], help="these rows alone")
    parser.add_argument(
        "--layer", choices=[*(key.removeprefix("layer") for key in LAYERS), "harmless"], help="one layer"
    )
    parser.add_argument("--jobs", type=int, choices=range(1, 9), metavar="N", default=JOBS, help="rows at a time (3)")
    parser.add_argument("--list", action="store_true", help="show the catalogue and stop")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts to a file too")
    asked = parser.parse_args(arguments)
    try:
        chosen = _chosen(asked)
        if asked.list:
            print(_catalogue(chosen))
            return 0
        typed = sys.argv[1:] if arguments is None else arguments
        command = shlex.join(["python", "-m", "tests.sabotage", *typed])
        return asyncio.run(until_terminated(_try(chosen, command, asked.json, asked.jobs)))
    except (PlumblineError, MachineError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except asyncio.CancelledError:
        return 143


def _chosen(asked: argparse.Namespace) -> list[Row]:
    every = rows()
    if unknown := set(asked.only) - {each.id for each in every}:
        raise PlumblineError(f"the catalogue has no {', '.join(sorted(unknown))}; --list shows what it has")
    found = [each for each in every if not asked.only or each.id in asked.only]
    if asked.layer == HARMLESS:
        return [each for each in found if each.harmless]
    return [each for each in found if not asked.layer or each.layer in (asked.layer, f"layer{asked.layer}")]


async def _try(chosen: Sequence[Row], command: str, file: Path | None, jobs: int) -> int:
    began, directory = time.monotonic(), report_of("sabotage")
    recording.clear(directory, rows())
    async with bench() as place:
        stages = [place.layer0, place.area, place.pipeline]

        async def mutant(row: Row) -> Verdict:
            return _told(await judge(row, stages))

        found = await _side_by_side(mutant, [each for each in chosen if not each.harmless], jobs)
        harmless = [await judge(row, [place.layer0]) for row in chosen if row.harmless]
        quiet = [each.row for each in harmless if each.good]
        found += [_told(each) for each in harmless if not each.good]
        found += [_told(each) for each in await culprits(quiet, place.together)]
    recording.write(directory, found, seconds=time.monotonic() - began, command=command, file=file)
    CONSOLE.print(_matrix(found))
    CONSOLE.print(f"report: {directory}", markup=False)
    if any(each.state == NOT_APPLICABLE for each in found):
        return 2
    return 0 if found and all(each.good for each in found) else 1


async def _side_by_side(look: Callable[[Row], Awaitable[Verdict]], chosen: Sequence[Row], jobs: int) -> list[Verdict]:
    """Look at all rows, so many at a time, and return what became of them in their order."""
    gate = asyncio.Semaphore(jobs)

    async def one(row: Row) -> Verdict:
        async with gate:
            return await look(row)

    return await together(*map(one, chosen)) if chosen else []


def _told(verdict: Verdict) -> Verdict:
    red = f"{verdict.red.layer}  {verdict.red.test}" if verdict.red else ""
    CONSOLE.print(f"{verdict.state:14} {verdict.row.id:34} {verdict.seconds:6.1f} s  {red}", markup=False)
    return verdict


def _matrix(found: Sequence[Verdict]) -> Table:
    """Expected layer by row, what became of it by column."""
    states = sorted({each.state for each in found})
    counts = Counter((each.row.layer or HARMLESS, each.state) for each in found)
    table = Table("expected", *states, box=None)
    for layer in [*LAYERS, HARMLESS]:
        cells = [counts[layer, state] for state in states]
        if any(cells):
            table.add_row(layer, *(str(cell or "·") for cell in cells))
    return table


def _catalogue(chosen: Sequence[Row]) -> str:
    lines = [f"{each.layer or HARMLESS:13} {each.id:34} {each.by:28} {each.breaks}" for each in chosen]
    return "\n".join([*lines, f"{len(lines)} rows"])


if __name__ == "__main__":
    sys.exit(main())
