"""A small OTLP/HTTP receiver that keeps what it gets, and can be slow, refusing, resetting or gone."""

import asyncio
import gzip
import time
from dataclasses import dataclass, field
from typing import Literal

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsPartialSuccess,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

Mood = Literal["good", "silent", "refusing", "rejecting", "resetting"]
REJECTED = ExportMetricsServiceResponse(partial_success=ExportMetricsPartialSuccess(rejected_data_points=3))
Labels = frozenset[tuple[str, str]]


@dataclass
class Receiver:
    """Listens on 127.0.0.1; ``mood`` decides how it answers, ``exports`` holds what it took."""

    mood: Mood = "good"
    retry_after: str | None = None
    port: int = 0
    tried: list[float] = field(default_factory=list)
    exports: list[ExportMetricsServiceRequest] = field(default_factory=list)
    _server: asyncio.Server | None = None

    @property
    def endpoint(self) -> str:
        """What OTEL_EXPORTER_OTLP_ENDPOINT is to be."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening and end every connection."""
        self.mood = "resetting"
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = next(
                    int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length")
                )
                body = await reader.readexactly(length)
                self.tried.append(time.monotonic())
                if self.mood == "resetting":
                    return
                if self.mood == "silent":
                    await reader.read()
                    return
                writer.write(self._answer(body))
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            writer.transport.abort()

    def _answer(self, body: bytes) -> bytes:
        if self.mood == "refusing":
            pause = f"Retry-After: {self.retry_after}\r\n" if self.retry_after else ""
            return f"HTTP/1.1 503 Service Unavailable\r\n{pause}Content-Length: 0\r\n\r\n".encode()
        export = ExportMetricsServiceRequest()
        export.ParseFromString(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        self.exports.append(export)
        said = REJECTED.SerializeToString() if self.mood == "rejecting" else b""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: {len(said)}\r\n\r\n"
        return head.encode() + said


def metrics(export: ExportMetricsServiceRequest) -> dict[str, Metric]:
    """The metrics of an export by name."""
    return {
        metric.name: metric
        for resource in export.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def counts(export: ExportMetricsServiceRequest, name: str) -> dict[Labels, int]:
    """The number of each point of a metric: a sum's or gauge's value, a histogram's count."""
    metric = metrics(export)[name]
    data = getattr(metric, str(metric.WhichOneof("data")))
    return {
        frozenset((pair.key, pair.value.string_value) for pair in point.attributes): (
            point.count if metric.HasField("histogram") else point.as_int
        )
        for point in data.data_points
    }
