"""What layer 1 looks at: the containers as the engine reports them, and the view from inside each."""

import asyncio
from collections.abc import Mapping

import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.docker import Container
from fixtures.expectations import REACHES
from fixtures.inside import Inside, look


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def containers(stack: Stack) -> Mapping[str, Container]:
    """Every container of the project by service, as the engine reports it."""
    return await stack.containers()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def inside(stack: Stack, containers: Mapping[str, Container]) -> Mapping[str, Inside]:
    """The view from inside each container, all looked at side by side."""
    looks = (look(stack, name, each.id, sorted(REACHES[name])) for name, each in containers.items())
    return {each.service: each for each in await asyncio.gather(*looks)}
