"""Passed only where the whole interval says so; a measurement that cannot resolve the question never passes."""

import math

import pytest

from tests.load.overhead.intervals import Ratio
from tests.load.overhead.variants import BOTH, FLOOR, SCRAPE
from tests.load.overhead.verdicts import WANTED, Verdict, Wanted, verdicts

QUIET = Ratio(1.0, 0.99, 1.01, 130)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        pytest.param(1.02, 1.049, Verdict.PASSED, id="all below"),
        pytest.param(1.02, 1.05, Verdict.UNDECIDED, id="touches the bound"),
        pytest.param(1.04, 1.08, Verdict.UNDECIDED, id="on both sides"),
        pytest.param(1.05, 1.08, Verdict.MISSED, id="all above"),
    ],
)
def test_upper_bound_judges_the_whole_interval(low: float, high: float, verdict: Verdict) -> None:
    assert Wanted(-math.inf, 1.05).judge(Ratio((low + high) / 2, low, high, 130)) is verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        pytest.param(0.91, 0.99, Verdict.PASSED, id="all above"),
        pytest.param(0.88, 0.93, Verdict.UNDECIDED, id="on both sides"),
        pytest.param(0.85, 0.90, Verdict.MISSED, id="all below"),
    ],
)
def test_lower_bound_judges_the_whole_interval(low: float, high: float, verdict: Verdict) -> None:
    assert Wanted(0.90, math.inf).judge(Ratio((low + high) / 2, low, high, 130)) is verdict


@pytest.mark.parametrize(
    "floor",
    [
        pytest.param(Ratio(1.0, 0.96, 1.01, 130), id="too wide below"),
        pytest.param(Ratio(1.02, 1.0, 1.03, 130), id="too wide above"),
        pytest.param(Ratio(1.2, 1.1, 1.3, 130), id="far off"),
    ],
)
def test_noise_decides_nothing_whatever_the_figure_says(floor: Ratio) -> None:
    seen = {("cpu_per_request", FLOOR.name): floor, ("cpu_per_request", BOTH.name): QUIET}

    assert verdicts(seen)["cpu_per_request", BOTH.name] is Verdict.UNDECIDED


def test_figure_without_noise_floor_is_undecided() -> None:
    assert verdicts({("memory", BOTH.name): QUIET}) == {("memory", BOTH.name): Verdict.UNDECIDED}


def test_only_both_paths_are_judged_and_only_where_something_is_wanted() -> None:
    names = (FLOOR.name, SCRAPE.name, BOTH.name)
    seen = {(figure, name): QUIET for figure in ("throughput", "latency_p99") for name in names}

    judged = verdicts(seen)
    assert [key for key, verdict in judged.items() if verdict is not Verdict.REPORTED] == [("throughput", BOTH.name)]
    assert judged["throughput", BOTH.name] is Verdict.PASSED


def test_wishes_are_those_of_the_specification() -> None:
    assert WANTED["cpu_per_request"].below == WANTED["memory"].below == 1.05
    assert WANTED["throughput"].above == 0.90
