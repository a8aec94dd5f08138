"""Thresholds: a named figure of a result held against a bound, with its unit and the reason for the bound."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from tests.load.result import Result


@plain_dataclass(frozen=True)
class Figure:
    """One figure of a result, None where it was not measured."""

    unit: str
    of: Callable[[Result], float | None]


def _unavailable(result: Result) -> int:
    return sum(each.statuses.get(503, 0) for each in result.operations.values())


def _rate_error(result: Result) -> float | None:
    return abs(result.rate_per_s / result.offered_per_s - 1) if result.offered_per_s else None


FIGURES: Final[Mapping[str, Figure]] = {
    "errors": Figure("requests", lambda result: sum(result.errors.values())),
    "dropped": Figure("requests", lambda result: result.dropped),
    "late": Figure("requests", lambda result: result.late),
    "status_503": Figure("requests", _unavailable),
    "rate_error": Figure("ratio", _rate_error),
    "lag_p99_s": Figure("s", lambda result: result.lag.quantile(0.99)),
    "latency_p50_s": Figure("s", lambda result: result.latency.quantile(0.5)),
    "latency_p99_s": Figure("s", lambda result: result.latency.quantile(0.99)),
    "latency_max_s": Figure("s", lambda result: result.latency.longest),
}


@plain_dataclass(frozen=True)
class Verdict:
    """What a threshold says of a result; printed, it is one line for a person."""

    figure: str
    value: float | None
    met: bool
    text: str

    def __str__(self) -> str:
        return self.text


def _known(figure: str) -> str:
    if figure not in FIGURES:
        raise ValueError(f"no figure has this name, choose from {', '.join(FIGURES)}")
    return figure


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Threshold:
    """A figure of a result and the bound it has to keep to: exactly one of `at_most` and `at_least`."""

    figure: Annotated[str, AfterValidator(_known)]
    unit: str
    reason: Annotated[str, Field(min_length=1)]
    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give either at_most or at_least")
        if self.unit != FIGURES[self.figure].unit:
            raise ValueError(f"the unit of {self.figure} is {FIGURES[self.figure].unit!r}, not {self.unit!r}")
        return self

    def judge(self, result: Result) -> Verdict:
        """Hold a result against it; a figure that was not measured does not meet it."""
        value = FIGURES[self.figure].of(result)
        seen = "not measured" if value is None else f"{value:.6g} {self.unit}"
        if self.at_least is not None:
            met, bound = value is not None and value >= self.at_least, f"at least {self.at_least:g}"
        else:
            met, bound = value is not None and value <= (self.at_most or 0.0), f"at most {self.at_most:g}"
        text = f"{'met' if met else 'missed'}: {self.figure} is {seen}, wanted {bound}: {self.reason}"
        return Verdict(self.figure, value, met, text)
