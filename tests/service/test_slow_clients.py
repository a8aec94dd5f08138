"""Slow clients are told and ended within a bound; meanwhile nobody else waits, and nothing they did stays."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from service.telemetry.contract import METHODS, OTHER_METHOD, UNMATCHED
from service.telemetry.operations import OPERATIONS, PROBES
from tests.service.postgres import Postgres
from tests.service.running import running
from tests.service.siege import BOUND, EACH, KINDS, Siege, besiege

ROUTES = {row.route for row in OPERATIONS} | {*PROBES, UNMATCHED}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def siege(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    """What was seen while slow clients of every kind besieged one service."""
    environment = postgres.environment(await postgres.new_database()) | {"OTEL_METRIC_EXPORT_INTERVAL": "200"}
    async with running(environment, tmp_path_factory.mktemp("siege") / "log") as service:
        await service.answers("/ready", 200)
        yield await besiege(service, postgres)


@pytest.mark.parametrize("kind", KINDS)
def test_slow_client_is_ended(siege: Siege, kind: str) -> None:
    assert siege.seconds[kind] < BOUND


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.statuses])
def test_slow_client_is_told(siege: Siege, kind: str) -> None:
    assert siege.statuses[kind] == [list(KINDS[kind].statuses)] * EACH


def test_others_are_served_as_ever(siege: Siege) -> None:
    slowest = max(seconds for _, seconds in siege.others)

    assert len(siege.others) > 50
    assert {status for status, _ in siege.others} == {200}
    assert slowest < 3, sorted(siege.others)[-5:]


def test_memory_stays_bounded(siege: Siege) -> None:
    assert siege.grown < 96 * 2**20


def test_nothing_is_stored(siege: Siege) -> None:
    before, after = siege.rows

    assert before == after


def test_series_keep_their_labels(siege: Siege) -> None:
    before, after = siege.series
    requests = [dict(labels) for name, labels in after if name == "http_server_request_duration_seconds_count"]

    assert {name for name, _ in after} == {name for name, _ in before}
    assert {each["http_request_method"] for each in requests} <= METHODS | {OTHER_METHOD}
    assert {each["http_route"] for each in requests} <= ROUTES
    assert {each["http_response_status_code"] for each in requests} <= {"200", "201", "204", "400", "408", "413", "503"}


def test_slow_clients_are_no_fault_of_the_service(siege: Siege) -> None:
    assert siege.faults == []
