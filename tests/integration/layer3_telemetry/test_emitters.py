"""Whatever speaks OTLP is heard, by gRPC and by HTTP: the Collector's receivers, proven with OpenTelemetry's SDK."""

from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack

import httpx
import pytest
import pytest_asyncio
from opentelemetry.sdk.trace.export import SpanExportResult

from fixtures import deadlines
from fixtures.background import Background
from fixtures.bringup import Stack
from fixtures.data import unique
from fixtures.emitter import Protocol, emitter, tracer
from fixtures.environment import example
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus
from fixtures.tapped import Tapped

pytestmark = pytest.mark.pipeline
PROTOCOLS: tuple[Protocol, ...] = ("grpc", "http")
by_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)
OBSERVED = (0.003, 0.2, 0.2, 7.0)
SENT_SPANS = 'sum(otelcol_exporter_sent_spans_total{job="otel-collector"}) or vector(0)'


async def arrived(prometheus: Prometheus, name: str, wanted: Mapping[str, float]) -> Mapping[str, float]:
    """Wait until an emitter's samples have these values in Prometheus, and return all of them by name and `le`."""

    async def values() -> Mapping[str, float]:
        seen = await prometheus.query(f'{{job="otlp", exported_job="{name}"}}')
        return {each.labels["__name__"] + each.labels.get("le", ""): each.value for each in seen}

    return await eventually(
        values,
        lambda seen: wanted.items() <= seen.items(),
        expected=f"{dict(wanted)} of {name}",
        of="otel-collector",
        within=deadlines.PUSHED,
        hint="curl the Collector's exporter on 8889; look for otelcol_receiver_refused_metric_points on 8888",
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def names(stack: Stack) -> AsyncIterator[Mapping[Protocol, str]]:
    """What an emitter of each protocol called itself; each has said all it says once, and stays until the end."""
    with ExitStack() as programs:
        found: dict[Protocol, str] = {}
        for protocol in PROTOCOLS:
            program = programs.enter_context(emitter(stack, protocol, unique(f"emitter-{protocol}")))
            program.meter.create_counter("plumbline.probe.jobs", unit="{job}").add(41)
            program.meter.create_gauge("plumbline.probe.size", unit="By").set(12345)
            histogram = program.meter.create_histogram(
                "plumbline.probe.time", unit="s", explicit_bucket_boundaries_advisory=[0.01, 1.0]
            )
            for seconds in OBSERVED:
                histogram.record(seconds)
            await program.flush()
            found[protocol] = program.name
        yield found


@by_protocol
async def test_counter_and_gauge_arrive_with_exact_values(
    names: Mapping[Protocol, str], prometheus: Prometheus, protocol: Protocol
) -> None:
    await arrived(prometheus, names[protocol], {"plumbline_probe_jobs_total": 41, "plumbline_probe_size_bytes": 12345})


@by_protocol
async def test_histogram_arrives_with_its_buckets(
    names: Mapping[Protocol, str], prometheus: Prometheus, protocol: Protocol
) -> None:
    base = "plumbline_probe_time_seconds"
    buckets = {f"{base}_bucket0.01": 1, f"{base}_bucket1.0": 3, f"{base}_bucket+Inf": 4, f"{base}_count": 4}
    seen = await arrived(prometheus, names[protocol], buckets)
    assert seen[f"{base}_sum"] == pytest.approx(sum(OBSERVED))


@by_protocol
async def test_resource_attributes_become_labels(
    names: Mapping[Protocol, str], prometheus: Prometheus, protocol: Protocol
) -> None:
    name = names[protocol]
    await arrived(prometheus, name, {"plumbline_probe_jobs_total": 41})

    (sample,) = await prometheus.query(f'plumbline_probe_jobs_total{{exported_job="{name}"}}')

    assert sample.labels["service_name"] == name
    assert sample.labels["service_instance_id"] == sample.labels["exported_instance"] == f"{name}-1"
    assert sample.labels["deployment_environment_name"] == example()["DEPLOYMENT_ENVIRONMENT"]


@by_protocol
async def test_spans_are_accepted_and_sent_on(stack: Stack, prometheus: Prometheus, protocol: Protocol) -> None:
    before = await prometheus.value(SENT_SPANS)

    with tracer(stack, protocol, unique("tracer")) as (spans, answers):
        for number in range(7):
            spans.start_span(f"span {number}").end()

    assert answers == [SpanExportResult.SUCCESS] * 7
    await eventually(
        lambda: prometheus.value(SENT_SPANS),
        lambda seen: seen == before + 7,
        expected="7 spans more sent on by the Collector",
        of="otel-collector",
        within=deadlines.PUSHED,
        hint="look at the traces pipeline of the Collector's configuration",
    )


async def test_service_s_own_spans_are_taken(stack: Stack, prometheus: Prometheus, tapped: Background[Tapped]) -> None:
    seen = await tapped.result(2 * deadlines.VISIBLE)
    posts = [each for each in seen.posts if each.path == "/v1/traces"]
    before = await prometheus.value(SENT_SPANS)

    async with httpx.AsyncClient(base_url=stack.url("otel-collector", 4318), timeout=deadlines.REQUEST) as http:
        for each in posts:
            headers = {"content-type": each.type, **({"content-encoding": each.coding} if each.coding else {})}
            (await http.post(each.path, content=each.body, headers=headers)).raise_for_status()

    await eventually(
        lambda: prometheus.value(SENT_SPANS),
        lambda sent: sent == before + len(seen.spans),
        expected=f"the {len(seen.spans)} spans of a service with traces on, sent on by the Collector",
        of="otel-collector",
        within=deadlines.PUSHED,
        hint="look at the traces pipeline of the Collector's configuration",
    )


async def test_broken_body_is_refused_not_lost_silently(pipeline_ready: Stack) -> None:
    async with httpx.AsyncClient(
        base_url=pipeline_ready.url("otel-collector", 4318), timeout=deadlines.REQUEST
    ) as http:
        headers = {"content-type": "application/x-protobuf"}
        answer = await http.post("/v1/metrics", content=b"\xff not protobuf", headers=headers)

    assert answer.status_code == httpx.codes.BAD_REQUEST
