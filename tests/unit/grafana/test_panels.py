"""Drawn queries are classified and compared: what is missing, what differs, what cannot be."""

import math
from dataclasses import replace

import pytest

from fixtures.grafana.dashboards import Query
from fixtures.grafana.frames import Answer
from fixtures.grafana.gallery import Exhibit, row
from fixtures.grafana.panels import Drawn, differences, implausible
from fixtures.prometheus import Series

SERIES = Series({"job": "a"}, [(1.0, 0.5), (2.0, math.nan), (3.0, 0.25)])
DRAWN = Drawn("d", "p", "percentunit", Query("A", "x", instant=False), "x", Answer("A", [SERIES]))


def drawn(*series: Series, error: str = "", unit: str = "percentunit") -> Drawn:
    return replace(DRAWN, answer=Answer("A", list(series), error=error), unit=unit)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        pytest.param(DRAWN, "data", id="numbers"),
        pytest.param(drawn(), "empty", id="no series"),
        pytest.param(drawn(Series({}, [(1.0, math.nan)])), "empty", id="NaN alone"),
        pytest.param(drawn(SERIES, error="bad"), "error", id="an error, whatever else came"),
    ],
)
def test_answers_are_classified(given: Drawn, state: str) -> None:
    assert given.state == state


def test_gaps_are_no_difference() -> None:
    assert differences(DRAWN, [Series({"job": "a"}, [(1.0, 0.5), (3.0, 0.25)])]) == []


@pytest.mark.parametrize(
    ("direct", "words"),
    [
        pytest.param([], "Grafana alone has the series {'job': 'a'}", id="a series too many"),
        pytest.param(
            [SERIES, Series({"job": "b"}, [(1.0, 1.0)])], "Grafana lacks the series {'job': 'b'}", id="one too few"
        ),
        pytest.param(
            [Series({"job": "a"}, [(1.0, 0.5), (3.0, 0.3)])], "at 3.0: Grafana 0.25, Prometheus 0.3", id="a value"
        ),
        pytest.param(
            [Series({"job": "a"}, [(1.0, 0.5)])], "at 3.0: Grafana 0.25, Prometheus None", id="a point too many"
        ),
    ],
)
def test_differences_are_told(direct: list[Series], words: str) -> None:
    assert [words in each for each in differences(DRAWN, direct)] == [True]


@pytest.mark.parametrize(
    ("unit", "value", "odd"),
    [
        pytest.param("percentunit", 0.9, False, id="a share"),
        pytest.param("percentunit", 90.0, True, id="per cent where a share belongs"),
        pytest.param("s", -1.0, True, id="a negative time"),
        pytest.param("s", 1.7e9, True, id="a moment where a duration belongs"),
        pytest.param("short", -1.0, False, id="a plain number may be negative"),
    ],
)
def test_values_that_a_unit_cannot_have_are_odd(unit: str, value: float, odd: bool) -> None:
    assert bool(implausible(drawn(Series({}, [(1.0, value)]), unit=unit))) is odd


def test_axis_bounds_hold() -> None:
    given = replace(drawn(Series({}, [(1.0, 2.0)]), unit="short"), upper=1.0)

    assert [each.value for each in implausible(given)] == [2.0]


def test_row_has_the_worst_state_and_the_reasons() -> None:
    exhibits = [Exhibit(DRAWN, ()), Exhibit(drawn(), (), ["x: no series is named x"])]

    assert row(("d", "", "p"), exhibits) == {
        "dashboard": "d",
        "path": "",
        "panel": "p",
        "unit": "percentunit",
        "state": "empty",
        "points": 2,
        "reason": "x: no series is named x",
    }
