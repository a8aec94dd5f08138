"""What layer 4 speaks through: Grafana as its administrator, and every dashboard drawn once after a known flow."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.grafana.client import Grafana
from fixtures.grafana.flow import Flow, run_flow
from fixtures.grafana.gallery import Gallery, draw_all
from fixtures.prometheus import Prometheus


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def grafana(dashboards_ready: Stack) -> AsyncIterator[Grafana]:
    """Grafana, provisioned, as its administrator; its connections are closed at the end."""
    async with Grafana(dashboards_ready.url("grafana"), dashboards_ready.grafana_login) as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def flow(api: httpx.AsyncClient, prometheus: Prometheus) -> Flow:
    """A known flow of operations that touches every panel, seen by Prometheus on both paths; it leaves no rows."""
    return await run_flow(api, prometheus)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gallery(grafana: Grafana, prometheus: Prometheus, flow: Flow) -> Gallery:
    """Every panel, annotation and variable of every dashboard, drawn by Grafana over the flow, on both paths."""
    return await draw_all(grafana, prometheus, flow.window())
