"""Alerts whose cause is that a part of the stack fails: each fires, is delivered, and resolves when it is back.

These do harm, so they are no part of the pipeline run, and are done to a stack of its own.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict

import pytest
import pytest_asyncio

from fixtures.faults.patient import Patient
from fixtures.faults.verbs import paused
from fixtures.faults.ward import Ward
from fixtures.grafana.alerts import Sink, sink
from fixtures.grafana.client import Grafana
from fixtures.grafana.drill import Cycle, Watcher, fires_within, follow
from fixtures.grafana.session import site_of
from fixtures.results import record

pytestmark = pytest.mark.faults
FIGURES = ("rule", "pending_s", "firing_s", "delivered_s", "resolved_s")


@pytest_asyncio.fixture(loop_scope="session")
async def webhook(broken: Ward) -> AsyncIterator[Sink]:
    """The webhook that the stack's Grafana posts to; its container is removed at the end."""
    async with sink(site_of(broken.stack)) as receiver:
        yield receiver


@pytest_asyncio.fixture(loop_scope="session")
async def grafana(patient: Patient) -> Grafana:
    """The stack's Grafana, as its administrator."""
    return await patient.grafana()


async def cycles(cause: AbstractAsyncContextManager[object], *watchers: Watcher) -> list[Cycle]:
    found = await follow(list(watchers), cause)
    for each in found:
        record("alerts", {key: value for key, value in asdict(each).items() if key in FIGURES})
    return found


async def test_service_that_stops_answering_is_alerted(broken: Ward, grafana: Grafana, webhook: Sink) -> None:
    watcher = Watcher(grafana, webhook, "Service down", {"job": "config-service"})

    (cycle,) = await cycles(paused(broken.stack, "config-service"), watcher)

    assert cycle.delivered_s <= fires_within()
    assert cycle.fired.labels["severity"] == "critical"


async def test_collector_that_stops_answering_is_alerted(broken: Ward, grafana: Grafana, webhook: Sink) -> None:
    watchers = [
        Watcher(grafana, webhook, "Target down", {"job": "otlp"}),
        Watcher(grafana, webhook, "Target down", {"job": "otel-collector"}),
        Watcher(grafana, webhook, "Pushed measurements missing", {}),
    ]

    found = await cycles(paused(broken.stack, "otel-collector"), *watchers)

    assert [each.rule for each in found] == ["Target down", "Target down", "Pushed measurements missing"]
    assert max(each.delivered_s for each in found) <= fires_within()
