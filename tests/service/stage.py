"""Fixtures: a server for the session, a service for the session, and whatever a test launches for itself."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from fixtures.runs import Run
from fixtures.sweep import sweep
from machine.engine import ensure_engine
from machine.images import ensure
from machine.progress import Steps
from tests.service.postgres import Postgres, serving
from tests.service.receiver import Receiver
from tests.service.relay import Relay
from tests.service.running import Service, running

Launch = Callable[..., Awaitable[Service]]
"""``launch(database=None, wait=True, **environment)``: a service of the test's own, ready unless told not to wait."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Postgres]:
    """A real PostgreSQL, empty; removed at the end of the session, or by the next sweep if the session is killed."""
    with Steps() as steps:
        await ensure_engine(steps)
        image = (await ensure(None, ["postgres"], steps))[0].reference
    await sweep()
    run = Run.begin()
    try:
        async with serving(image, run.labels, tmp_path_factory.mktemp("postgres")) as server:
            yield server
    finally:
        run.end()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A ready service for tests that harm nothing; nothing is pushed."""
    environment = postgres.environment(await postgres.new_database()) | {"OTEL_METRIC_EXPORT_INTERVAL": "100"}
    async with running(environment, tmp_path_factory.mktemp("service") / "log") as started:
        await started.answers("/ready", 200)
        yield started


@pytest.fixture
def client(service: Service) -> httpx.AsyncClient:
    """The client of the session's service."""
    return service.client


@pytest_asyncio.fixture(loop_scope="session")
async def launch(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Launch]:
    """Starts services; all are gone after the test."""
    numbers = itertools.count()
    async with AsyncExitStack() as stack:

        async def start(*, database: str | None = None, wait: bool = True, **environment: str) -> Service:
            given = {"OTEL_METRIC_EXPORT_INTERVAL": "200"} | environment
            told = postgres.environment(database or await postgres.new_database()) | given
            started = await stack.enter_async_context(running(told, tmp_path / f"log{next(numbers)}"))
            await started.answers("/ready" if wait else "/health", 200)
            return started

        yield start


@pytest_asyncio.fixture(loop_scope="session")
async def relay(postgres: Postgres) -> AsyncIterator[Relay]:
    """A way to the database that can be cut."""
    relay = Relay(postgres.host, postgres.port)
    await relay.open()
    yield relay
    await relay.close()


@pytest_asyncio.fixture(loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    """An OTLP receiver in a good mood."""
    receiver = Receiver()
    await receiver.open()
    yield receiver
    receiver.close()
