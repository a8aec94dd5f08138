"""Alerts whose cause is that a part of the stack fails: each fires, is delivered, and resolves when it is back.

These do harm, so they are no part of the pipeline run; they come last in their folder and leave the stack as it was.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict

import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.grafana.alerts import Sink, sink
from fixtures.grafana.breakages import collector_flooded
from fixtures.grafana.client import Grafana
from fixtures.grafana.drill import FIRES_WITHIN, RESOLVES_WITHIN, Cycle, Watcher, follow
from fixtures.grafana.session import DRILL, site_of
from fixtures.results import record

pytestmark = pytest.mark.faults
FIGURES = ("rule", "pending_s", "firing_s", "delivered_s", "resolved_s")


@pytest_asyncio.fixture(loop_scope="session")
async def webhook(stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Sink]:
    """The webhook, after the drill has left its place; its container is removed at the end."""
    if DRILL in request.config.stash:
        await asyncio.to_thread(request.config.stash[DRILL].join, 2 * FIRES_WITHIN + RESOLVES_WITHIN)
    async with sink(site_of(stack)) as receiver:
        yield receiver


async def cycles(cause: AbstractAsyncContextManager[object], *watchers: Watcher) -> list[Cycle]:
    found = await follow(list(watchers), cause)
    for each in found:
        record("alerts", {key: value for key, value in asdict(each).items() if key in FIGURES})
    return found


async def test_service_that_stops_answering_is_alerted(stack: Stack, grafana: Grafana, webhook: Sink) -> None:
    watcher = Watcher(grafana, webhook, "Service down", {"job": "config-service"})

    (cycle,) = await cycles(stack.compose.paused("config-service"), watcher)

    assert cycle.delivered_s <= FIRES_WITHIN
    assert cycle.fired.labels["severity"] == "critical"


async def test_collector_that_stops_answering_is_alerted(stack: Stack, grafana: Grafana, webhook: Sink) -> None:
    watchers = [
        Watcher(grafana, webhook, "Target down", {"job": "otlp"}),
        Watcher(grafana, webhook, "Target down", {"job": "otel-collector"}),
        Watcher(grafana, webhook, "Pushed measurements missing", {}),
    ]

    found = await cycles(stack.compose.paused("otel-collector"), *watchers)

    assert [each.rule for each in found] == ["Target down", "Target down", "Pushed measurements missing"]
    assert max(each.delivered_s for each in found) <= FIRES_WITHIN


async def test_collector_that_refuses_data_is_alerted(stack: Stack, grafana: Grafana, webhook: Sink) -> None:
    watcher = Watcher(grafana, webhook, "Collector loses data", {})

    (cycle,) = await cycles(collector_flooded(stack), watcher)

    assert cycle.delivered_s <= FIRES_WITHIN
    assert "points a second were refused" in cycle.fired.annotations["description"]
