"""Durations in constant memory at a bounded relative error: an HDR histogram in microseconds, seconds in and out."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

import numpy as np
from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]
from numpy.typing import ArrayLike
from pydantic import PlainSerializer, PlainValidator

LONGEST_S: Final = 3600.0
"""A longer duration counts as this one."""


class Histogram:
    """Durations from 1 microsecond to an hour, each kept to so many significant digits (3: to 0.1 %)."""

    def __init__(self, digits: int = 3) -> None:
        self._inner: Any = HdrHistogram(1, int(LONGEST_S * 1e6), digits)

    @classmethod
    def of(cls, seconds: ArrayLike, digits: int = 3) -> "Histogram":
        """A histogram of durations; a negative one counts as 0."""
        histogram = cls(digits)
        clipped = np.clip(np.asarray(seconds, dtype=np.float64), 0.0, LONGEST_S)
        values, counts = np.unique(np.rint(clipped * 1e6).astype(np.int64), return_counts=True)
        for microseconds, count in zip(values.tolist(), counts.tolist(), strict=True):
            histogram._inner.record_value(microseconds, count)
        return histogram

    @classmethod
    def sum(cls, histograms: Iterable["Histogram"], digits: int = 3) -> "Histogram":
        """One histogram of all that others hold."""
        total = cls(digits)
        for each in histograms:
            if each.count:
                total._inner.add(each._inner)
        return total

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
            histogram._inner = HdrHistogram.decode(text)
        except Exception as error:  # the library raises many kinds, none of them its own
            raise ValueError(f"no histogram: {error}") from error
        return histogram

    def __repr__(self) -> str:
        return f"Histogram({self.count} durations, p50 {self.quantile(0.5)} s, p99 {self.quantile(0.99)} s)"


def _validated(value: object) -> Histogram:
    return value if isinstance(value, Histogram) else Histogram.decoded(str(value))


Kept = Annotated[Histogram, PlainValidator(_validated), PlainSerializer(Histogram.encoded, when_used="json")]
"""A histogram as a field that pydantic writes to JSON and reads back whole."""
