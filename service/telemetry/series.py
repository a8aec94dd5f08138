"""Series as cheap as they can be, and the table that shows a metric's series to both paths.

One event loop writes and reads them, so they need no lock; prometheus-client's own take two each time.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from prometheus_client.metrics_core import Metric as Exposed
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from service.telemetry.contract import Kind, Metric


class Durations:
    """One histogram series: a count for each bucket, the last one without bound, and the sum in seconds."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration; a bound belongs to its own bucket."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds


class Number:
    """One counter or gauge series."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0

    def read(self) -> int:
        """The present value."""
        return self.value


class Table(Collector):
    """A metric and its series by their label values; the registry collects it for the scraped path."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self._les = (*(str(float(bound)) for bound in metric.buckets), "+Inf")
        self.durations: dict[tuple[str, ...], Durations] = {}
        self.numbers: dict[tuple[str, ...], Callable[[], int]] = {}
        self.gone: tuple[tuple[str, ...], ...] = ()
        """Series that had a value and have none now: a scrape misses them by itself, a push has to say so."""

    def duration(self, *labels: str) -> Durations:
        """The histogram series with these label values, made if there is none."""
        return self.durations.setdefault(labels, Durations(self.metric.buckets))

    def number(self, *labels: str) -> Number:
        """A new counter or gauge series, at 0."""
        made = Number()
        self.numbers[labels] = made.read
        return made

    def forget(self) -> None:
        """Let every series of numbers go until it is known again."""
        self.gone, self.numbers = (*self.gone, *self.numbers), {}

    def collect(self) -> Iterable[Exposed]:
        """The metric in the client library's form."""
        metric = self.metric
        unit = "seconds" if metric.unit == "s" else ""
        kind = metric.kind.value if metric.kind in (Kind.COUNTER, Kind.HISTOGRAM) else "gauge"
        shown = Exposed(metric.exposed.removesuffix("_total"), metric.help, kind, unit)
        shown.samples = list(self._samples())
        return [shown]

    def describe(self) -> Iterable[Exposed]:
        """What it will collect, for the registry to keep names apart."""
        return self.collect()

    def _samples(self) -> Iterator[Sample]:
        name, labels = self.metric.exposed, self.metric.labels
        for values, read in self.numbers.items():
            yield Sample(name, dict(zip(labels, values, strict=True)), read())
        for values, series in self.durations.items():
            named = dict(zip(labels, values, strict=True))
            for le, count in zip(self._les, accumulate(series.counts), strict=True):
                yield Sample(f"{name}_bucket", named | {"le": le}, count)
            yield Sample(f"{name}_count", named, sum(series.counts))
            yield Sample(f"{name}_sum", named, series.total)
