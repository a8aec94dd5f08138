"""When requests are due."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.load.schedule import Kind, Stage, arrivals, duration, expected

DECIMALS = st.decimals(min_value=Decimal("0.1"), max_value=30, places=1)
STAGES = st.lists(st.builds(Stage, seconds=DECIMALS, rate=DECIMALS), min_size=1, max_size=4)
STEADY = settings(derandomize=True, max_examples=40, deadline=None)
KINDS: tuple[Kind, ...] = ("constant", "poisson")


def gaps(offsets: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(offsets)]


@STEADY
@given(STAGES)
def test_constant_arrivals_are_exactly_rate_times_seconds(stages: list[Stage]) -> None:
    wanted = sum((Decimal(str(each.rate)) * Decimal(str(each.seconds)) for each in stages), Decimal())

    number = len(list(arrivals(stages)))

    assert number == expected(stages) == wanted.to_integral_value(rounding="ROUND_CEILING")


@pytest.mark.parametrize("kind", KINDS)
@STEADY
@given(stages=STAGES)
def test_arrivals_come_in_order_and_before_the_end(kind: Kind, stages: list[Stage]) -> None:
    offsets = list(arrivals(stages, kind, seed=3))

    assert offsets == sorted(offsets)
    assert all(0 <= each < duration(stages) + 1e-9 for each in offsets)


@STEADY
@given(DECIMALS, st.integers(1, 60))
def test_constant_arrivals_are_evenly_spaced_from_zero(rate: Decimal, seconds: int) -> None:
    offsets = list(arrivals([Stage(seconds=seconds, rate=float(rate))]))

    assert offsets[0] == 0
    assert gaps(offsets) == pytest.approx([1 / float(rate)] * (len(offsets) - 1))


def test_late_arrivals_of_a_long_schedule_have_gathered_no_error() -> None:
    last = max(arrivals([Stage(seconds=3600, rate=30)]))

    assert last == pytest.approx(3600 - 1 / 30, abs=1e-9)


def test_stage_goes_on_where_the_one_before_left_off() -> None:
    offsets = list(arrivals([Stage(seconds=1.25, rate=2), Stage(seconds=1, rate=10)]))

    assert offsets == pytest.approx([0, 0.5, 1.0, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.2][: len(offsets)])
    assert len(offsets) == expected([Stage(seconds=1.25, rate=2), Stage(seconds=1, rate=10)]) == 13


def test_pause_has_no_arrivals_but_takes_its_time() -> None:
    offsets = list(arrivals([Stage(seconds=1, rate=2), Stage(seconds=5, rate=0), Stage(seconds=1, rate=2)]))

    assert offsets == [0, 0.5, 6, 6.5]


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_gives_the_same_arrivals(kind: Kind) -> None:
    stages = [Stage(seconds=20, rate=10)]

    assert list(arrivals(stages, kind, seed=7)) == list(arrivals(stages, kind, seed=7))


def test_other_seed_gives_other_poisson_arrivals() -> None:
    stages = [Stage(seconds=20, rate=10)]

    assert list(arrivals(stages, "poisson", seed=7)) != list(arrivals(stages, "poisson", seed=8))


def test_poisson_arrivals_keep_the_rate_of_each_stage() -> None:
    offsets = list(arrivals([Stage(seconds=200, rate=50), Stage(seconds=200, rate=5)], "poisson", seed=1))
    first = [each for each in offsets if each < 200]

    assert len(first) == pytest.approx(10_000, rel=0.04)
    assert len(offsets) - len(first) == pytest.approx(1_000, rel=0.12)


def test_poisson_gaps_vary_as_much_as_they_last() -> None:
    found = gaps(list(arrivals([Stage(seconds=1000, rate=10)], "poisson", seed=2)))
    mean = sum(found) / len(found)
    deviation = (sum((each - mean) ** 2 for each in found) / len(found)) ** 0.5

    assert deviation == pytest.approx(mean, rel=0.05)


@pytest.mark.parametrize(("seconds", "rate"), [(0, 1), (-1, 1), (1, -1), (float("nan"), 1), (1, float("inf"))])
def test_stage_that_cannot_be_is_refused(seconds: float, rate: float) -> None:
    with pytest.raises(ValidationError, match="Input should be"):
        Stage(seconds=seconds, rate=rate)
