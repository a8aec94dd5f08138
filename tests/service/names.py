"""What tests send: unique names and the requests that make things."""

import uuid
from typing import Any

import httpx

APPLICATIONS = "/api/v1/applications"
JSON = {"content-type": "application/json"}


def unique(prefix: str = "thing") -> str:
    """A name nobody else uses."""
    return f"{prefix}-{uuid.uuid4()}"


async def application(client: httpx.AsyncClient, name: str | None = None) -> dict[str, Any]:
    """A new application as the service answered."""
    answer = await client.post(APPLICATIONS, json={"name": name or unique()})
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()
    return made


async def configuration(client: httpx.AsyncClient, document: object) -> str:
    """The path of a new configuration of a new application."""
    path = f"{APPLICATIONS}/{(await application(client))['id']}/configurations"
    answer = await client.post(path, json={"name": unique(), "document": document})
    answer.raise_for_status()
    return str(answer.headers["location"])
