"""Hostile paths, methods and bodies make no new series: every label keeps to its few known values."""

import asyncio
import secrets

import httpx
import pytest

from fixtures.expectations import CONTRACT
from fixtures.exposition.model import Document
from fixtures.exposition.reader import read

pytestmark = pytest.mark.pipeline
ATTACKS = 150
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "BREW", "X" * 30)
PATHS = ("/{0}", "/api/v1/applications/{0}", "/api/v1/{0}/%2e%2e/{0}", "/metrics/{0}?{0}", "/health/{0}")


async def exposition(api: httpx.AsyncClient) -> Document:
    """The service's exposition now."""
    return read((await api.get("/metrics")).content, "classic")


async def attack(api: httpx.AsyncClient, number: int) -> int:
    """Send one request of a kind that nobody planned, with a path and a body that no other has."""
    noise = secrets.token_urlsafe(12)
    method, path = METHODS[number % len(METHODS)], PATHS[number % len(PATHS)].format(noise)
    return (await api.request(method, path, content=noise.encode())).status_code


async def test_hostile_requests_make_no_series_of_their_own(api: httpx.AsyncClient) -> None:
    await asyncio.gather(*(attack(api, number) for number in range(ATTACKS)))
    once = len((await exposition(api)).samples)

    statuses = await asyncio.gather(*(attack(api, number) for number in range(ATTACKS)))

    assert len((await exposition(api)).samples) == once
    assert {status for status in statuses if status >= httpx.codes.INTERNAL_SERVER_ERROR} == set()


async def test_labels_keep_to_their_known_values(api: httpx.AsyncClient) -> None:
    await asyncio.gather(*(attack(api, number) for number in range(ATTACKS)))
    known = {metric.name: metric.labels for metric in CONTRACT}

    families = (await exposition(api)).families

    strange = [
        (sample.name, name, value)
        for family in families.values()
        for sample in family.samples
        for name, value in sample.labels.items()
        if (allowed := known.get(family.name, {}).get(name)) is not None and value not in allowed
    ]
    assert set(known) & set(families)
    assert strange == []
