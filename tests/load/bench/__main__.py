"""`python -m tests.load.bench`: measure the generator itself, print the tables, write bench-load.json.

Exit code 1 where a figure is not as wanted. Measures times: leave the machine alone meanwhile.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from fixtures.results import write_whole
from fixtures.settings import report_of
from tests.load.bench.capacity import capacity
from tests.load.bench.child import child
from tests.load.bench.claims import claims
from tests.load.bench.pace import pace, stalls
from tests.load.bench.tables import tables

SCHEMA: Final = 1
RATES: Final = (10, 50, 100)
STALL_S: Final = 2.0
_WIDTH: Final = 120
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    seconds: Annotated[float, typer.Option(min=1, help="Of each rate.")] = 60,
    pairs: Annotated[int, typer.Option(min=5, help="Of slices, one of each generator.")] = 20,
) -> None:
    """Measure pace, stall and capacity of the generator (about six minutes)."""
    with child("target", f"{STALL_S}") as target:
        url = f"http://127.0.0.1:{int(target.line())}/"
        paces = [pace(url, rate, seconds) for rate in RATES]
        told = stalls(url, target)
        costs = capacity(url, pairs)
    found = claims(paces, told, costs, STALL_S)
    content = {
        "schema": SCHEMA,
        "verdict": "passed" if all(each.holds for each in found) else "failed",
        "pace": [asdict(each) for each in paces],
        "stall": [asdict(each) for each in told],
        "capacity": asdict(costs),
        "claims": [asdict(each) for each in found],
    }
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH)  # a log has no width; rows must stay whole
    for table in tables(paces, told, costs, found):
        console.print(table)
    typer.echo(f"written: {_write(content)}")
    raise typer.Exit(0 if all(each.holds for each in found) else 1)


def _write(content: dict[str, Any]) -> Path:
    file = report_of("bench-load") / "bench-load.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(content, indent=1, allow_nan=False) + "\n")
    return file


if __name__ == "__main__":
    app()
