"""Durations in constant memory at a bounded relative error: an HDR histogram in microseconds, seconds in and out."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Final

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]
from pydantic import PlainSerializer, PlainValidator

LONGEST_S: Final = 3600.0
"""A longer duration counts as this one."""
_DIGITS: Final = 3


class Histogram:
    """Durations from 1 microsecond to an hour, each kept to 0.1 %."""

    def __init__(self) -> None:
        self._inner: Any = HdrHistogram(1, int(LONGEST_S * 1e6), _DIGITS)

    def record(self, seconds: Iterable[float]) -> None:
        """Add durations; a negative one counts as 0."""
        for microseconds, count in Counter(round(min(max(each, 0.0), LONGEST_S) * 1e6) for each in seconds).items():
            self._inner.record_value(microseconds, count)

    def add(self, other: "Histogram") -> None:
        """Add all that another one holds."""
        if other.count:
            self._inner.add(other._inner)

    @property
    def count(self) -> int:
        """How many durations it holds."""
        return int(self._inner.get_total_count())

    def quantile(self, share: float) -> float | None:
        """The duration, in seconds, that this share (0..1) does not exceed; None while it is empty."""
        return self._inner.get_value_at_percentile(100 * share) / 1e6 if self.count else None

    @property
    def longest(self) -> float | None:
        """The longest duration in seconds; None while it is empty."""
        return self._inner.get_max_value() / 1e6 if self.count else None

    def encoded(self) -> str:
        """The whole as text, in HdrHistogram's own V2 form."""
        return str(self._inner.encode(), "ascii")

    @classmethod
    def decoded(cls, text: str) -> "Histogram":
        """What `encoded` gave. Raises ValueError where it is no such text."""
        histogram = cls()
        try:
            histogram._inner.decode_and_add(text)
        except Exception as error:
            raise ValueError(f"no histogram: {error}") from error
        return histogram

    def __repr__(self) -> str:
        return f"Histogram({self.count} durations, p50 {self.quantile(0.5)} s, p99 {self.quantile(0.99)} s)"


def _validated(value: object) -> Histogram:
    return value if isinstance(value, Histogram) else Histogram.decoded(str(value))


Kept = Annotated[Histogram, PlainValidator(_validated), PlainSerializer(Histogram.encoded, when_used="json")]
"""A histogram as a field that pydantic writes to JSON and reads back whole."""
