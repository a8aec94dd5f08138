"""No container complains in its log (what is harmless is named in fixtures/complaints.py); the service's is JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from fixtures.complaints import complaints
from fixtures.docker import Container, logs
from fixtures.expectations import SERVICES, Service

pytestmark = pytest.mark.pipeline
EVENT = {"time", "level", "logger", "message"}
CLOCK = timedelta(seconds=1)
LEVELS = {"debug", "info", "warning", "error", "critical"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
async def test_log_has_no_error(containers: Mapping[str, Container], service: Service) -> None:
    text = await logs(containers[service.name].id, tail=5000)

    assert complaints(service.name, text) == [], f"the log of {service.name}"


async def test_service_logs_an_object_in_each_line(containers: Mapping[str, Container]) -> None:
    lines = (await logs(containers["config-service"].id, tail=5000)).split("\n")

    events = [json.loads(line) for line in lines if line.strip()]

    assert events
    assert [each for each in events if not each.keys() >= EVENT] == []
    assert {each["level"] for each in events} <= LEVELS
    times = [datetime.fromisoformat(each["time"]) for each in events]
    assert {each.utcoffset() for each in times} == {timedelta(0)}, "times that are not in UTC, or do not say so"
    created = datetime.fromisoformat(containers["config-service"].details["Created"][:19] + "+00:00")
    assert created <= min(times) <= max(times) <= datetime.now(UTC) + CLOCK, "times of events, by the engine's clock"
