"""When requests are due: offsets in seconds from the beginning of a run, on one absolute clock, so no error adds up."""

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

Kind = Literal["constant", "poisson"]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Stage:
    """So many seconds at so many arrivals a second; a rate of 0 is a pause. Raises ValueError where either is wrong."""

    seconds: Annotated[float, Field(gt=0, le=1e6)]
    rate: Annotated[float, Field(ge=0, le=1e6)]


def duration(stages: Sequence[Stage]) -> float:
    """How many seconds all stages take."""
    return math.fsum(stage.seconds for stage in stages)


def expected(stages: Sequence[Stage]) -> int:
    """How many arrivals stages have: exactly so many where they are constant, on average where they are Poisson."""
    return math.ceil(sum((_exact(stage.rate) * _exact(stage.seconds) for stage in stages), Fraction()))


def arrivals(stages: Sequence[Stage], kind: Kind = "constant", seed: int = 0) -> Iterator[float]:
    """Yield the offsets in order, all before the end of the last stage.

    Constant: evenly spaced, rate * seconds of them in each stage; a remainder goes on in the next one.
    Poisson: independent arrivals at the rate of the stage; the same seed gives the same offsets.
    """
    return _constant(stages) if kind == "constant" else _poisson(stages, seed)


def _constant(stages: Sequence[Stage]) -> Iterator[float]:
    """Arrival k is due when the integral of the rate reaches k; decimals are taken as they are written."""
    done, start = Fraction(), Fraction()
    for stage in stages:
        until = done + _exact(stage.rate) * _exact(stage.seconds)
        first = math.ceil(done)
        phase, begin = float(first - done), float(start)
        for number in range(math.ceil(until) - first):
            yield begin + (phase + number) / stage.rate
        done, start = until, start + _exact(stage.seconds)


def _poisson(stages: Sequence[Stage], seed: int) -> Iterator[float]:
    """Arrivals at rate 1 on the integral of the rate, taken back to time."""
    source = random.Random(seed)  # noqa: S311  # reproducible on purpose
    due, done, start = source.expovariate(1.0), 0.0, 0.0
    for stage in stages:
        until = done + stage.rate * stage.seconds
        while due < until:
            yield start + (due - done) / stage.rate
            due += source.expovariate(1.0)
        done, start = until, start + stage.seconds


def _exact(number: float) -> Fraction:
    return Fraction(str(number))
