"""The files of a report directory as values, the command that makes a page of them, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.report.run import ReportError, Run, read
from fixtures.settings import ROOT
from tests.unit.report.samples import directory


def test_directory_without_files_is_an_empty_run(tmp_path: Path) -> None:
    assert read(tmp_path) == Run(drawings=[], load_series=[])


def test_key_that_is_not_known_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(json.dumps({"schema": 1, "verdict": "passed", "new": [{"a": 1}]}))

    assert read(tmp_path).verdict == "passed"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("results.json", "{", "results.json cannot be read"),
        ("results.json", '{"schema": 2}', "has schema 2, this reads schema 1"),
        ("results.json", '{"alerts": [{"rule": "r"}]}', "results.json: alerts.0.pending_s: Field required"),
        ("results.json", "[]", "results.json is no JSON object"),
        ("panels.json", '[{"dashboard": "d"}]', "panels.json: 0.path: Field required"),
        ("load.json", '[{"scenario": 7}]', "load.json: 0"),
    ],
)
def test_file_of_another_shape_is_refused_by_name(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(ReportError) as raised:
        read(tmp_path)

    assert words in str(raised.value)
    assert "to do: " in str(raised.value) or "schema" in str(raised.value)


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "fixtures.report", *arguments]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_command_writes_the_page_and_says_where(tmp_path: Path) -> None:
    done = command(str(directory("failed", tmp_path)))

    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "index.html"))
    assert "<title>✗ Failed: Plumbline report" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_command_refuses_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("{", encoding="utf-8")

    done = command(str(tmp_path))

    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {tmp_path / 'results.json'} cannot be read")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "index.html").exists()
