"""The hand-written protobuf is what the generated classes read back, and says what the registry says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsPartialSuccess,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, DataPointFlags, Metric

from service.telemetry.contract import CONTRACT, HTTP_BUCKETS, Kind
from service.telemetry.contract import Metric as Row
from service.telemetry.instruments import Identity, Instruments
from service.telemetry.otlp import Encoder, rejected, varint

ROUTE = "/api/v1/applications"
NO_VALUE = DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK


@pytest.fixture
def instruments() -> Instruments:
    made = Instruments(Identity("naïve"))
    made.watch_pool(9, lambda: 1, lambda: 2, lambda: 3)
    made.stored({"application": 3, "configuration": 0})
    for seconds in (0.001, 0.005, 0.02, 99.0):
        made.request_finished("GET", ROUTE, 200, seconds)
    return made


def read(instruments: Instruments) -> ExportMetricsServiceRequest:
    request = ExportMetricsServiceRequest()
    request.ParseFromString(Encoder(instruments).request())
    return request


def metrics(instruments: Instruments) -> dict[str, Metric]:
    return {metric.name: metric for metric in read(instruments).resource_metrics[0].scope_metrics[0].metrics}


def test_nothing_is_written_that_the_schema_does_not_know(instruments: Instruments) -> None:
    request = read(instruments)
    whole = request.SerializeToString()

    request.DiscardUnknownFields()

    assert request.SerializeToString() == whole


@pytest.mark.parametrize("row", CONTRACT, ids=lambda row: row.name)
def test_metric_has_the_shape_that_the_contract_states(instruments: Instruments, row: Row) -> None:
    metric = metrics(instruments)[row.name]

    shape = {Kind.HISTOGRAM: "histogram", Kind.GAUGE: "gauge"}.get(row.kind, "sum")
    assert (metric.WhichOneof("data"), metric.unit, metric.description) == (shape, row.unit, row.help)
    data = getattr(metric, shape)
    assert {tuple(pair.key for pair in point.attributes) for point in data.data_points} == {row.attributes}
    if shape != "gauge":
        assert data.aggregation_temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
    if shape == "sum":
        assert data.is_monotonic == (row.kind is Kind.COUNTER)


def test_histogram_counts_each_observation_in_its_bucket(instruments: Instruments) -> None:
    points = metrics(instruments)["http.server.request.duration"].histogram.data_points
    point = next(point for point in points if point.count)

    assert {pair.key: pair.value.string_value for pair in point.attributes} == {
        "http.request.method": "GET",
        "http.route": ROUTE,
        "http.response.status_code": "200",
    }
    assert (point.count, point.sum, tuple(point.explicit_bounds)) == (4, pytest.approx(99.026), HTTP_BUCKETS)
    assert list(point.bucket_counts) == [2, 0, 1] + [0] * (len(HTTP_BUCKETS) - 3) + [1]
    assert 0 < point.start_time_unix_nano < point.time_unix_nano


def test_each_export_begins_at_the_start_and_ends_now(instruments: Instruments) -> None:
    encoder, points = Encoder(instruments), []
    for _ in range(2):
        request = ExportMetricsServiceRequest()
        request.ParseFromString(encoder.request())
        points.append(request.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points[0])

    assert {each.start_time_unix_nano for each in points} == {instruments.started_ns}
    assert points[0].time_unix_nano < points[1].time_unix_nano


def test_untouched_histogram_is_sent_as_zero(instruments: Instruments) -> None:
    point = metrics(instruments)["db.client.connection.wait_time"].histogram.data_points[0]

    assert (point.count, point.HasField("sum"), point.sum, set(point.bucket_counts)) == (0, True, 0.0, {0})


def test_resource_names_the_process(instruments: Instruments) -> None:
    attributes = read(instruments).resource_metrics[0].resource.attributes

    found = {pair.key: pair.value.string_value for pair in attributes}
    assert found["service.name"] == "naïve"
    assert found["service.instance.id"] == instruments.identity.service_instance_id
    assert found.keys() >= {"service.version", "telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version"}


def test_unknown_rows_are_absent_not_zero() -> None:
    instruments = Instruments(Identity("a"))
    instruments.stored(None)

    assert "config_service.stored" not in metrics(instruments)


@pytest.mark.parametrize("times", [1, 3])
def test_rows_that_are_known_no_more_are_said_to_be_gone(instruments: Instruments, times: int) -> None:
    for _ in range(times):
        instruments.stored(None)

    told = [each for each in read(instruments).resource_metrics[0].scope_metrics[0].metrics if "stored" in each.name]
    points = [point for each in told for point in each.gauge.data_points]
    assert {each.attributes[0].value.string_value for each in points} == {"application", "configuration"}
    assert {(each.flags, each.WhichOneof("value")) for each in points} == {(NO_VALUE, None)}
    assert len(told) == len(points) == 2, (
        "the Collector's exporter reads no further than the first such point of a metric"
    )


def test_rows_that_are_known_again_are_gone_no_more(instruments: Instruments) -> None:
    instruments.stored(None)
    instruments.stored({"application": 4, "configuration": 0})

    points = metrics(instruments)["config_service.stored"].gauge.data_points
    assert [(each.flags, each.as_int) for each in points] == [(0, 4), (0, 0)]


def test_each_process_has_an_instance_of_its_own() -> None:
    assert Identity("a").service_instance_id != Identity("a").service_instance_id


@pytest.mark.parametrize(("value", "data"), [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")])
def test_varint_is_seven_bits_at_a_time(value: int, data: bytes) -> None:
    assert varint(value) == data


@pytest.mark.parametrize("count", [0, 1, 300])
def test_rejected_points_are_read_from_the_answer(count: int) -> None:
    partial = ExportMetricsPartialSuccess(rejected_data_points=count, error_message="no")

    assert rejected(ExportMetricsServiceResponse(partial_success=partial).SerializeToString()) == count


@pytest.mark.parametrize("answer", [b"", b"{}", b"\x0a", b"\x0a\x02\x0a\x00", b"\xff\xff\xff", b"not protobuf"])
def test_strange_answer_rejects_nothing(answer: bytes) -> None:
    assert rejected(answer) == 0


@given(st.binary(max_size=64))
def test_no_answer_is_an_error(answer: bytes) -> None:
    assert rejected(answer) >= 0
