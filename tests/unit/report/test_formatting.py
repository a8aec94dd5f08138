"""Numbers as people read them."""

import pytest

from fixtures.report.formatting import count, digits, scale, seconds
from fixtures.report.tables import cell, head, only, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.0, "0.00 s"),
        (0.0041, "4.1 ms"),
        (0.85, "0.85 s"),
        (84.13, "84.1 s"),
        (119.94, "119.9 s"),
        (119.96, "2 min 0 s"),
        (725.0, "12 min 5 s"),
        (179.7, "3 min 0 s"),
        (7380.0, "2 h 3 min"),
    ],
)
def test_duration_has_the_unit_that_suits_it(value: float | None, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.0, "0"),
        (1547, "1,547"),
        (0.00042, "0.00042"),
        (0.0423, "0.042"),
        (9.996, "10.00"),
        (1234.5, "1,234"),
    ],
)
def test_number_has_the_digits_that_mean_something(value: float | None, text: str) -> None:
    assert digits(value) == text


@pytest.mark.parametrize(
    ("unit", "largest", "text"),
    [
        ("percentunit", 0.42, "42%"),
        ("s", 0.0305, "30.5 ms"),
        ("s", 2.0, "2 s"),
        ("s", 900.0, "15 min"),
        ("s", 36000.0, "10 h"),
        ("bytes", 3 * 2.0**20, "3 MiB"),
        ("Bps", 2048.0, "2 KiB/s"),
        ("bytes", 12.0, "12 B"),
        ("reqps", 5.0, "5 requests/s"),
        ("short", 5.0, "5"),
    ],
)
def test_quantity_has_the_scale_that_suits_the_largest(unit: str, largest: float, text: str) -> None:
    assert scale(unit, largest).text(largest) == text


def test_things_are_counted_in_words() -> None:
    assert [count(1, "claim"), count(2, "claim"), count(3, "was", "were")] == ["1 claim", "2 claims", "3 were"]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("recovered_s", 1.4, "1.40 s"),
        ("rate_per_s", 49.95, "50.0"),
        ("lost", 0, "0"),
        ("lost", None, "\N{EN DASH}"),
        ("kept", True, "yes"),
        ("invalid", ["slow", "late"], "slow, late"),
        ("reasons", {"503": 3}, '{"503": 3}'),
        ("reasons", {}, "\N{EN DASH}"),
    ],
)
def test_cell_is_told_with_the_unit_of_its_key(key: str, value: object, text: str) -> None:
    assert cell(key, value) == text


def test_rows_with_different_keys_share_a_table() -> None:
    found = table([{"fault": "pause", "lost": 0}, {"fault": "kill", "recovered_s": 2.0}])

    assert found.columns == ["fault", "lost", "recovered"]
    assert found.rows == [["pause", "0", "\N{EN DASH}"], ["kill", "\N{EN DASH}", "2.00 s"]]
    assert head("rate_per_s") == "rate/s"


def test_key_that_no_row_has_is_no_column() -> None:
    assert only([{"a": 1, "b": 2}, {"c": 3}], "c", "a", "z") == [{"c": None, "a": 1}, {"c": 3, "a": None}]
