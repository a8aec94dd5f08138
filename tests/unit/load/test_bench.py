"""The benchmark's verdicts: a generator that does as wanted passes, and each way to fall short is noticed alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.load.bench.capacity import Capacity
from tests.load.bench.claims import claims
from tests.load.bench.pace import Pace, Stall
from tests.load.bench.tables import tables
from tests.load.overhead.intervals import Ratio

Measured = tuple[Pace, Stall, Capacity]
SOUND: Measured = (
    Pace(100, 6000, 6000, 0, 0.0001, 0.0006, 0.0015, 0.004, 0.07, 0.1),
    Stall("plumbline", 1000, 1.896, 1.997, 0.003),
    Capacity(13_000, 10_000, Ratio(1.3, 1.25, 1.35, 20)),
)
SHORT: dict[str, Callable[[Measured], Measured]] = {
    "scheduled = sent + dropped": lambda each: (replace(each[0], sent=5999), *each[1:]),
    "rate within": lambda each: (replace(each[0], error=0.002), *each[1:]),
    "send lag p99": lambda each: (replace(each[0], lag_p99_s=0.0031), *each[1:]),
    "p99 over a stall": lambda each: (each[0], replace(each[1], p99_s=1.7), each[2]),
    "p99 afterwards": lambda each: (each[0], replace(each[1], after_p99_s=0.2), each[2]),
    "than Locust": lambda each: (each[0], each[1], replace(each[2], ratio=Ratio(1.1, 0.99, 1.2, 20))),
}


def missed(measured: Measured) -> list[str]:
    pace, stall, costs = measured
    return [each.claim for each in claims([pace], [stall], costs, 2.0) if not each.holds]


def test_generator_that_does_as_wanted_passes() -> None:
    assert missed(SOUND) == []


@pytest.mark.parametrize(("claim", "shorten"), SHORT.items(), ids=SHORT)
def test_falling_short_is_noticed_alone(claim: str, shorten: Callable[[Measured], Measured]) -> None:
    found = missed(shorten(SOUND))

    assert len(found) == 1
    assert claim in found[0]


def test_every_part_has_a_table() -> None:
    pace, stall, costs = SOUND
    found: list[Any] = tables([pace], [stall], costs, claims([pace], [stall], costs, 2.0))

    assert [each.row_count for each in found] == [1, 1, 2, 6]
