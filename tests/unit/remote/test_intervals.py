"""The `.env` that a stack was started with gives the intervals that deadlines derive from; a wrong one is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.settings import ROOT

SHOW = "from fixtures import deadlines; print(deadlines.SCRAPE, deadlines.EXPORT)"


def shown(file: Path, *argv: str) -> "subprocess.CompletedProcess[str]":
    """Run Python with an environment file chosen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE", "PYTEST"))}
    return subprocess.run(
        [sys.executable, *argv],
        cwd=ROOT,
        env=kept | {"PLUMBLINE_ENV_FILE": str(file)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_intervals_are_those_of_the_file_and_else_the_usual(tmp_path: Path) -> None:
    file = tmp_path / "staging.env"
    file.write_text("SCRAPE_INTERVAL=15s\n")

    assert shown(file, "-c", SHOW).stdout.split() == ["15.0", "1.0"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read "),
        ("SCRAPE INTERVAL\n", "staging.env:1: expected NAME=value"),
        ("SCRAPE_INTERVAL=fast\n", "staging.env: SCRAPE_INTERVAL='fast' is no duration"),
    ],
)
def test_file_that_cannot_be_used_ends_the_run_in_one_error(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "staging.env"
    if text is not None:
        file.write_text(text)

    done = shown(file, "-m", "pytest", "--collect-only", "-q", "tests/unit/remote/test_reach.py")

    assert message in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
