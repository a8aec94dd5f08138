"""What a run of the catalogue leaves: results.json with a row for each breakage, and the page made of it."""

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from fixtures import results
from tests.sabotage.catalogue import Row
from tests.sabotage.judging import Verdict


def clear(directory: Path, catalogue: Iterable[Row]) -> None:
    """Remove what an earlier run wrote, the words of its rows included: they are not this one's."""
    results.clear(directory)
    for each in (*(directory / f"{row.id}.txt" for row in catalogue), *directory.glob("*-together.txt")):
        each.unlink(missing_ok=True)


def write(directory: Path, found: Sequence[Verdict], *, seconds: float, command: str, file: Path | None = None) -> None:
    """Write results.json and the page into a directory, and the rows alone into a file, if one is named.

    Raises:
        ReportError: what was recorded cannot be read back.
    """
    from fixtures.report.page import write as write_page  # its libraries would cost --list a third of a second

    for each in found:
        results.record("sabotage", each.record())
    good = bool(found) and all(each.good for each in found)
    ended = "ok" if good else "tests_failed"
    results.record_once("run", {"began": round(time.time() - seconds, 3), "command": command, "ended": ended})
    if file is not None:
        file.write_text(json.dumps(results.recorded("sabotage"), indent=1) + "\n", encoding="utf-8")
    with results.alone(directory):
        results.write(directory / "results.json", verdict="passed" if good else "failed", seconds=seconds)
        write_page(directory)
