"""Optimistic locking: a version is replaced once, whoever else tries."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.service.names import APPLICATIONS, configuration, unique


async def test_one_of_a_hundred_conflicting_writes_wins(client: httpx.AsyncClient) -> None:
    path = await configuration(client, {"n": -1})

    async def write(number: int) -> httpx.Response:
        body = {"name": "c", "document": {"n": number}}
        return await client.put(path, json=body, headers={"If-Match": '"1"'})

    answers = await asyncio.gather(*(write(number) for number in range(100)))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 99}
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert (await client.get(path)).json() == winner


async def test_one_of_fifty_equal_names_is_created(client: httpx.AsyncClient) -> None:
    name = unique()

    answers = await asyncio.gather(*(client.post(APPLICATIONS, json={"name": name}) for _ in range(50)))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 49}


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        pytest.param('"1"', 204, id="current"),
        pytest.param("*", 204, id="any"),
        pytest.param('"7", "1"', 204, id="one-of-several"),
        pytest.param('"2"', 412, id="other-version"),
        pytest.param('W/"1"', 412, id="weak"),
        pytest.param('"01"', 412, id="unlike-text"),
        pytest.param('"99999999999999999999999"', 412, id="beyond-every-version"),
        pytest.param("1", 400, id="without-quotes"),
        pytest.param('"1', 400, id="half-quoted"),
    ],
)
async def test_delete_obeys_if_match(client: httpx.AsyncClient, condition: str, status: int) -> None:
    path = await configuration(client, {})

    answer = await client.delete(path, headers={"If-Match": condition})

    assert answer.status_code == status
    assert (await client.get(path)).status_code == (404 if status == 204 else 200)


async def test_condition_on_nothing_is_not_found(client: httpx.AsyncClient) -> None:
    path = await configuration(client, {})
    await client.delete(path)

    assert (await client.delete(path, headers={"If-Match": "*"})).status_code == 404


async def test_unchanged_version_is_not_sent_again(client: httpx.AsyncClient) -> None:
    path = await configuration(client, {})

    same = await client.get(path, headers={"If-None-Match": 'W/"1"'})
    other = await client.get(path, headers={"If-None-Match": '"0"'})

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", '"1"')
    assert other.status_code == 200
