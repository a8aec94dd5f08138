"""What a run of load gave: exact counts, histograms, one row for each second, and whether the figures can be trusted.

Always `scheduled == sent + dropped`, and `sent == answered + those without an answer`, which `errors` names.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any, Final

from pydantic import TypeAdapter

from tests.load.histogram import Histogram, Kept
from tests.load.operations import outcome

_ADDED: Final = ("scheduled", "cut", "sent", "answered", "dropped", "late", "offered_per_s", "rate_per_s")


@dataclass(frozen=True)
class Health:
    """How the generator itself fared: its event loop's lag in seconds, and its CPU as a share of one core."""

    loop_lag_p99_s: float
    loop_lag_max_s: float
    cpu_share: float


@dataclass(frozen=True)
class Second:
    """One second of a run that began `t` seconds after it: numbers of arrivals.

    `offered`, `dropped` and `latency` belong to arrivals that were due in it, `sent` to requests that left in it,
    `answered` and `errors` to those that ended in it. Latencies count from the intended start.
    """

    t: int
    offered: int = 0
    sent: int = 0
    answered: int = 0
    dropped: int = 0
    errors: int = 0
    latency: Kept = field(default_factory=Histogram, repr=False)

    @property
    def p50_s(self) -> float | None:
        """Median latency in seconds, None where nothing was answered."""
        return self.latency.quantile(0.5)

    @property
    def p99_s(self) -> float | None:
        """99th percentile of latency in seconds, None where nothing was answered."""
        return self.latency.quantile(0.99)

    @property
    def max_s(self) -> float | None:
        """Longest latency in seconds, None where nothing was answered."""
        return self.latency.longest


@dataclass(frozen=True)
class OperationResult:
    """One operation's share; `entity` and `operation` are empty where it is none of the Configuration Service.

    `statuses` counts the answers of scheduled requests, `around` those of preparing and removing the run's data.
    `unanswered` may or may not have reached the service: what it counted lies between the two.
    """

    entity: str
    operation: str
    method: str
    route: str
    sent: int
    unanswered: int
    statuses: Mapping[int, int]
    around: Mapping[int, int]
    latency: Kept = field(repr=False)
    service_time: Kept = field(repr=False)

    @property
    def answers(self) -> Counter[int]:
        """All answers by status, those around the schedule included."""
        return Counter(self.statuses) + Counter(self.around)


@dataclass(frozen=True)
class Result:
    """A run of a scenario against a URL.

    `began` is the Unix time of offset 0, `ended` when the last request was over; `planned_s` is the schedule's length.
    `cut` arrivals were not due yet when the run was stopped: they are neither scheduled nor sent nor dropped.
    `offered_per_s` is the rate of the schedule as far as it ran, `rate_per_s` that of what really left.
    `late` were sent later than `lines.LATE`; `lag` is how late each was sent. `latency` counts from the intended
    start and `service_time` from the actual send, both of every request that was answered or timed out.
    `invalid` says why the generator, not the service, was what the figures show. `remains` says what data of the run
    could not be removed.
    """

    scenario: str
    url: str
    began: float
    ended: float
    planned_s: float
    scheduled: int
    cut: int
    sent: int
    answered: int
    dropped: int
    late: int
    offered_per_s: float
    rate_per_s: float
    errors: Mapping[str, int]
    operations: Mapping[str, OperationResult]
    seconds: Sequence[Second] = field(repr=False)
    health: Health
    lag: Kept = field(repr=False)
    latency: Kept = field(repr=False)
    service_time: Kept = field(repr=False)
    invalid: Sequence[str] = ()
    remains: str = ""

    def counted(self) -> Counter[tuple[str, str, str]]:
        """What the service must have counted of this run, its data's making and removing included.

        By entity, operation and outcome. Requests without an answer are not in it: `OperationResult.unanswered`.
        """
        counts: Counter[tuple[str, str, str]] = Counter()
        for each in self.operations.values():
            for status, number in each.answers.items() if each.entity else ():
                counts[each.entity, each.operation, outcome(status)] += number
        return counts

    def answers(self) -> Counter[tuple[str, str, int]]:
        """Every answer to this run, its data's making and removing included, by method, route template and status."""
        counts: Counter[tuple[str, str, int]] = Counter()
        for each in self.operations.values():
            for status, number in each.answers.items():
                counts[each.method, each.route, status] += number
        return counts

    def row(self) -> dict[str, Any]:
        """The row of `load` in results.json; latencies are absent where nothing was answered."""
        figures = {
            "lag_p99_s": self.lag.quantile(0.99),
            "latency_p50_s": self.latency.quantile(0.5),
            "latency_p99_s": self.latency.quantile(0.99),
            "latency_max_s": self.latency.longest,
            "service_time_p99_s": self.service_time.quantile(0.99),
        }
        return {
            **{name: getattr(self, name) for name in ("scenario", "scheduled", "sent", "answered", "dropped")},
            "errors": sum(self.errors.values()),
            "rate_per_s": round(self.rate_per_s, 6),
            "offered_per_s": round(self.offered_per_s, 6),
            **{name: value for name, value in figures.items() if value is not None},
            **{name: getattr(self, name) for name in ("began", "ended", "late", "cut")},
            "reasons": dict(self.errors),
            "loop_lag_p99_s": self.health.loop_lag_p99_s,
            "cpu_share": round(self.health.cpu_share, 4),
            "invalid": list(self.invalid),
        }

    def mapping(self) -> dict[str, Any]:
        """The whole result as JSON values."""
        whole: dict[str, Any] = _RESULT.dump_python(self, mode="json")
        return whole

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Result":
        """What `mapping` gave. Raises ValueError, naming the key, where it is no such mapping."""
        return _RESULT.validate_python(mapping)


