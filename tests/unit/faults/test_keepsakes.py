"""What a stack keeps, compared: a single sample, row, version or note that is otherwise is told."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.faults.keepsakes import Keepsake, Labels, comparable, gone

SERIES: Labels = (("__name__", "up"), ("job", "otlp"))
BEFORE = Keepsake(
    samples={SERIES: ((1.0, 1.0), (2.001, 1.0))},
    rows={"applications": [{"id": 1, "version": 2}], "configurations": []},
    dashboards={"made": {"uid": "made", "version": 2}},
    notes=[{"text": "a person wrote this"}],
)


def test_equal_is_nothing_lost() -> None:
    assert BEFORE.lost(replace(BEFORE)) == []


def test_more_than_before_is_nothing_lost() -> None:
    later = replace(BEFORE, samples={**BEFORE.samples, (("job", "new"),): ((9.0, 1.0),)})

    assert BEFORE.lost(later) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"samples": {}}, "samples of", id="series gone"),
        pytest.param({"samples": {SERIES: ((1.0, 1.0),)}}, "samples of", id="sample gone"),
        pytest.param({"samples": {SERIES: ((1.0, 1.0), (2.002, 1.0))}}, "samples of", id="sample at another time"),
        pytest.param({"samples": {SERIES: ((1.0, 1.0), (2.001, 0.0))}}, "samples of", id="sample of another value"),
        pytest.param({"rows": {"applications": [], "configurations": []}}, "rows of applications", id="row gone"),
        pytest.param({"dashboards": {}}, "dashboard made", id="dashboard gone"),
        pytest.param({"dashboards": {"made": {"version": 3}}}, "dashboard made", id="another version"),
        pytest.param({"notes": []}, "annotations all", id="note gone"),
    ],
)
def test_what_is_otherwise_is_told(changes: dict[str, Any], told: str) -> None:
    (found,) = BEFORE.lost(replace(BEFORE, **changes))

    assert found.startswith(told)


@pytest.mark.parametrize(
    ("points", "until", "lost"),
    [
        pytest.param(((1.0, 1.0), (2.001, 1.0)), 9.0, 0, id="all there"),
        pytest.param(((1.0, 1.0),), 2.0, 0, id="the newest gone, and not promised"),
        pytest.param(((1.0, 1.0),), 2.001, 1, id="the newest gone"),
        pytest.param(((1.0, 2.0), (2.001, 1.0)), 9.0, 1, id="another value"),
        pytest.param((), 9.0, 1, id="the series gone"),
    ],
)
def test_samples_up_to_a_time_are_missed(points: tuple[tuple[float, float], ...], until: float, lost: int) -> None:
    found = gone(BEFORE.samples, {SERIES: points} if points else {}, until)

    assert len(found) == lost
    assert all("'job': 'otlp'" in each for each in found)


def test_what_is_no_number_equals_itself_only() -> None:
    before, after = ({SERIES: comparable([(1.0, float("nan")), (2.0, 1.0)])} for _ in range(2))

    assert before == after
    assert gone(before, after, 9.0) == []
    assert gone(before, {SERIES: comparable([(1.0, 0.0), (2.0, 1.0)])}, 9.0)


def test_many_losses_are_told_shortly() -> None:
    many = replace(BEFORE, samples={(("n", str(number)),): ((1.0, "x" * 5000),) for number in range(100)})  # type: ignore[misc]

    found = many.lost(replace(many, samples={}))

    assert found[-1] == "samples of … and 95 more"
    assert len("".join(found)) < 6000
