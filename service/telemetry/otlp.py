"""Writes the registry's present state as an OTLP ExportMetricsServiceRequest in protobuf.

Field numbers are those of opentelemetry-proto 1.x, ``metrics/v1/metrics.proto``; a unit test reads the result back with
the generated classes. Written by hand because those classes and their exporter cost the service a fifth of its memory.
"""

import struct
import time
from collections.abc import Iterator

from service.telemetry.contract import CONTRACT, Kind, Metric
from service.telemetry.instruments import Instruments
from service.telemetry.series import Table

_CUMULATIVE = 2
_NO_RECORDED_VALUE = 1
"""The flag of a point whose series has no value any more: receivers drop the last one they had."""
_VARINT, _FIXED64, _LENGTH = 0, 1, 2


def varint(value: int) -> bytes:
    """A non-negative integer, seven bits at a time."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def block(number: int, payload: bytes) -> bytes:
    """A length-delimited field: a message, a string or packed numbers."""
    return varint(number << 3 | _LENGTH) + varint(len(payload)) + payload


def fixed(number: int, form: str, value: float) -> bytes:
    """An eight-byte field; ``form`` is struct's letter: Q unsigned, q signed, d double."""
    return varint(number << 3 | _FIXED64) + struct.pack("<" + form, value)


def integer(number: int, value: int) -> bytes:
    """A varint field: an enumeration or a boolean."""
    return varint(number << 3 | _VARINT) + varint(value)


def attribute(number: int, key: str, value: str) -> bytes:
    """A KeyValue whose value is a string."""
    return block(number, block(1, key.encode()) + block(2, block(1, value.encode())))


class Encoder:
    """Encodes one process's instruments; attributes of a series are encoded once and kept, as the series is."""

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments
        self._start = fixed(2, "Q", instruments.started_ns)
        self._known: dict[tuple[str, tuple[str, ...]], bytes] = {}
        identity = instruments.identity
        self._scope = block(1, block(1, b"config-service") + block(2, identity.service_version.encode()))
        resource = {
            "service.name": identity.service_name,
            "service.instance.id": identity.service_instance_id,
            "service.version": identity.service_version,
            "telemetry.sdk.name": "plumbline",
            "telemetry.sdk.language": "python",
            "telemetry.sdk.version": identity.service_version,
        }
        self._resource = block(1, b"".join(attribute(1, key, value) for key, value in resource.items()))

    def request(self) -> bytes:
        """The whole request: one resource, one scope, every metric of the contract that has a value."""
        now = fixed(3, "Q", time.time_ns())
        metrics = b"".join(self._metric(metric, now) for metric in CONTRACT)
        return block(1, self._resource + block(2, self._scope + metrics))

    def _metric(self, metric: Metric, now: bytes) -> bytes:
        table = self._instruments.tables[metric.name]
        points = self._histograms(table, now) if metric.kind is Kind.HISTOGRAM else self._numbers(table, now)
        # Each that is gone as a metric of its own: the Collector's exporter reads no further than the first such point.
        gone = b"".join(self._named(metric, block(1, point)) for point in self._gone(table, now))
        data = b"".join(block(1, point) for point in points)
        return (self._named(metric, data) if data else b"") + gone

    def _named(self, metric: Metric, data: bytes) -> bytes:
        if metric.kind is Kind.HISTOGRAM:
            body = block(9, data + integer(2, _CUMULATIVE))
        elif metric.kind is Kind.GAUGE:
            body = block(5, data)
        else:
            body = block(7, data + integer(2, _CUMULATIVE) + integer(3, metric.kind is Kind.COUNTER))
        head = block(1, metric.name.encode()) + block(2, metric.help.encode()) + block(3, metric.unit.encode())
        return block(2, head + body)

    def _numbers(self, table: Table, now: bytes) -> Iterator[bytes]:
        for values, read in table.numbers.items():
            yield self._attributes(table.metric, 7, values) + self._start + now + fixed(6, "q", read())

    def _gone(self, table: Table, now: bytes) -> Iterator[bytes]:
        for values in table.gone:
            yield self._attributes(table.metric, 7, values) + self._start + now + integer(8, _NO_RECORDED_VALUE)

    def _histograms(self, table: Table, now: bytes) -> Iterator[bytes]:
        bounds = block(7, struct.pack(f"<{len(table.metric.buckets)}d", *table.metric.buckets))
        for values, series in table.durations.items():
            yield (
                self._attributes(table.metric, 9, values)
                + self._start
                + now
                + fixed(4, "Q", sum(series.counts))
                + fixed(5, "d", series.total)
                + block(6, struct.pack(f"<{len(series.counts)}Q", *series.counts))
                + bounds
            )

    def _attributes(self, metric: Metric, number: int, values: tuple[str, ...]) -> bytes:
        key = (metric.name, values)
        if key not in self._known:
            pairs = zip(metric.attributes, values, strict=True)
            self._known[key] = b"".join(attribute(number, name, value) for name, value in pairs)
        return self._known[key]


def rejected(answer: bytes) -> int:
    """How many points a receiver's answer says it refused (partial_success.rejected_data_points), 0 for none."""
    partial = dict(_fields(answer)).get(1)
    count = dict(_fields(partial)).get(1) if isinstance(partial, bytes) else None
    return count if isinstance(count, int) else 0  # whatever a receiver says, it must not end the pushes


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(data):
        tag, position = _read_varint(data, position)
        value, position = _read_varint(data, position)
        if tag & 7 == _LENGTH:
            yield tag >> 3, data[position : position + value]
            position += value
        elif tag & 7 == _VARINT:
            yield tag >> 3, value
        else:
            return


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data):
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            break
    return value, position
