"""What layer 2 asks for: things of both kinds, the service's own OpenAPI document, and the stories beside its tests."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from fixtures.data import Maker, unique
from fixtures.stories import begin
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


@pytest.fixture(scope="package", autouse=True)
def _stories_begin_early(request: pytest.FixtureRequest) -> None:
    begin(request, "disturbances", "slow_clients")
