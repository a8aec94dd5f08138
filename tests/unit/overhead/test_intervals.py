"""Ratios and intervals: right on data whose truth is known, and the same each time."""

import random
from collections.abc import Callable
from statistics import fmean

import pytest

from tests.load.overhead.intervals import Ratio, median_of_ratios, ratio_of_percentiles, ratio_of_sums

TRUTH = 1.04


def noisy(chance: random.Random, rounds: int = 130) -> tuple[list[float], list[float]]:
    """Pairs that share what the machine does in their round, and differ by a noise of 5 % each."""
    shared = [chance.lognormvariate(0, 0.3) for _ in range(rounds)]
    base = [each * chance.gauss(1, 0.05) for each in shared]
    return [TRUTH * each * chance.gauss(1, 0.05) for each in shared], base


@pytest.mark.parametrize(
    "ratio",
    [
        pytest.param(median_of_ratios, id="median of ratios"),
        pytest.param(
            lambda mine, base: ratio_of_sums([(each, 1) for each in mine], [(each, 1) for each in base]), id="sums"
        ),
    ],
)
def test_intervals_hold_the_truth_as_often_as_they_say(ratio: Callable[[list[float], list[float]], Ratio]) -> None:
    chance = random.Random(7)  # noqa: S311
    seen = [ratio(*noisy(chance)) for _ in range(60)]

    held = sum(each.low <= TRUTH <= each.high for each in seen)
    assert 52 <= held <= 60
    assert fmean(each.high - each.low for each in seen) < 0.05
    assert all(each.low <= each.ratio <= each.high and each.pairs == 130 for each in seen)


def test_equal_data_have_ratio_one_without_doubt() -> None:
    seen = median_of_ratios([3.0, 5.0, 4.0], [3.0, 5.0, 4.0])

    assert (seen.ratio, seen.low, seen.high, seen.pairs) == (1, 1, 1, 3)


def test_same_data_give_the_same_interval() -> None:
    mine, base = noisy(random.Random(3))  # noqa: S311

    assert median_of_ratios(mine, base) == median_of_ratios(mine, base)


def test_sums_see_what_happens_in_one_round_of_five_and_the_median_does_not() -> None:
    base = [(1.0, 1.0)] * 100
    mine = [(1.5, 1.0) if number % 5 == 0 else (1.0, 1.0) for number in range(100)]

    seen = ratio_of_sums(mine, base)
    assert seen.ratio == pytest.approx(1.1)
    assert 1.05 < seen.low < 1.1 < seen.high < 1.15
    assert median_of_ratios([each for each, _ in mine], [each for each, _ in base]).high == 1


def test_sums_weigh_a_slice_by_its_requests() -> None:
    assert ratio_of_sums([(1.0, 1), (3.0, 9)], [(1.0, 5), (1.0, 5)]).ratio == pytest.approx(2.0)


def test_percentile_is_that_of_all_values_together() -> None:
    rounds = [[float(number * 10 + each) for each in range(10)] for number in range(10)]
    slower = [[2 * each for each in row] for row in rounds]

    assert ratio_of_percentiles(slower, rounds, 99).ratio == pytest.approx(2.0)
    assert ratio_of_percentiles(rounds, rounds, 99).high == pytest.approx(1.0)
