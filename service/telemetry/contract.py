"""The telemetry contract as data: each metric with its type, unit and attributes, and each operation with its outcomes.

Names are OpenTelemetry's; the Prometheus forms follow from them by the rules of the Collector's Prometheus exporter
(https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/), so both paths give equal names.
"""

from dataclasses import dataclass
from enum import StrEnum

UNMATCHED = "/{unmatched}"
"""``http.route`` of a request that no route took: one constant, so that no client can create series."""
METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
OTHER_METHOD = "_OTHER"
STATES = ("idle", "used")
STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
ENTITIES = ("application", "configuration")

# The bucket boundaries that the semantic conventions advise.
HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
DATABASE_BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)


class Kind(StrEnum):
    """OpenTelemetry's instrument; an up-down counter and a gauge are both a gauge in Prometheus."""

    COUNTER = "counter"
    UPDOWN = "updown"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Metric:
    """One metric of the contract; histograms are in seconds, everything else counts whole things."""

    name: str
    kind: Kind
    unit: str
    help: str
    attributes: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def exposed(self) -> str:
        """Its name in an exposition."""
        name = self.name.replace(".", "_")
        if self.unit == "s":
            return f"{name}_seconds"
        return f"{name}_total" if self.kind is Kind.COUNTER else name

    @property
    def labels(self) -> tuple[str, ...]:
        """Its label names in an exposition, in the order of the attributes."""
        return tuple(attribute.replace(".", "_") for attribute in self.attributes)


REQUEST_DURATION = Metric(
    "http.server.request.duration",
    Kind.HISTOGRAM,
    "s",
    "Duration of HTTP server requests, from the first byte of the headers handled to the last byte of the answer.",
    ("http.request.method", "http.route", "http.response.status_code"),
    HTTP_BUCKETS,
)
ACTIVE_REQUESTS = Metric(
    "http.server.active_requests",
    Kind.UPDOWN,
    "{request}",
    "HTTP server requests in progress, a scrape that asks included.",
    ("http.request.method",),
)
CONNECTION_COUNT = Metric(
    "db.client.connection.count", Kind.UPDOWN, "{connection}", "Open connections of the pool, by state.", ("state",)
)
CONNECTION_MAX = Metric(
    "db.client.connection.max", Kind.UPDOWN, "{connection}", "The most connections the pool may open."
)
PENDING_REQUESTS = Metric(
    "db.client.connection.pending_requests", Kind.UPDOWN, "{request}", "Requests that wait for a connection."
)
WAIT_TIME = Metric(
    "db.client.connection.wait_time",
    Kind.HISTOGRAM,
    "s",
    "Time it took to get an open connection from the pool.",
    buckets=DATABASE_BUCKETS,
)
OPERATION_DURATION = Metric(
    "db.client.operation.duration",
    Kind.HISTOGRAM,
    "s",
    "Duration of the statements that requests run in the database.",
    ("db.operation.name",),
    DATABASE_BUCKETS,
)
OPERATIONS_TOTAL = Metric(
    "config_service.operations",
    Kind.COUNTER,
    "{operation}",
    "Operations on applications and configurations, by how they ended.",
    ("entity", "operation", "outcome"),
)
STORED = Metric(
    "config_service.stored",
    Kind.GAUGE,
    "{row}",
    "Rows in the database; absent while the database is away.",
    ("entity",),
)

CONTRACT = (
    REQUEST_DURATION,
    ACTIVE_REQUESTS,
    CONNECTION_COUNT,
    CONNECTION_MAX,
    PENDING_REQUESTS,
    WAIT_TIME,
    OPERATION_DURATION,
    OPERATIONS_TOTAL,
    STORED,
)
