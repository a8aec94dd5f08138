"""After all of the work of the layers: no part has failed or restarted since it was ready."""

from collections.abc import Mapping

import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.docker import Container
from fixtures.expectations import SERVICES, Service

pytestmark = [pytest.mark.pipeline, pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)]
FALLEN = {"die", "oom", "restart", "kill", "health_status: unhealthy"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ended(dashboards_ready: Stack) -> Mapping[str, Container]:
    """Each container as it is at the end."""
    return await dashboards_ready.containers()


async def test_container_never_fell(ended: Mapping[str, Container], stack: Stack, service: Service) -> None:
    container = ended[service.name]
    fallen = [each for each in stack.recorder.of(service.name) if each in FALLEN]

    assert (container.health, container.details["RestartCount"]) == ("healthy", 0)
    assert not container.state["OOMKilled"]
    assert fallen == [], f"events of {service.name}: {stack.recorder.of(service.name)}"
