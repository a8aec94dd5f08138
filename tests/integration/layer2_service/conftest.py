"""What layer 2 asks for: things of both kinds, the service's own OpenAPI document, and its private replicas."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.data import Maker, unique
from fixtures.disturbances import Story, tell
from fixtures.things import APPLICATIONS, Thing


@pytest_asyncio.fixture(loop_scope="session", params=["application", "configuration"])
async def thing(request: pytest.FixtureRequest, make_application: Maker, make_configuration: Maker) -> Thing:
    """A new application, then in a second test a new configuration; deleted afterwards."""
    if request.param == "application":
        sent = {"name": unique("app"), "description": "first"}
        return Thing("application", APPLICATIONS, sent, await make_application(**sent))
    body = {"name": unique("cfg"), "document": {"first": True}}
    created = await make_configuration(**body)
    return Thing("configuration", f"{APPLICATIONS}/{created['application_id']}/configurations", body, created)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def openapi(api: httpx.AsyncClient) -> dict[str, Any]:
    """The service's own description of itself."""
    document: dict[str, Any] = (await api.get("/openapi.json")).raise_for_status().json()
    return document


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def story_begun(
    request: pytest.FixtureRequest, api: httpx.AsyncClient, stack: Stack
) -> AsyncIterator["asyncio.Task[Story] | None"]:
    """The disturbances of private replicas, begun as early as can be so that they run beside the other tests."""
    wanted = any("story" in getattr(each, "fixturenames", ()) for each in request.session.items)
    task = asyncio.create_task(tell(stack)) if wanted else None
    yield task
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def story(story_begun: "asyncio.Task[Story]") -> Story:
    """What was seen while private replicas were disturbed; their containers are gone when it is told."""
    return await asyncio.shield(story_begun)
