"""The check of alert rules finds what can never fire, what always does, and what nobody could act on."""

from dataclasses import replace
from pathlib import Path

import promql_parser as promql
import pytest

from fixtures.grafana.bounds import Bounds, of
from fixtures.grafana.rulecheck import check, check_all
from fixtures.grafana.rules import Rule, RuleError, Threshold, read, seconds, shipped

GOOD = shipped()[0]


def rule(expr: str, kind: str = "gt", limit: float = 0, hold: float = 10) -> Rule:
    return replace(GOOD, uid="r", expr=expr, threshold=Threshold(kind, [limit]), hold=hold)


def kinds(given: Rule) -> list[str]:
    return [each.kind for each in check(given, scrape=1.0)]


@pytest.mark.parametrize("given", shipped(), ids=lambda each: each.uid)
def test_shipped_rule_is_sound(given: Rule) -> None:
    assert check(given, scrape=1.0) == []


COMPUTED = """
groups:
  - name: g
    folder: f
    interval: 1m
    rules:
      - uid: files
        title: Files
        condition: C
        for: 5m
        data:
          - {refId: A, datasourceUid: prometheus, model: {expr: sum(up)}}
          - {refId: B, datasourceUid: prometheus, model: {expr: count(up)}}
          - {refId: C, datasourceUid: __expr__, model: {type: math, expression: $A / $B < 0.5}}
      - uid: share
        title: Share
        condition: C
        for: 5m
        data:
          - {refId: A, datasourceUid: prometheus, model: {expr: sum(up)}}
          - {refId: B, datasourceUid: "-100", model: {type: math, expression: "${A} * 100"}}
          - refId: C
            datasourceUid: __expr__
            model: {type: threshold, expression: B, conditions: [{evaluator: {type: gt, params: [80]}}]}
"""


def test_rule_of_several_steps_is_read(tmp_path: Path) -> None:
    path = tmp_path / "computed.yml"
    path.write_text(COMPUTED, encoding="utf-8")

    files, share = read(path)

    assert (files.expr, files.threshold.kind, files.threshold.computed) == ("sum(up)", "math", True)
    assert (share.expr, share.threshold) == ("sum(up)", Threshold("gt", [80.0]))


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(rule("up", "gt", 1), id="above the greatest value"),
        pytest.param(rule("rate(x_total[10s])", "lt", 0), id="a rate below 0"),
        pytest.param(rule("clamp_max(x, 1)", "gt", 2), id="clamped below the threshold"),
        pytest.param(rule("x > 5 < 3"), id="comparisons that contradict each other"),
        pytest.param(rule("up == 1", "lt", 1), id="filtered out before"),
        pytest.param(rule('up{job="a", job="b"}', "lt", 1), id="a label that is two things"),
        pytest.param(rule('up{job="a", job!="a"}', "lt", 1), id="a label that is and is not"),
        pytest.param(rule("changes(x[15s])"), id="an event forgotten before for ends"),
        pytest.param(rule("rate(x_total[1s])"), id="a window with one sample"),
        pytest.param(rule("0 * up", "gt", 0), id="nothing times something"),
        pytest.param(rule("sum(", "gt", 0), id="no PromQL"),
        pytest.param(rule("absent(up)", "gt", 1), id="absence is 1"),
    ],
)
def test_rule_that_never_fires_is_found(given: Rule) -> None:
    assert "never" in kinds(given)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(rule("up", "lt", 2), id="below twice the greatest"),
        pytest.param(rule("rate(x_total[10s])", "gt", -1), id="a rate above -1"),
        pytest.param(rule("count(up)", "gt", 0), id="a count above 0"),
        pytest.param(rule("clamp_min(x, 3)", "gt", 2), id="clamped above the threshold"),
        pytest.param(rule("vector(1)", "gt", 0), id="a constant"),
    ],
)
def test_rule_that_always_fires_is_found(given: Rule) -> None:
    assert kinds(given) == ["always"]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param(rule("rate(x_total[3s])"), "window", id="a window of three scrapes"),
        pytest.param(replace(GOOD, labels={}), "severity", id="no severity"),
        pytest.param(replace(GOOD, annotations={"summary": "x", "description": "y"}), "words", id="no runbook"),
        pytest.param(replace(GOOD, labels={**GOOD.labels, "of": "{{ $labels.job }}"}), "words", id="a dollar"),
        pytest.param(replace(GOOD, hold=15), "timing", id="for between two ticks"),
    ],
)
def test_other_faults_are_found(given: Rule, kind: str) -> None:
    assert kinds(given) == [kind]


def test_identifiers_used_twice_are_found() -> None:
    assert [str(each) for each in check_all([GOOD, GOOD], scrape=1.0)] == [
        f"{GOOD.uid}: identity: uid is used twice",
        f"{GOOD.title}: identity: title is used twice",
    ]


@pytest.mark.parametrize(
    ("expression", "least", "greatest"),
    [
        pytest.param("1 - up", 0, 1, id="difference"),
        pytest.param("-up", -1, 0, id="sign"),
        pytest.param("2 * up + 1", 1, 3, id="sum of a product"),
        pytest.param("up / 4", 0, 0.25, id="quotient"),
        pytest.param("max(up) > bool 0", 0, 1, id="bool"),
        pytest.param("up or vector(3)", 0, 3, id="either"),
        pytest.param("up and x", 0, 1, id="filter"),
        pytest.param("min_over_time(up[5m:1s])", 0, 1, id="subquery"),
        pytest.param("sum(up)", 0, float("inf"), id="a sum grows"),
        pytest.param("x - y", float("-inf"), float("inf"), id="unknown"),
    ],
)
def test_bounds_of_values(expression: str, least: float, greatest: float) -> None:
    assert of(promql.parse(expression)) == Bounds(least, greatest)


def test_threshold_is_never_met_by_nan() -> None:
    assert not any(Threshold(kind, [0.0, 1.0]).met(float("nan")) for kind in ("gt", "lt", "within_range"))
    assert Threshold("outside_range", [0.0, 1.0]).met(2.0)


def test_incomplete_rule_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.yml"
    path.write_text("groups: [{name: g, folder: f, interval: 10s, rules: [{uid: u, condition: C, data: []}]}]")

    with pytest.raises(RuleError, match=r"r\.yml: rule u: KeyError"):
        read(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("groups: [", r"r\.yml: not YAML: (.|\n)*next: pytest", id="no YAML"),
        pytest.param("[1]", "it needs groups", id="a list"),
        pytest.param("groups: [{name: g}]", "it needs groups, each with rules", id="no rules"),
    ],
)
def test_broken_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "r.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RuleError, match=said):
        read(path)


def test_wrong_duration_is_refused() -> None:
    assert seconds("1m") == 60
    with pytest.raises(RuleError, match="'soon' is no duration"):
        seconds("soon")


def test_no_rules_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no alert rules in"):
        shipped(tmp_path)
