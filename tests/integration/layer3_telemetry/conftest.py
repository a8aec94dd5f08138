"""What layer 3 speaks through: the stations of the ledger, for the service instance that runs now."""

import httpx
import pytest_asyncio

from fixtures.measured import Stations, instance
from fixtures.prometheus import Prometheus


@pytest_asyncio.fixture(loop_scope="session")
async def stations(api: httpx.AsyncClient, collector: httpx.AsyncClient, prometheus: Prometheus) -> Stations:
    """Every place where a fact of the running service instance can be read."""
    return Stations(api, collector, prometheus, await instance(api))
