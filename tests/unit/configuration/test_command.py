"""`python -m fixtures.configuration`: exit codes, places, and JSON."""

import json
import shutil
from pathlib import Path

import pytest

from fixtures.configuration.__main__ import main

PROMETHEUS = "compose/prometheus/prometheus.yml"


@pytest.fixture
def broken_tree(tree: Path, tmp_path: Path) -> Path:
    """A copy whose prometheus.yml has a misspelt key in its last line."""
    copy = tmp_path / "copy"
    shutil.copytree(tree, copy)
    path = copy / PROMETHEUS
    path.write_text(path.read_text(encoding="utf-8") + "scrape_configss: []\n", encoding="utf-8")
    return copy


def test_findings_name_file_line_rule_and_mend(broken_tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = len((broken_tree / PROMETHEUS).read_text(encoding="utf-8").splitlines())

    code = main(["--root", str(broken_tree)])

    output = capsys.readouterr().out
    assert code == 1
    assert f"{PROMETHEUS}:{last}: keys-known: the document knows no key 'scrape_configss'" in output
    assert "did you mean 'scrape_configs'?\n    mend: " in output


def test_json_carries_every_finding(broken_tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--root", str(broken_tree), "--json"])

    document = json.loads(capsys.readouterr().out)
    assert {"file", "line", "rule", "message", "mend"} == set(document["findings"][0])
    assert "keys-known" in {one["rule"] for one in document["findings"]}


def test_unreadable_file_gives_exit_code_two(broken_tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (broken_tree / PROMETHEUS).write_text("global: }", encoding="utf-8")

    code = main(["--root", str(broken_tree)])

    assert code == 2
    assert capsys.readouterr().out.startswith(f"{PROMETHEUS}:1: files-readable: not YAML: ")


def test_missing_tree_gives_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().out
