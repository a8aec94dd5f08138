"""A run of the catalogue leaves results and a page in its own directory, and nothing of the run before."""

import json
from pathlib import Path

import pytest

from fixtures import results
from tests.sabotage import recording
from tests.sabotage.catalogue import Row
from tests.sabotage.judging import Red, Verdict

MUTANT = Row("mutant", "something", (), layer="layer3", by="test_x.py")
KILLED = Verdict(MUTANT, "killed", Red("layer3", "test_x.py::test_y"), 2.0)
SURVIVED = Verdict(MUTANT, "survived")


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing recorded yet, and nothing of this run touched."""
    for each in ("_rows", "_single", "_beside"):
        monkeypatch.setattr(results, each, {})


def test_nothing_of_an_earlier_run_is_left(tmp_path: Path) -> None:
    for name in ("results.json", "index.html", "mutant.txt", "4-together.txt", "history.jsonl", "notes.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")

    recording.clear(tmp_path, [MUTANT])

    assert sorted(each.name for each in tmp_path.iterdir()) == ["history.jsonl", "notes.txt"]


@pytest.mark.parametrize(
    ("verdict", "ended", "words"), [(KILLED, "passed", "1 of 1 break noticed"), (SURVIVED, "failed", "0 of 1 break")]
)
def test_results_and_page_lie_in_the_directory(tmp_path: Path, verdict: Verdict, ended: str, words: str) -> None:
    recording.write(tmp_path / "sabotage", [verdict], seconds=3.0, command="python -m tests.sabotage")

    content = json.loads((tmp_path / "sabotage" / "results.json").read_text(encoding="utf-8"))
    page = (tmp_path / "sabotage" / "index.html").read_text(encoding="utf-8")
    assert (content["verdict"], content["sabotage"]) == (ended, [verdict.record()])
    assert content["run"]["command"] == "python -m tests.sabotage"
    assert words in page
    assert [each.name for each in tmp_path.iterdir()] == ["sabotage"]


def test_rows_alone_go_into_a_file_that_is_named(tmp_path: Path) -> None:
    recording.write(tmp_path / "report", [KILLED], seconds=3.0, command="", file=tmp_path / "rows.json")

    assert json.loads((tmp_path / "rows.json").read_text(encoding="utf-8")) == [KILLED.record()]
