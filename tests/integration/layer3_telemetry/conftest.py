"""What layer 3 speaks through: the stations of the ledger, and the stories that run beside its tests."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from fixtures.background import Background
from fixtures.bringup import Stack
from fixtures.freshness import Hop, measure_beside
from fixtures.measured import Stations, instance
from fixtures.prometheus import Prometheus
from fixtures.stories import begin


@pytest_asyncio.fixture(loop_scope="session")
async def stations(api: httpx.AsyncClient, collector: httpx.AsyncClient, prometheus: Prometheus) -> Stations:
    """Every place where a fact of the running service instance can be read."""
    return Stations(api, collector, prometheus, await instance(api))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def freshness(dashboards_ready: Stack) -> AsyncIterator[Background[list[Hop]]]:
    """Canaries on their way from the layer's first test on; who asks for the result waits for the last of them."""
    work = Background(lambda: measure_beside(dashboards_ready), name="freshness")
    yield work
    await work.stop()


@pytest.fixture(scope="package", autouse=True)
def _stories_begin_early(request: pytest.FixtureRequest) -> None:
    begin(request, "freshness", "tapped")
