"""Four kinds of run, as files of a report directory: recorded by real runs and cut to what tells them apart.

passed: a whole run with load. failed: four failures, and interrupted before its end. unfinished: interrupted, nothing
failed so far. empty: nothing was written.
"""

import json
import shutil
from pathlib import Path
from typing import Any

RUNS = Path(__file__).parent / "runs"
KINDS = ("passed", "failed", "unfinished", "empty")


def directory(kind: str, into: Path) -> Path:
    """Copy the files of a kind of run into a directory and return it."""
    into.mkdir(parents=True, exist_ok=True)
    for each in sorted((RUNS / kind).glob("*.json")):
        shutil.copy(each, into / each.name)
    return into


def results(kind: str) -> dict[str, Any]:
    """Return the content of a run's results.json."""
    content: dict[str, Any] = json.loads((RUNS / kind / "results.json").read_text(encoding="utf-8"))
    return content
