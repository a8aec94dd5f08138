"""The one sentence that matters: the first red layer and its first failure, or why there is none."""

from typing import Any

import pytest

from fixtures.report.run import Failure, Ratio, Run, Session, Tally
from fixtures.report.verdict import verdict

GREEN = Tally("layer0_config", 10, 0, 0, 1.0)
RED = Tally("layer3_telemetry", 5, 2, 0, 1.0)
RATIO = Ratio("memory", 1.01, 1.0, 1.02)
FAILURES = [
    Failure("tests/integration/layer4_dashboards/test_a.py::test_panel", "layer4_dashboards", "call", "boom"),
    Failure("tests/integration/layer3_telemetry/test_b.py::test_late_value[otlp]", "layer3_telemetry", "call", "boom"),
]


def run(verdict: str = "failed", ended: str = "tests_failed", **content: Any) -> Run:
    return Run(verdict=verdict, seconds=84.1, run=Session(began=1.0, ended=ended), **content)


@pytest.mark.parametrize(
    ("recorded", "state", "sentence"),
    [
        pytest.param(Run(), "none", "No run has written its results here; make pipeline does.", id="nothing"),
        pytest.param(
            run("passed", "ok", layers=[GREEN, Tally("layer1_containers", 1, 0, 3, 1.0)]),
            "good",
            "All 11 claims in 2 layers hold, in 84.1 s; 3 were skipped.",
            id="passed",
        ),
        pytest.param(
            run(layers=[RED, GREEN], failures=FAILURES),
            "bad",
            "Layer 3 telemetry is the first red one: late value [otlp] (1 more failure in this layer).",
            id="failed",
        ),
        pytest.param(
            run(layers=[RED]),
            "bad",
            "Layer 3 telemetry is the first red one (1 more failure in this layer).",
            id="failed without a word",
        ),
        pytest.param(
            run(layers=[GREEN], leftovers={"containers": 2, "networks": 1, "volumes": 0}),
            "bad",
            "Every claim holds, but the run left 2 containers, 1 network behind.",
            id="something left behind",
        ),
        pytest.param(
            run(layers=[GREEN], ended="tests_failed"),
            "bad",
            "No claim failed, but the run ended as “tests_failed”: the terminal says why.",
            id="failed elsewhere",
        ),
        pytest.param(
            Run(verdict="undecided", overhead=[RATIO]),
            "none",
            "The figures are not precise enough to decide.",
            id="cost",
        ),
        pytest.param(Run(verdict="missed", overhead=[RATIO]), "bad", "A figure is not as wanted.", id="too much"),
        pytest.param(Run(verdict="passed", overhead=[RATIO]), "good", "Every figure is as wanted.", id="little"),
    ],
)
def test_sentence_says_what_matters(recorded: Run, state: str, sentence: str) -> None:
    seen = verdict(recorded)

    assert (seen.state, seen.sentence) == (state, sentence)


def test_interrupted_run_says_how_far_it_came() -> None:
    session = Session(began=1.0, ended="interrupted", collected={"layer0_config": 10, "layer3_telemetry": 30})
    early = Run(verdict="failed", seconds=9.0, run=session, layers=[GREEN, RED])

    assert verdict(early).sentence.startswith("The run was interrupted after 17 of 40 claims. Layer 3 telemetry is")
    assert verdict(Run(verdict="failed", run=session, layers=[GREEN])).word == "Not finished"


def test_first_failure_is_that_of_the_first_red_layer() -> None:
    seen = verdict(run(layers=[GREEN, RED, Tally("layer4_dashboards", 0, 1, 0, 1.0)], failures=FAILURES))

    assert seen.first is not None
    assert seen.first.failure is FAILURES[1]
