"""The Collector loses nothing: what it accepted it sent; refused, dropped and failed are zero."""

import pytest

from fixtures.bringup import Stack
from fixtures.collector import settled_points
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
ACCEPTED = 'sum(otelcol_receiver_accepted_metric_points_total{job="otel-collector"})'
LOSSES = (
    "otelcol_receiver_refused_metric_points_total",
    "otelcol_receiver_failed_metric_points_total",
    "otelcol_exporter_send_failed_metric_points_total",
    "otelcol_exporter_enqueue_failed_metric_points_total",
    "otelcol_processor_refused_metric_points_total",
)


async def test_accepted_points_are_sent_exactly(pipeline_ready: Stack) -> None:
    points = await settled_points(pipeline_ready)

    assert points.sent > 0
    assert points.sent == points.accepted, f"points of {points} were never sent on: look at the Collector's log"


@pytest.mark.parametrize("name", LOSSES)
async def test_no_point_is_lost(prometheus: Prometheus, name: str) -> None:
    scraped = await prometheus.query(f"{ACCEPTED} > 0")

    lost = await prometheus.query(f'{name}{{job="otel-collector"}} > 0')

    assert scraped, "the Collector's own metrics are not there, so that nothing can be said about losses"
    assert lost == []


async def test_exporter_queue_is_empty_or_absent(prometheus: Prometheus) -> None:
    waiting = await prometheus.query('otelcol_exporter_queue_size{job="otel-collector"} > 1')

    assert waiting == []