def merge(results: Sequence[Result]) -> Result:
    """One result of several generators that ran the same scenario side by side: counts and rates add up.

    Raises:
        ValueError: there are none, or their scenarios differ.
    """
    if len(names := {each.scenario for each in results}) != 1:
        raise ValueError(f"only results of one scenario can be merged, not of {', '.join(sorted(names)) or 'none'}")
    began = min(each.began for each in results)
    return replace(
        results[0],
        began=began,
        ended=max(each.ended for each in results),
        planned_s=max(each.planned_s for each in results),
        **{name: sum(getattr(each, name) for each in results) for name in _ADDED},
        lag=Histogram.sum(each.lag for each in results),
        latency=Histogram.sum(each.latency for each in results),
        service_time=Histogram.sum(each.service_time for each in results),
        errors=dict(sum((Counter(each.errors) for each in results), Counter())),
        operations=_operations(results),
        seconds=_seconds(results, began),
        health=Health(*(max(values) for values in zip(*(astuple(each.health) for each in results), strict=True))),
        invalid=[reason for each in results for reason in each.invalid],
        remains="; ".join(each.remains for each in results if each.remains),
    )


def _operations(results: Sequence[Result]) -> dict[str, OperationResult]:
    shares: dict[str, list[OperationResult]] = {}
    for result in results:
        for name, share in result.operations.items():
            shares.setdefault(name, []).append(share)
    return {name: _share(each) for name, each in shares.items()}


def _share(shares: Sequence[OperationResult]) -> OperationResult:
    return replace(
        shares[0],
        sent=sum(each.sent for each in shares),
        unanswered=sum(each.unanswered for each in shares),
        statuses=dict(sum((Counter(each.statuses) for each in shares), Counter())),
        around=dict(sum((Counter(each.around) for each in shares), Counter())),
        latency=Histogram.sum(each.latency for each in shares),
        service_time=Histogram.sum(each.service_time for each in shares),
    )


def _seconds(results: Sequence[Result], began: float) -> list[Second]:
    """Seconds of all on one axis; a generator that began later is moved by whole seconds."""
    rows: dict[int, list[Second]] = {}
    for result in results:
        for second in result.seconds:
            rows.setdefault(second.t + round(result.began - began), []).append(second)
    counts = ("offered", "sent", "answered", "dropped", "errors")
    return [
        Second(
            t,
            **{name: sum(getattr(each, name) for each in same) for name in counts},
            latency=Histogram.sum((each.latency for each in same), digits=2),
        )
        for t, same in sorted(rows.items())
    ]


_RESULT = TypeAdapter(Result)
