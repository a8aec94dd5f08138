"""The registry and its instruments: what the hot path touches, with every series looked up once."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import prometheus_client
from prometheus_client import CollectorRegistry, Info

from service import __version__
from service.telemetry import contract as c
from service.telemetry.operations import OPERATIONS, PROBES, outcome
from service.telemetry.series import Durations, Number, Table

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
        self.tables = {metric.name: Table(metric) for metric in c.CONTRACT}
        for table in self.tables.values():
            self.registry.register(table)
        self._requests = self.tables[c.REQUEST_DURATION.name]
        self._operations = self.tables[c.OPERATIONS_TOTAL.name]
        self._outcomes: dict[tuple[str, str, str], Number] = {}
        self._finished: dict[tuple[str, str, int], tuple[Durations, Number | None]] = {}
        active = self.tables[c.ACTIVE_REQUESTS.name]
        self.active = {method: active.number(method) for method in (*sorted(c.METHODS), c.OTHER_METHOD)}
        self.wait_time = self.tables[c.WAIT_TIME.name].duration()
        statements = self.tables[c.OPERATION_DURATION.name]
        self.statements = {name: statements.duration(name) for name in c.STATEMENTS}
        self._prepare()
        _describe(self.registry)

    def request_finished(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer: its duration and, if it was an operation of the API, how that ended."""
        key = (method, route, status)
        durations, operation = self._finished.get(key) or self._bind(key)
        durations.observe(seconds)
        if operation is not None:
            operation.value += 1

    def watch_pool(
        self, most: int, idle: Callable[[], int], used: Callable[[], int], pending: Callable[[], int]
    ) -> None:
        """Read the pool's gauges when somebody asks, so that they cost a request nothing."""
        self.tables[c.CONNECTION_COUNT.name].numbers = {("idle",): idle, ("used",): used}
        self.tables[c.PENDING_REQUESTS.name].numbers = {(): pending}
        self.tables[c.CONNECTION_MAX.name].numbers = {(): lambda: most}

    def stored(self, rows: Mapping[str, int] | None) -> None:
        """Publish the rows counted by entity, or nothing at all when they are not known."""
        table = self.tables[c.STORED.name]
        if rows is None:
            table.forget()
            return
        table.numbers, table.gone = {}, ()
        for entity, count in rows.items():
            table.number(entity).value = count

    def _prepare(self) -> None:
        for row in OPERATIONS:
            for name in row.outcomes:
                self._outcome((row.entity, row.operation, name))
            self._bind((row.method, row.route, row.success))
        for route in PROBES:
            self._bind(("GET", route, 200))

    def _outcome(self, key: tuple[str, str, str]) -> Number:
        if key not in self._outcomes:
            self._outcomes[key] = self._operations.number(*key)
        return self._outcomes[key]

    def _bind(self, key: tuple[str, str, int]) -> tuple[Durations, Number | None]:
        method, route, status = key
        row = _OPERATION_OF.get((method, route))
        operation = self._outcome((row.entity, row.operation, outcome(status))) if row else None
        self._finished[key] = self._requests.duration(method, route, str(status)), operation
        return self._finished[key]


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
