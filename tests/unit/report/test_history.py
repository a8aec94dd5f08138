"""The trend: what is remembered, and which changes are beyond noise."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.report.history import MOST, NAME, Past, Trend, known, past_of, remember, trends
from fixtures.report.run import Hop, Run, Session, Stack, Tally
from fixtures.report.trending import trend_view, words

STEADY = [10.0, 10.2, 9.8, 10.1, 9.9, 10.0]


def run(began: float, seconds: float = 80.0, verdict: str = "passed") -> Run:
    return Run(
        verdict=verdict,
        seconds=seconds,
        run=Session(began=began),
        stack=Stack(ready_seconds=6.5),
        layers=[Tally("layer3_telemetry", 5, 0, 0, 40.0)],
        freshness=[Hop("otlp", "emit → collector", 20, 0.5, 1.0, 1.2, 2.2)],
        load=[{"scenario": "spike", "latency_p99_s": 0.03}, {"scenario": "without answers"}],
    )


def past(seconds: float, number: int = 0, verdict: str = "passed", *layers: str) -> Past:
    return Past(float(number), verdict, layers or ("layer3_telemetry",), {"whole run": seconds})


def trend(*seconds: float) -> Trend:
    (found,) = trends([past(each, number) for number, each in enumerate(seconds)])
    return found


def test_run_leaves_its_figures() -> None:
    remembered = past_of(run(1.0))

    assert remembered is not None
    assert remembered.figures == {
        "whole run": 80.0,
        "stack ready": 6.5,
        "layer 3 telemetry": 40.0,
        "freshness p95, pushed: emit → collector": 1.0,
        "load p99, spike": 0.03,
    }


def test_run_is_remembered_once_and_in_order(tmp_path: Path) -> None:
    for began in (2.0, 3.0, 1.0, 3.0):
        remember(tmp_path, run(began))

    assert [each.time for each in known(tmp_path)] == [1.0, 2.0, 3.0]
    assert [each.time for each in remember(tmp_path, run(2.0))] == [1.0, 2.0], "the trend ends with the run shown"


def test_last_fifty_runs_are_remembered(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        remember(tmp_path, run(float(number)))

    assert [each.time for each in known(tmp_path)] == [float(number) for number in range(3, MOST + 3)]


def test_line_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    remember(tmp_path, run(1.0))
    with (tmp_path / NAME).open("a", encoding="utf-8") as file:
        file.write('{"time": 2.0, "verd')

    assert [each.time for each in remember(tmp_path, run(3.0))] == [1.0, 3.0]
    assert all(json.loads(line) for line in (tmp_path / NAME).read_text(encoding="utf-8").splitlines())


def test_run_that_wrote_nothing_is_not_remembered(tmp_path: Path) -> None:
    assert remember(tmp_path, Run()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("newest", "change"), [(10.1, "steady"), (10.4, "steady"), (11.0, "slower"), (9.0, "faster")])
def test_change_beyond_noise_is_marked(newest: float, change: str) -> None:
    assert trend(*STEADY, newest).change == change


def test_noise_is_three_robust_deviations() -> None:
    found = trend(*STEADY, 10.0)

    assert (found.median, found.low, found.high) == pytest.approx(
        (10.0, 10.0 - 3 * 1.4826 * 0.1, 10.0 + 3 * 1.4826 * 0.1)
    )


def test_one_odd_run_before_does_not_widen_the_noise() -> None:
    assert trend(*STEADY, 100.0, 11.0).change == "slower"


def test_equal_runs_are_not_upset_by_rounding() -> None:
    assert trend(*[10.0] * 6, 10.05).change == "steady"
    assert trend(*[10.0] * 6, 10.2).change == "slower"


def test_too_few_runs_say_nothing() -> None:
    found = trend(*STEADY[:4], 100.0)

    assert found.change == "unknown"
    assert words(found) == "4 earlier runs, 5 are needed"


def test_only_passed_runs_of_the_same_layers_are_compared() -> None:
    others = [past(500.0, 7, "failed"), past(1.0, 8, "passed", "layer2_service")]

    (found,) = trends([*(past(each, number) for number, each in enumerate(STEADY)), *others, past(10.0, 9)])

    assert (found.earlier, found.change) == (6, "steady")


@pytest.mark.parametrize(
    "part",
    [
        {"command": "pytest -m pipeline --component collector"},
        {"collected": {"layer3_telemetry": 12}, "deselected": 300},
        {"collected": {"layer3_telemetry": 311}},
        {"deselected": 1},
    ],
    ids=["another command", "a part", "fewer tests", "one left out"],
)
def test_runs_of_another_selection_are_not_compared(part: dict[str, Any]) -> None:
    whole = Session(command="pytest -m pipeline", collected={"layer3_telemetry": 312})
    runs = [past_of(replace(run(float(n), seconds), run=replace(whole, began=n))) for n, seconds in enumerate(STEADY)]
    newest = past_of(replace(run(9.0, 3.0), run=replace(whole, began=9.0, **part)))
    again = past_of(replace(run(9.0, 10.0), run=replace(whole, began=9.0)))

    assert {each.earlier for each in trends([each for each in [*runs, newest] if each])} == {0}
    assert {each.earlier for each in trends([each for each in [*runs, again] if each])} == {6}


def test_selection_is_remembered_with_the_run(tmp_path: Path) -> None:
    session = Session(began=1.0, command="pytest", collected={"layer0_config": 3}, deselected=2)
    remember(tmp_path, replace(run(1.0), run=session))

    (line,) = known(tmp_path)

    assert (line.command, line.collected, line.deselected) == ("pytest", {"layer0_config": 3}, 2)


def test_line_of_before_selections_is_read(tmp_path: Path) -> None:
    old = {"time": 1.0, "verdict": "passed", "layers": ["layer0_config"], "figures": {"whole run": 1.0}}
    (tmp_path / NAME).write_text(json.dumps(old) + "\n", encoding="utf-8")

    assert [each.collected for each in known(tmp_path)] == [{}]


def test_figures_that_changed_come_first() -> None:
    runs = [Past(float(n), "passed", ("a",), {"calm": 5.0, "wild": STEADY[n]}) for n in range(6)]

    view = trend_view(trends([*runs, Past(9.0, "passed", ("a",), {"calm": 5.0, "wild": 20.0})]))

    assert view is not None
    assert [each.name for each, _, _ in view.drawings] == ["wild", "calm"]
    assert "▲ slower, beyond noise; usual 9.56 s to 10.4 s" in [text for _, text, _ in view.drawings]
