"""The client's errors: a Grafana that does not answer, in time or at all, is not there yet."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from fixtures.errors import NotYet
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import Query
from fixtures.grafana.interpolation import Window


@pytest_asyncio.fixture(loop_scope="session", params=["silent", "closed"])
async def grafana(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Grafana]:
    """A client of a port that accepts and says nothing, or of one that nobody listens on."""
    monkeypatch.setattr("fixtures.deadlines.REQUEST", 0.2)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "silent":
            listener.listen()
        async with Grafana(f"http://127.0.0.1:{listener.getsockname()[1]}", None) as client:
            yield client


async def test_silence_is_not_yet_for_a_query(grafana: Grafana) -> None:
    async with asyncio.timeout(20):
        with pytest.raises(NotYet, match="does not answer"):
            await grafana.ask([Query("A", "up", instant=True)], Window(0, 60))


async def test_silence_is_not_yet_for_a_call(grafana: Grafana) -> None:
    async with asyncio.timeout(20):
        with pytest.raises(NotYet, match="does not answer"):
            await grafana.folders()
