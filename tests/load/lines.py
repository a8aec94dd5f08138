"""The lines of a finished run as columns, and the figures that they sum up to."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.load.histogram import Histogram
from tests.load.operations import Operation
from tests.load.result import OperationResult, Second

LATE: Final = 0.01
"""Seconds after its intended start from which a request counts as sent late."""
DROPPED: Final = 0
STOPPED: Final = -1
TIMED_OUT: Final = -2
NO_CONNECTION: Final = -3
CUT_OFF: Final = -4
REASONS: Final[Mapping[int, str]] = {
    STOPPED: "stopped before the answer",
    TIMED_OUT: "timed out",
    NO_CONNECTION: "no connection",
    CUT_OFF: "cut off before the answer",
}
"""What stands in place of a status where there was no answer."""
_Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Lines:
    """One row for each arrival, in order: times in seconds after the beginning, status or its stand-in.

    `length` is when the run was over, in seconds after its beginning.
    """

    due: NDArray[np.float64]
    sent_at: NDArray[np.float64]
    ended: NDArray[np.float64]
    status: NDArray[np.int16]
    operation: NDArray[np.int16]
    wished: _Chosen
    length: float

    @cached_property
    def sent(self) -> _Chosen:
        """Which were sent."""
        return np.not_equal(self.status, DROPPED)

    @cached_property
    def answered(self) -> _Chosen:
        """Which were answered."""
        return np.greater(self.status, 0)

    @cached_property
    def timed(self) -> _Chosen:
        """Which have latencies: who gave up has waited so long at least, or a stall would hide behind its timeouts."""
        return np.logical_or(self.answered, np.equal(self.status, TIMED_OUT))

    @property
    def lag(self) -> Histogram:
        """How late each was sent."""
        return Histogram.of((self.sent_at - self.due)[self.sent])

    @property
    def late(self) -> int:
        """How many were sent later than `LATE`."""
        return int(np.count_nonzero((self.sent_at - self.due)[self.sent] > LATE))

    @property
    def errors(self) -> dict[str, int]:
        """Requests that were not answered as wished, by reason."""
        statuses = Counter(self.status[self.sent & ~self.wished].tolist())
        return {REASONS.get(each, f"status {each}"): number for each, number in sorted(statuses.items())}

    @property
    def offered(self) -> float:
        """Arrivals a second by the schedule."""
        return _rate(self.due, self.length)

    @property
    def rate(self) -> float:
        """Requests a second that really left."""
        return _rate(self.sent_at[self.sent], self.length)

    def of(self, index: int, operation: Operation, around: Counter[int]) -> OperationResult:
        """One operation's share."""
        own = self.operation == index
        statuses = Counter(self.status[own & self.answered].tolist())
        return OperationResult(
            entity=operation.entity,
            operation=operation.operation,
            method=operation.method,
            route=operation.route,
            sent=int(np.count_nonzero(own & self.sent)),
            unanswered=int(np.count_nonzero(own & self.sent & ~self.answered)),
            statuses=dict(sorted(statuses.items())),
            around=dict(sorted(around.items())),
            latency=Histogram.of((self.ended - self.due)[self.timed & own]),
            service_time=Histogram.of((self.ended - self.sent_at)[self.timed & own]),
        )

    def seconds(self) -> Sequence[Second]:
        """One row for each second, up to the one in which the last request ended."""
        last = max(self.ended.max(initial=0.0), self.due.max(initial=0.0))
        length = max(math.floor(last) + 1, math.floor(self.length))
        offered, sent = _by_second(self.due, length), _by_second(self.sent_at[self.sent], length)
        answered = _by_second(self.ended[self.answered], length)
        dropped = _by_second(self.due[~self.sent], length)
        errors = _by_second(self.ended[self.sent & ~self.wished], length)
        # Arrivals are in order, so those of one second stand together.
        edges = np.searchsorted(self.due, np.arange(length + 1))
        return [
            Second(t, *counts, latency=self._latency_of(slice(edges[t], edges[t + 1])))
            for t, counts in enumerate(zip(offered, sent, answered, dropped, errors, strict=True))
        ]

    def _latency_of(self, second: slice) -> Histogram:
        return Histogram.of((self.ended[second] - self.due[second])[self.timed[second]], digits=2)


def _by_second(times: NDArray[np.float64], length: int) -> list[int]:
    numbers: list[int] = np.bincount(times.astype(np.int64).clip(0, length - 1), minlength=length).tolist()
    return numbers


def _rate(times: NDArray[np.float64], length: float) -> float:
    """Intervals over the time from first to last; for less than two of them, all over the length of the run."""
    span = float(times[-1] - times[0]) if len(times) > 1 else 0.0
    return (len(times) - 1) / span if span > 0 else len(times) / length
