"""Session: the workshop in which runs are ended."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.exits.workshop import Workshop, workshop


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option: how the engine is restarted, where that harms nobody."""
    parser.addoption(
        "--restart-engine",
        metavar="COMMAND",
        help="also end runs by restarting the engine with this command; it stops everybody's containers",
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="workshop")
async def opened_workshop() -> AsyncIterator[Workshop]:
    """Copies of the project with decoys beside them; nothing of it is left afterwards."""
    async with workshop() as opened:
        yield opened
