"""The registry and its instruments: what the hot path touches, with every child looked up once."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from service import __version__
from service.telemetry import contract as c
from service.telemetry.operations import OPERATIONS, PROBES, outcome

Family = Counter | Gauge | Histogram
_OPERATION_OF = {(row.method, row.route): row for row in OPERATIONS}
_OPERATION_OF |= {("HEAD", row.route): row for row in OPERATIONS if row.method == "GET"}


@dataclass(frozen=True)
class Identity:
    """Who measures: the resource attributes of this process. The instance id is new with each process."""

    service_name: str
    service_instance_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    service_version: str = __version__


class Instruments:
    """Every metric of the contract, at 0 from the start wherever its labels can be known ahead."""

    def __init__(self, identity: Identity) -> None:
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.identity = identity
        self.started_ns = time.time_ns()
        self.registry = CollectorRegistry(target_info=_target(identity))
        self.families: dict[c.Metric, Family] = {metric: _family(metric, self.registry) for metric in c.CONTRACT}
        self._requests = self._histogram(c.REQUEST_DURATION)
        self._finished: dict[tuple[str, str, int], tuple[Histogram, Counter | None]] = {}
        self.active = {method: self._gauge(c.ACTIVE_REQUESTS).labels(method) for method in c.METHODS}
        self.active_other = self._gauge(c.ACTIVE_REQUESTS).labels(c.OTHER_METHOD)
        self.wait_time = self._histogram(c.WAIT_TIME)
        self.statements = {name: self._histogram(c.OPERATION_DURATION).labels(name) for name in c.STATEMENTS}
        self._prepare()
        _describe(self.registry)

    def request_finished(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer: its duration and, if it was an operation of the API, how that ended."""
        key = (method, route, status)
        children = self._finished.get(key) or self._bind(key)
        children[0].observe(seconds)
        if children[1] is not None:
            children[1].inc()

    def watch_pool(self, idle: Callable[[], int], used: Callable[[], int], pending: Callable[[], int]) -> None:
        """Read the pool's gauges when somebody asks, so that they cost a request nothing."""
        self._gauge(c.CONNECTION_COUNT).labels("idle").set_function(idle)
        self._gauge(c.CONNECTION_COUNT).labels("used").set_function(used)
        self._gauge(c.PENDING_REQUESTS).set_function(pending)

    def pool_limit(self, most: int) -> None:
        """State how many connections the pool may open."""
        self._gauge(c.CONNECTION_MAX).set(most)

    def stored(self, rows: dict[str, int] | None) -> None:
        """Publish the rows counted by entity, or nothing at all when they are not known."""
        gauge = self._gauge(c.STORED)
        if rows is None:
            gauge.clear()
        else:
            for entity, count in rows.items():
                gauge.labels(entity).set(count)

    def _prepare(self) -> None:
        operations = self.families[c.OPERATIONS_TOTAL]
        for row in OPERATIONS:
            self._bind((row.method, row.route, row.success))
            for name in row.outcomes:
                operations.labels(row.entity, row.operation, name)
        for route in PROBES:
            self._bind(("GET", route, 200))

    def _bind(self, key: tuple[str, str, int]) -> tuple[Histogram, Counter | None]:
        method, route, status = key
        row = _OPERATION_OF.get((method, route))
        counter = self.families[c.OPERATIONS_TOTAL]
        child = counter.labels(row.entity, row.operation, outcome(status)) if row else None
        assert child is None or isinstance(child, Counter)  # noqa: S101  # narrows the type
        children = (self._requests.labels(method, route, status), child)
        self._finished[key] = children
        return children

    def _histogram(self, metric: c.Metric) -> Histogram:
        family = self.families[metric]
        assert isinstance(family, Histogram)  # noqa: S101  # narrows the type
        return family

    def _gauge(self, metric: c.Metric) -> Gauge:
        family = self.families[metric]
        assert isinstance(family, Gauge)  # noqa: S101  # narrows the type
        return family


def _family(metric: c.Metric, registry: CollectorRegistry) -> Family:
    name, labels = metric.exposed, metric.labels
    if metric.kind is c.Kind.HISTOGRAM:
        return Histogram(name, metric.help, labels, unit="seconds", registry=registry, buckets=metric.buckets)
    if metric.kind is c.Kind.COUNTER:
        return Counter(name, metric.help, labels, registry=registry)
    return Gauge(name, metric.help, labels, registry=registry)


def _target(identity: Identity) -> dict[str, str]:
    return {
        "service_name": identity.service_name,
        "service_instance_id": identity.service_instance_id,
        "service_version": identity.service_version,
    }


def _describe(registry: CollectorRegistry) -> None:
    """What only the scraped path carries: the build and this process, as the client library gives them."""
    Info("config_service_build", "The running build.", registry=registry).info({"version": __version__})
    prometheus_client.ProcessCollector(registry=registry)
    prometheus_client.PlatformCollector(registry=registry)
    prometheus_client.GCCollector(registry=registry)
