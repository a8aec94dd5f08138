"""Dashboard files are read whole, and say where they are wrong; their layout is stable."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.grafana import dashboards, formatting
from fixtures.grafana.variables import choose, label_query

PANEL = {"id": 1, "type": "stat", "title": "Up", "targets": [{"refId": "A", "expr": "up", "instant": True}]}
MODEL: dict[str, Any] = {"uid": "u", "title": "t", "panels": [{"type": "row", "title": "r", "panels": [PANEL]}]}


def test_panels_inside_rows_are_found() -> None:
    found = dashboards.parse(MODEL)

    assert [each.title for each in found.panels] == ["Up"]
    assert found.panels[0].queries[0].instant


def test_missing_part_is_named() -> None:
    with pytest.raises(dashboards.DashboardError, match=r"x\.json: 'uid' is missing"):
        dashboards.parse({"title": "t", "panels": []}, where="x.json")


def test_unknown_panel_is_no_panel() -> None:
    with pytest.raises(dashboards.DashboardError, match="0 panels are titled 'Down'"):
        dashboards.parse(MODEL).panel("Down")


@pytest.mark.parametrize("dashboard", dashboards.shipped(), ids=lambda each: each.uid)
def test_shipped_panels_are_described_and_have_units(dashboard: dashboards.Dashboard) -> None:
    assert len(dashboard.panels) > 10
    assert [each for each in dashboard.panels if not each.description or not each.unit or not each.queries] == []
    assert len({each.id for each in dashboard.panels}) == len(dashboard.panels)
    assert len({each.title for each in dashboard.panels}) == len(dashboard.panels)


@pytest.mark.parametrize("path", sorted(dashboards.DIRECTORY.glob("*.json")), ids=lambda path: path.name)
def test_shipped_files_have_the_stable_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text == formatting.formatted(json.loads(text)), "run: python -m fixtures.grafana.formatting"


def test_file_of_another_layout_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.json"
    path.write_text('{"a":   1}', encoding="utf-8")

    assert formatting.main(["--check", str(path)]) == 1
    assert "wide.json: differs" in capsys.readouterr().out
    assert formatting.main([str(path)]) == 0
    assert formatting.main(["--check", str(path)]) == 0


def variable(current: list[str], *, multi: bool = False, everything: str = "") -> dashboards.Variable:
    return dashboards.Variable("v", "query", "label_values(up, job)", multi, current, (), everything)


@pytest.mark.parametrize(
    ("current", "multi", "everything", "text"),
    [
        pytest.param(["b"], False, "", "b", id="the current value"),
        pytest.param(["gone"], False, "", "a", id="the first when it is gone"),
        pytest.param(["$__all"], True, "", "(a|b)", id="all of them"),
        pytest.param(["$__all"], True, ".*", ".*", id="all by a pattern"),
    ],
)
def test_values_are_chosen_as_pages_do(current: list[str], multi: bool, everything: str, text: str) -> None:
    assert choose(variable(current, multi=multi, everything=everything), ["a", "b"]).text == text


def test_label_values_are_taken_apart() -> None:
    assert label_query('label_values(up{a=",)"}, job)') == ('up{a=",)"}', "job")
    assert label_query("label_values(job)") == (None, "job")
    with pytest.raises(dashboards.DashboardError, match="is no label_values"):
        label_query("query_result(up)")
