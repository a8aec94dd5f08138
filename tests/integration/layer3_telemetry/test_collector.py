"""The Collector loses nothing: what it accepted it sent; refused, dropped and failed are zero."""

import pytest

from fixtures import deadlines
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
ACCEPTED = 'sum(otelcol_receiver_accepted_metric_points_total{job="otel-collector"})'
SENT = 'sum(otelcol_exporter_sent_metric_points_total{job="otel-collector"})'
LOSSES = (
    "otelcol_receiver_refused_metric_points_total",
    "otelcol_receiver_failed_metric_points_total",
    "otelcol_exporter_send_failed_metric_points_total",
    "otelcol_exporter_enqueue_failed_metric_points_total",
    "otelcol_processor_refused_metric_points_total",
    "otelcol_processor_dropped_metric_points_total",
)


async def test_accepted_points_are_sent_exactly(prometheus: Prometheus) -> None:
    async def both() -> tuple[float, float]:
        seen = await prometheus.query(f'label_replace({ACCEPTED}, "side", "accepted", "", "") or {SENT}')
        sides = {each.labels.get("side", "sent"): each.value for each in seen}
        return sides.get("accepted", 0.0), sides.get("sent", -1.0)

    accepted, sent = await eventually(
        both,
        lambda pair: 0 < pair[0] == pair[1],
        expected="accepted metric points = sent metric points, and not zero",
        of="otel-collector",
        within=deadlines.PUSHED,
        hint="curl the Collector's own metrics on 8888, look for otelcol_exporter_send_failed and refused",
    )

    assert accepted == sent


@pytest.mark.parametrize("name", LOSSES)
async def test_no_point_is_lost(prometheus: Prometheus, name: str) -> None:
    scraped = await prometheus.query(f"{ACCEPTED} > 0")

    lost = await prometheus.query(f'{name}{{job="otel-collector"}} > 0')

    assert scraped, "the Collector's own metrics are not there, so that nothing can be said about losses"
    assert lost == []


async def test_exporter_queue_is_empty_or_absent(prometheus: Prometheus) -> None:
    waiting = await prometheus.query('otelcol_exporter_queue_size{job="otel-collector"} > 1')

    assert waiting == []
