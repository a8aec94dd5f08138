"""What is kept of a row: each claim fails for itself, figures that could not be had are absent."""

import math

import pytest

from fixtures.errors import Unmet
from fixtures.faults.matrix import Alarm, Row
from fixtures.faults.outcome import Outcome
from fixtures.faults.promises import UNTOUCHED, late
from fixtures.faults.traffic import Answer
from fixtures.faults.trial import gap
from fixtures.results import record

ROW = Row("grafana", "paused", UNTOUCHED, "vector(1)", 10.0)


def answers(*seconds: float, status: int = 200) -> list[Answer]:
    return [Answer("read", 0.0, each, status) for each in seconds]


async def test_failed_check_speaks_against_its_own_claim_only() -> None:
    outcome = Outcome(ROW)

    async def fails() -> None:
        raise Unmet("not well")

    await outcome.noted("recovery", fails)
    outcome.complain("recovery", ["and never was"])
    outcome.complain("rows", [])

    assert outcome.complaints == {"recovery": "not well\nand never was"}


async def test_defect_of_a_check_is_no_complaint() -> None:
    async def breaks() -> None:
        raise KeyError("defect")

    with pytest.raises(KeyError):
        await Outcome(ROW).noted("rows", breaks)


def test_failure_outside_the_held_span_is_a_failure_nevertheless() -> None:
    outcome = Outcome(ROW)

    outcome.judge(answers(0.01), answers(0.01) + answers(0.01, status=500), answers(0.01))

    assert outcome.complaints == {"clients": "1 of read: 500"}
    assert (outcome.requests, outcome.failed) == (2, 1)


def test_noise_is_judged_while_the_fault_lasts() -> None:
    outcome = Outcome(ROW)

    outcome.judge(answers(0.01), answers(0.01, 5.0), answers(0.01))

    assert outcome.complaints == {}


def test_late_answers_are_judged_until_all_is_well() -> None:
    outcome = Outcome(Row("config-service", "paused", late(4), "vector(1)", 10.0))

    outcome.judge(answers(0.01), answers(0.01, 5.0), answers(0.01))

    assert "took longer than 4 s" in outcome.complaints["clients"]


def test_figures_that_could_not_be_had_are_absent() -> None:
    assert Outcome(ROW).figures() == {"fault": "grafana paused", "requests": 0, "failed": 0, "bound_s": 10.0}


def test_figures_can_be_recorded() -> None:
    row = Row("grafana", "paused", UNTOUCHED, "vector(1)", 10.0, alarm=Alarm("Target down"))
    outcome = Outcome(row, lost=0.0, recovered_s=1.23456, gaps={"scrape": 1.0, "otlp": math.inf})

    figures = outcome.figures()

    record("faults of a unit test", figures)
    assert figures["recovered_s"] == 1.235
    assert figures["alert"] == "Target down"
    assert "gap_otlp_s" not in figures


@pytest.mark.parametrize(
    ("times", "longest"), [([], math.inf), ([1.0], math.inf), ([1.0, 2.0, 5.5, 6.0], 3.5), ([1.0, 1.0], 0.0)]
)
def test_gap_is_the_longest_hole(times: list[float], longest: float) -> None:
    assert gap(times) == longest
