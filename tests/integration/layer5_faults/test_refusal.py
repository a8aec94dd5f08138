"""A Collector that is sent too much refuses, counts what it refuses, tells of it, and harms nobody."""

import pytest
import pytest_asyncio

from fixtures.faults.flood import Flooded, live_through
from fixtures.faults.patient import Patient
from fixtures.faults.ward import Ward
from fixtures.grafana.alerts import sink
from fixtures.grafana.drill import RESOLVES_WITHIN, Watcher, fires_within
from fixtures.grafana.session import site_of
from fixtures.results import record

pytestmark = pytest.mark.faults


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def flooded(broken: Ward, patient: Patient) -> Flooded:
    """One flood, and what everybody saw of it."""
    async with sink(site_of(broken.stack)) as receiver:
        watcher = Watcher(await patient.grafana(), receiver, "Collector loses data", {})
        found = await live_through(patient, broken.twin, watcher)
    figures = {"lost": found.balance.lost, "recovered_s": found.recovered_s, "refused": found.refused[1]}
    record("faults", {"fault": "otel-collector flooded", **figures, "alerted_s": found.cycle.firing_s})
    return found


def test_clients_see_nothing_of_it(flooded: Flooded) -> None:
    assert flooded.clients == []


def test_every_refused_point_is_counted(flooded: Flooded) -> None:
    told, counted = flooded.refused

    assert told > 0
    assert counted >= told


def test_memory_stays_under_its_limit(flooded: Flooded) -> None:
    used, limit = flooded.memory

    assert 0 < used < limit
    assert flooded.restarts == 0


def test_refusal_is_alerted_and_resolved(flooded: Flooded) -> None:
    assert flooded.cycle.delivered_s <= fires_within()
    assert flooded.cycle.resolved_s <= RESOLVES_WITHIN
    assert "points a second were refused" in flooded.cycle.fired.annotations["description"]


def test_counts_are_exact_afterwards(flooded: Flooded) -> None:
    assert flooded.balance.lost == flooded.balance.invented == 0
