"""Dashboard files are read whole, and say where they are wrong; their layout is stable."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from fixtures.grafana import dashboards, formatting
from fixtures.grafana.client import Grafana
from fixtures.grafana.frames import Answer
from fixtures.grafana.interpolation import Window
from fixtures.grafana.variables import choose, label_query, resolve
from fixtures.prometheus import Series

PANEL = {"id": 1, "type": "stat", "title": "Up", "targets": [{"refId": "A", "expr": "up", "instant": True}]}
MODEL: dict[str, Any] = {"uid": "u", "title": "t", "panels": [{"type": "row", "title": "r", "panels": [PANEL]}]}


def test_panels_inside_rows_are_found() -> None:
    found = dashboards.parse(MODEL)

    assert [each.title for each in found.panels] == ["Up"]
    assert found.panels[0].queries[0].instant


def test_only_what_asks_prometheus_and_is_shown_is_a_query() -> None:
    asked = {"refId": "A", "expr": "up"}
    computed = {"refId": "C", "datasource": {"uid": "__expr__"}, "type": "math", "expression": "$A"}
    another = {"refId": "D", "datasource": {"uid": "-- Dashboard --"}, "panelId": 1}
    panels = [{**PANEL, "targets": [asked, {**asked, "refId": "B", "hide": True}, computed, another]}]

    found = dashboards.parse({**MODEL, "panels": [*panels, {"id": 2, "type": "text", "title": ""}]})

    assert [[query.ref for query in each.queries] for each in found.panels] == [["A"], []]


@pytest.mark.parametrize(
    ("kind", "query", "offered"),
    [
        ("custom", "any : .*, errors : 5..", [".*", "5.."]),
        ("interval", "30s,1m", ["30s", "1m"]),
        ("constant", "0.5", ["0.5"]),
        ("textbox", ".*", [".*"]),
        ("datasource", "prometheus", []),
        ("adhoc", "", []),
    ],
)
def test_variable_without_options_offers_what_it_states(kind: str, query: str, offered: list[str]) -> None:
    model = {**MODEL, "templating": {"list": [{"name": "v", "type": kind, "query": query}]}}

    assert list(dashboards.parse(model).variables[0].options) == offered


def test_missing_part_is_named() -> None:
    with pytest.raises(dashboards.DashboardError, match=r"x\.json: 'uid' is missing"):
        dashboards.parse({"title": "t", "panels": []}, where="x.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param('{"uid": "u" "title": "t"}', r"x\.json: not JSON: .*\n  next: pytest", id="no JSON"),
        pytest.param("[]", r"x\.json: .*; compare", id="a list"),
        pytest.param('{"uid": "u", "title": "t", "panels": [1]}', r"x\.json: .*; compare", id="no panels"),
    ],
)
def test_broken_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")

    with pytest.raises(dashboards.DashboardError, match=said):
        dashboards.read(tmp_path / "x.json")


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


def test_shipped_files_are_meant_where_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wide.json").write_text('{"a":   1}', encoding="utf-8")
    monkeypatch.setattr(formatting, "DIRECTORY", tmp_path)

    assert [formatting.main(each) for each in (["--check"], [], ["--check"])] == [1, 0, 0]


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


class Answering:
    """A Grafana that knows two jobs and two metrics."""

    async def label_values(self, label: str, selector: str | None, window: Window) -> list[str]:
        """Names of metrics, and jobs for every other label."""
        return ["up", "down"] if label == "__name__" else ["config-service", "otlp"]

    async def label_names(self, window: Window) -> list[str]:
        """Two labels."""
        return ["instance", "job"]

    async def ask(self, queries: Sequence[dashboards.Query], window: Window) -> dict[str, Answer]:
        """One sample, whatever is asked."""
        return {"A": Answer("A", [Series({"__name__": "up", "job": "otlp"}, [(1.0, 1.0)])])}


@pytest.mark.parametrize(
    ("query", "pattern", "offered"),
    [
        ("label_values(up, job)", "", ["config-service", "otlp"]),
        ("label_values(up, job)", "/^otlp$/", ["otlp"]),
        ("metrics(^u)", "", ["up"]),
        ("label_names()", "", ["instance", "job"]),
        ("query_result(up)", '/job="([^"]+)"/', ["otlp"]),
    ],
)
async def test_variable_offers_what_its_query_gives(query: str, pattern: str, offered: list[str]) -> None:
    asked = dashboards.Variable("v", "query", query, multi=False, current=[], options=(), regex=pattern)
    board = dashboards.Dashboard("u", "t", [], [asked], [], {})

    (found,) = await resolve(cast(Grafana, Answering()), board, Window(0, 60))

    assert (list(found.options), found.text) == (offered, offered[0])


def test_label_values_are_taken_apart() -> None:
    assert label_query('label_values(up{a=",)"}, job)') == ('up{a=",)"}', "job")
    assert label_query("label_values(job)") == (None, "job")
    with pytest.raises(dashboards.DashboardError, match="is no label_values"):
        label_query("query_result(up)")
