"""The books of a trial: what was lost, what was invented, and rows that are not what was acknowledged."""

from collections import Counter

import pytest

from fixtures.faults.books import Balance, misstored
from fixtures.faults.traffic import Traffic


@pytest.mark.parametrize(
    ("answered", "unanswered", "counted", "lost", "invented"),
    [
        pytest.param(100, 0, 100, 0, 0, id="exact"),
        pytest.param(100, 0, 97, 3, 0, id="three were answered and not counted"),
        pytest.param(100, 0, 101, 0, 1, id="one was counted twice"),
        pytest.param(100, 5, 105, 0, 0, id="counted, but the answer did not arrive"),
        pytest.param(100, 5, 106, 0, 1, id="more than was ever asked"),
    ],
)
def test_balance_tells_lost_from_invented(
    answered: int, unanswered: int, counted: int, lost: int, invented: int
) -> None:
    found = Balance(answered, unanswered, counted)

    assert (found.lost, found.invented) == (lost, invented)


@pytest.fixture
def sent() -> Traffic:
    """Traffic that wanted a, b and c, and knows of a and of two replacements of three."""
    own = Traffic(lambda: "", prefix="p")
    own.wanted |= {"p-anchor", "a", "b", "c"}
    own.kept |= {"p-anchor", "a"}
    own.replaced = Counter(wanted=3, kept=2)
    return own


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param({"p-anchor": 3, "a": 1}, id="what was acknowledged"),
        pytest.param({"p-anchor": 4, "a": 1, "b": 1, "c": 1}, id="all that was wanted"),
    ],
)
def test_rows_between_acknowledged_and_wanted_are_right(sent: Traffic, stored: dict[str, int]) -> None:
    assert misstored(sent, stored) == []


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ({"p-anchor": 3}, "acknowledged and not stored: a"),
        ({"p-anchor": 3, "a": 1, "x": 1}, "stored and never asked for: x"),
        ({"p-anchor": 2, "a": 1}, "1 replacements stored, 2 acknowledged of 3"),
        ({"p-anchor": 5, "a": 1}, "4 replacements stored, 2 acknowledged of 3"),
    ],
)
def test_wrong_rows_are_named(sent: Traffic, stored: dict[str, int], told: str) -> None:
    assert misstored(sent, stored) == [told]


def test_everything_lost_is_everything_told(sent: Traffic) -> None:
    assert len(misstored(sent, {})) == 3
