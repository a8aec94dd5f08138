"""A page shows what other runs measured too, each with when and by what; what is nowhere is not measured."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.report.elsewhere import KINDS, root
from fixtures.report.page import renew, write
from tests.unit.report.reading import Document

RATIO = {"figure": "memory", "variant": "both", "ratio": 1.01, "low": 1.0, "high": 1.02, "verdict": "passed"}
ROWS: dict[str, Any] = {
    "load": {"scenario": "spike", "sent": 7},
    "overhead": RATIO,
    "faults": {"fault": "postgres paused", "lost": 0},
    "exits": {"phase": "start-up", "clean": True},
    "sabotage": {"mutant": "port", "layer_expected": "layer0", "layer_red": "layer0", "killed": True},
}


def ran(directory: Path, began: float, command: str, file: str = "results.json", **content: Any) -> None:
    """Leave what a run recorded in a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    run = {"began": began, "command": command, "ended": "ok"}
    whole = {"schema": 1, "verdict": "passed", "seconds": 1.0, "run": run, **content}
    (directory / file).write_text(json.dumps(whole), encoding="utf-8")


def nobody_looked(page: Document) -> str:
    return " ".join(each.text for each in page.all("section", id="absent"))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report in which each kind of run has measured its chapter, after the main run."""
    tally = {"passed": 3, "failed": 0, "skipped": 0, "seconds": 1.0}
    ran(tmp_path, 1_000.0, "pytest -m pipeline", layers=[{"name": "layer0_config", **tally}])
    for number, (kind, row) in enumerate(ROWS.items()):
        file = "overhead.json" if kind == "overhead" else "results.json"
        ran(tmp_path / kind, 90_000.0 + 86_400 * number, f"python -m {kind}", file, **{kind: [row]})
    return tmp_path


def test_rows_are_of_every_kind() -> None:
    assert ROWS.keys() == set(KINDS)


def test_chapter_of_another_run_says_when_and_by_what(report: Path) -> None:
    page = Document(write(report).read_text(encoding="utf-8"))

    for number, kind in enumerate(KINDS):
        said = f"Not of this run: measured 1970-01-0{2 + number} 01:00:00 UTC by python -m {kind}. ✓Passed:"
        assert said in page.one("section", id=kind).text
        assert f"make {kind}" not in nobody_looked(page)
    assert page.one("h1").text == "✓ Passed"
    assert {"layers", *KINDS} <= set(page.chapters())


def test_page_of_a_kind_shows_the_others(report: Path) -> None:
    page = Document(write(report / "faults").read_text(encoding="utf-8"))

    assert set(KINDS) <= set(page.chapters())
    assert "Not of this run" not in page.one("section", id="faults").text
    assert "Not of this run" in page.one("section", id="load").text


def test_run_of_a_kind_makes_the_page_above_again(report: Path) -> None:
    write(report / "faults")

    assert "postgres paused" in (report / "index.html").read_text(encoding="utf-8")


def test_no_page_is_made_where_no_run_was(tmp_path: Path) -> None:
    ran(tmp_path / "faults", 1.0, "pytest -m faults", faults=[ROWS["faults"]])

    write(tmp_path / "faults")
    renew(tmp_path)

    assert [each.name for each in tmp_path.iterdir()] == ["faults"]


def test_own_measurement_goes_before_others(report: Path) -> None:
    ran(report, 1_000.0, "pytest", faults=[{"fault": "grafana killed"}])

    words = Document(write(report).read_text(encoding="utf-8")).one("section", id="faults").text

    assert "grafana killed" in words
    assert "postgres paused" not in words
    assert "Not of this run" not in words


def test_failed_run_is_told_with_its_chapter(report: Path) -> None:
    tally = {"passed": 1, "failed": 1, "skipped": 0, "seconds": 1.0}
    red = [{"name": "layer5_faults", **tally}]
    ran(report / "faults", 2.0, "pytest -m faults", faults=[ROWS["faults"]], verdict="failed", layers=red)

    page = Document(write(report).read_text(encoding="utf-8"))

    assert "Failed: Layer 5 faults is the first red one" in page.one("section", id="faults").text
    assert page.one("h1").text == "✓ Passed"


def test_newest_cost_of_observing_is_shown_with_its_date(report: Path) -> None:
    ran(report, 999_000.0, "older place", "overhead.json", overhead=[{**RATIO, "low": 0.5}])

    words = Document(write(report).read_text(encoding="utf-8")).one("section", id="overhead").text

    assert "measured 1970-01-12 13:30:00 UTC by older place" in words
    assert "0.500 to 1.020" in words


def test_cost_of_observing_without_a_date_says_so(tmp_path: Path) -> None:
    ran(tmp_path, 1.0, "pytest")
    (tmp_path / "overhead.json").write_text(json.dumps({"schema": 1, "verdict": "passed", "overhead": [RATIO]}))

    page = Document(write(tmp_path).read_text(encoding="utf-8"))

    assert "measured at a time that was not recorded." in page.one("section", id="overhead").text


def test_what_cannot_be_read_is_not_known(report: Path) -> None:
    (report / "faults" / "results.json").write_text("{", encoding="utf-8")

    page = Document(write(report).read_text(encoding="utf-8"))

    assert "faults" not in set(page.chapters())
    assert "make faults measures it" in nobody_looked(page)


def test_report_of_anything_else_takes_nothing_from_beside_it(report: Path) -> None:
    ran(report / "example", 5.0, "pytest examples/orders")

    page = Document(write(report / "example").read_text(encoding="utf-8"))

    assert set(KINDS) & set(page.chapters()) == set()
    assert root(report / "example") == report / "example"
