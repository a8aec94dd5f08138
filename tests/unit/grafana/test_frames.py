"""Data frames become series: values with labels and times, NaN and infinities in place, errors kept."""

import math
from typing import Any

from fixtures.grafana.frames import answer


def frame(fields: list[dict[str, Any]], values: list[Any], **data: Any) -> dict[str, Any]:
    meta = {"executedQueryString": "Expr: up\nStep: 1m30s"}
    return {"schema": {"fields": fields, "meta": meta}, "data": {"values": values, **data}}


TIME = {"name": "Time", "type": "time"}
NUMBER = {"name": "Value", "type": "number", "labels": {"job": "a"}}


def test_range_becomes_a_series() -> None:
    found = answer("A", {"frames": [frame([TIME, NUMBER], [[1000, 2000], [1, None]])]})

    assert found.series[0].labels == {"job": "a"}
    assert found.series[0].points[0] == (1.0, 1.0)
    assert math.isnan(found.series[0].points[1][1])
    assert (found.points, found.executed, found.step) == (1, "up", 90.0)


def test_numbers_that_json_lacks_are_put_back() -> None:
    entities = [None, {"Inf": [0], "NegInf": [1], "NaN": [2]}]
    found = answer("A", {"frames": [frame([TIME, NUMBER], [[1, 2, 3], [None, None, None]], entities=entities)]})

    values = [value for _, value in found.series[0].points]
    assert values[:2] == [math.inf, -math.inf]
    assert math.isnan(values[2])


def test_table_rows_become_series_of_one_point() -> None:
    words = {"name": "job", "type": "string"}
    found = answer("A", {"frames": [frame([TIME, words, NUMBER], [[1000, 1000], ["a", "b"], [1, 2]])]})

    assert [(each.labels, each.value) for each in found.latest()] == [({"job": "a"}, 1.0), ({"job": "b"}, 2.0)]


def test_last_number_counts_and_not_what_follows() -> None:
    found = answer("A", {"frames": [frame([TIME, NUMBER], [[1000, 2000], [7, None]])]})

    assert [(each.value, each.time) for each in found.latest()] == [(7.0, 1.0)]


def test_empty_frame_has_no_series() -> None:
    found = answer("A", {"frames": [frame([], [])]})

    assert (found.series, found.points, found.error) == ([], 0, "")


def test_error_is_kept() -> None:
    assert answer("A", {"error": "bad_data: parse error", "status": 400}).error == "bad_data: parse error"
