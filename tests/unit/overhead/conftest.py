"""A server that counts, and a sender to it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.load.overhead.sender import Sender
from tests.unit.overhead.server import PATH, Served, serving


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    """A server of this test's own."""
    async with serving() as server:
        yield server


@pytest_asyncio.fixture
async def sender(served: Served) -> AsyncIterator[Sender]:
    """A sender with its connections open."""
    made = Sender("both", "127.0.0.1", served.port, PATH)
    await made.ready()
    yield made
    made.close()
