"""The Collector loses nothing: what it accepted it sent; refused, dropped and failed are zero."""

import time

import pytest

from fixtures import deadlines
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
ACCEPTED = 'sum(otelcol_receiver_accepted_metric_points_total{job="otel-collector"})'
SENT = 'sum(otelcol_exporter_sent_metric_points_total{job="otel-collector"})'
LAG = deadlines.EXPORT + deadlines.BATCH + 2 * deadlines.SCRAPE
LOSSES = (
    "otelcol_receiver_refused_metric_points_total",
    "otelcol_receiver_failed_metric_points_total",
    "otelcol_exporter_send_failed_metric_points_total",
    "otelcol_exporter_enqueue_failed_metric_points_total",
    "otelcol_processor_refused_metric_points_total",
    "otelcol_processor_dropped_metric_points_total",
)


async def test_accepted_points_are_sent_exactly(prometheus: Prometheus) -> None:
    # Exports and scrapes keep the same beat, so a scrape may always fall between a batch's arrival and its departure:
    # what was sent must be exactly what had been accepted now or a moment ago, never a part of it.
    async def both() -> tuple[float, set[float]]:
        now = time.time()
        (accepted,) = await prometheus.query_range(ACCEPTED, start=now - LAG, end=now, step=0.25)
        return await prometheus.value(SENT), {value for _, value in accepted.points}

    sent, accepted = await eventually(
        both,
        lambda seen: seen[0] in seen[1],
        expected=f"metric points sent = metric points accepted at most {LAG:g} s ago",
        of="otel-collector",
        within=deadlines.PUSHED,
        hint="curl the Collector's own metrics on 8888, look for otelcol_exporter_send_failed and refused",
    )

    assert sent > 0
    assert max(accepted) >= sent


@pytest.mark.parametrize("name", LOSSES)
async def test_no_point_is_lost(prometheus: Prometheus, name: str) -> None:
    scraped = await prometheus.query(f"{ACCEPTED} > 0")

    lost = await prometheus.query(f'{name}{{job="otel-collector"}} > 0')

    assert scraped, "the Collector's own metrics are not there, so that nothing can be said about losses"
    assert lost == []


async def test_exporter_queue_is_empty_or_absent(prometheus: Prometheus) -> None:
    waiting = await prometheus.query('otelcol_exporter_queue_size{job="otel-collector"} > 1')

    assert waiting == []
