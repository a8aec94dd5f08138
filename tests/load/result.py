"""What a run of load gave: exact counts, histograms, one row for each second, and whether the figures can be trusted.

Always `scheduled == sent + dropped`, and `sent == answered + those without an answer`, which `errors` names.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from tests.load.histogram import Histogram, Kept


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
    `late` were sent later than `generator.LATE`; `lag` is how late each was sent. `latency` counts from the intended
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
        """What the service must have counted of this run, by entity, operation and outcome."""
        raise NotImplementedError

    def answers(self) -> Counter[tuple[str, str, int]]:
        """Every answer of this run by method, route template and status."""
        raise NotImplementedError

    def row(self) -> dict[str, Any]:
        """The row of `load` in results.json; latencies are absent where nothing was answered."""
        raise NotImplementedError

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
    raise NotImplementedError


_RESULT = TypeAdapter(Result)
