"""Connections have their bounds, in what is sent ahead or too long, and in nothing that a fair client needs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from fixtures.bringup import Stack
from fixtures.data import Maker, unique
from fixtures.measured import Fact, exposed
from fixtures.polling import consistently
from fixtures.things import APPLICATIONS, Pool, Thing, held
from fixtures.wire import exchange, first_answer, request

pytestmark = pytest.mark.pipeline
PROBLEM = "application/problem+json"
CROWD = 120
"""Connections that wait for their clients: a quarter of those that may."""
LOOKS = 0.5
"""Seconds in which the service has looked after its connections at least once."""
AHEAD = 100
OTHERS = 60
"""Files that the service may open or close meanwhile for others."""


@pytest.mark.parametrize(("length", "status"), [(60_000, 200), (70_000, 431)], ids=["within", "beyond"])
async def test_head_has_its_limit(api: httpx.AsyncClient, length: int, status: int) -> None:
    answer = await api.get("/health", headers={"x-long": "a" * length})

    assert answer.status_code == status, f"a header of {length} bytes; the limit is 64 KiB"
    assert (answer.headers["content-type"] == PROBLEM) == (status == 431)


async def test_what_is_no_request_is_a_problem(api: httpx.AsyncClient) -> None:
    answer = await exchange(str(api.base_url), b"no request\r\n\r\n")

    assert (answer.status, answer.headers["content-type"]) == (400, PROBLEM), answer


async def test_requests_far_ahead_are_not_queued(
    api: httpx.AsyncClient, make_application: Maker, database: Pool
) -> None:
    sent = {"name": unique("ahead"), "description": ""}
    thing = Thing("application", APPLICATIONS, sent, await make_application(**sent))
    body = f'{{"name": "{unique()}"}}'.encode()

    async with held(database, thing, 0):
        ahead = request("PUT", thing.url, body) + request("GET", "/health") * AHEAD
        answer = await exchange(str(api.base_url), ahead)

    assert answer.status in (0, 429), f"{AHEAD} requests were sent before the first of them could be answered: {answer}"


Streams = list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


@asynccontextmanager
async def crowd(stack: Stack) -> AsyncIterator[Streams]:
    """Many connections, closed at the end."""
    port = stack.port("config-service")
    async with AsyncExitStack() as closing:
        streams = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(CROWD)))
        for _, writer in streams:
            closing.callback(writer.close)
        yield streams


async def ask_on(streams: Streams) -> list[int]:
    """Ask on every connection, and return the statuses."""
    for _, writer in streams:
        writer.write(request("GET", "/health"))
    return [(await first_answer(reader)).status for reader, _ in streams]


async def test_waiting_connections_are_kept_and_seen(stack: Stack, api: httpx.AsyncClient) -> None:
    files = Fact("process_open_fds", {})
    before = await exposed(api, files)

    async with crowd(stack) as streams:
        first = await ask_on(streams)
        await consistently(
            lambda: api.get("/health"),
            lambda answer: answer.status_code == httpx.codes.OK,
            expected="200 on /health beside a crowd",
            of="config-service",
            during=LOOKS,
            hint="look at service/connections.py",
        )
        opened = await exposed(api, files) - before
        second = await ask_on(streams)

    assert first + second == [200] * 2 * CROWD, "on the same connections, half a second later"
    assert CROWD - OTHERS <= opened <= CROWD + OTHERS, "by how much process_open_fds grew with the connections"
