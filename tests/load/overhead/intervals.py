"""Ratios of paired measurements with 95 % bootstrap intervals; the seed is fixed: equal data give equal figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

CONFIDENCE = 0.95
SEED = 5
_RESAMPLES = 1999
_AT_ONCE = 100

Array: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True)
class Ratio:
    """A ratio to the base, the ends of its interval, and how many pairs it rests on."""

    ratio: float
    low: float
    high: float
    pairs: int


def median_of_ratios(mine: Sequence[float], base: Sequence[float]) -> Ratio:
    """The median over pairs of mine / base."""
    ratios = np.asarray(mine, float) / np.asarray(base, float)
    return _bootstrapped(len(ratios), lambda rounds: np.median(ratios[rounds], axis=-1))


def ratio_of_sums(mine: Sequence[tuple[float, float]], base: Sequence[tuple[float, float]]) -> Ratio:
    """Mine / base of sum(first) / sum(second) over all rounds: what happens only now and then counts in full."""
    ours, theirs = np.asarray(mine, float), np.asarray(base, float)

    def quotient(pairs: Array) -> Array:
        sums = pairs.sum(axis=-2)
        return np.asarray(sums[..., 0] / sums[..., 1])

    return _bootstrapped(len(ours), lambda rounds: quotient(ours[rounds]) / quotient(theirs[rounds]))


def ratio_of_percentiles(mine: Sequence[Sequence[float]], base: Sequence[Sequence[float]], q: float) -> Ratio:
    """Mine / base of the q-th percentile of all rounds' values together; every round has as many values."""
    ours, theirs = np.asarray(mine, float), np.asarray(base, float)

    def percentile(values: Array) -> Array:
        return np.asarray(np.percentile(values, q, axis=(-2, -1)))

    return _bootstrapped(len(ours), lambda rounds: percentile(ours[rounds]) / percentile(theirs[rounds]))


def _bootstrapped(rounds: int, statistic: Callable[[Array], Array]) -> Ratio:
    """Resample whole rounds, so that what was measured together stays together."""
    every = np.arange(rounds)
    found = stats.bootstrap(
        (every,),
        lambda resampled, axis: statistic(resampled),  # always the last axis: there is no other
        vectorized=True,
        axis=-1,
        batch=_AT_ONCE,
        n_resamples=_RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Ratio(float(statistic(every)), float(found.low), float(found.high), rounds)
