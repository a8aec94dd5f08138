"""Services started in the promised order, as the engine's own events tell."""

import pytest

from fixtures.bringup import Stack
from fixtures.expectations import SERVICES

pytestmark = pytest.mark.pipeline
EDGES = [(each.name, before) for each in SERVICES for before in sorted(each.after)]


@pytest.mark.parametrize(("service", "before"), EDGES, ids=[f"{before} first, {name} then" for name, before in EDGES])
async def test_service_starts_after_its_dependency_is_healthy(stack: Stack, service: str, before: str) -> None:
    healthy = stack.recorder.first(before, "health_status: healthy")
    started = stack.recorder.first(service, "start")

    assert healthy is not None, f"{before} was never reported healthy: {stack.recorder.of(before)}"
    assert started is not None, f"{service} was never started: {stack.recorder.of(service)}"
    assert healthy <= started, f"{service} started {healthy - started:.3f} s before {before} was healthy"


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
async def test_each_step_of_start_up_was_seen(stack: Stack, service: str) -> None:
    steps = next((row for row in stack.timeline() if row["service"] == service), {})

    assert {"created", "started", "healthy"} <= set(steps), f"events of {service}: {stack.recorder.of(service)}"
