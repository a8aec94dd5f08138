"""A run of a proof in a process of its own, as a person starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures import deadlines
from fixtures.settings import ROOT


@dataclass(frozen=True)
class Outcome:
    """How a run ended, what it showed, and its results.json."""

    code: int
    output: str
    results: Mapping[str, Any]

    @property
    def failed(self) -> set[str]:
        """The tests that failed, without their parameters."""
        return {each["test"].split("::")[1].split("[")[0] for each in self.results.get("failures", ())}


def begin(project: Path, report: Path) -> "subprocess.Popen[str]":
    """Begin the proof of a project."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=project,
        env=environment | {"PLUMBLINE_REPORT": str(report), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def end(process: "subprocess.Popen[str]", report: Path) -> Outcome:
    """Wait until a proof has ended and its stack is gone."""
    output, _ = process.communicate(timeout=deadlines.UP + deadlines.DOWN)
    results = report / "results.json"
    assert results.exists(), output
    return Outcome(process.returncode, output, json.loads(results.read_text(encoding="utf-8")))
