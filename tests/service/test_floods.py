"""Clients that send or leave lying more than anybody needs are cut off, at a bounded cost in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import httpx
import pytest
import pytest_asyncio

from fixtures.polling import eventually
from tests.service.names import APPLICATIONS, JSON, application, unique
from tests.service.rude import Rude, memory, peak
from tests.service.running import Service
from tests.service.stage import Launch

MIB = 1 << 20
CROWD = 20
LIMIT = 240 * MIB
"""What the container of the service may have."""
GROWTH = 128 * MIB
"""What all clients of a flood together may cost; unbounded they send ten times as much."""
HEAD = b"GET /health HTTP/1.1\r\nhost: x\r\n"
CHUNKED = f"POST {APPLICATIONS} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".encode()
ENDLESS = {
    "a header": (HEAD + b"x-long: ", b"a" * 65536),
    "headers": (HEAD, b"x-more: and more\r\n" * 4000),
    "the address": (b"GET /", b"a" * 65536),
    "the method": (b"GET", b"T" * 65536),
    "blank lines": (b"", b"\r\n" * 32768),
    "trailers": (CHUNKED + b"0\r\n", b"x-more: and more\r\n" * 4000),
    "a trailer": (CHUNKED + b"0\r\nx-long: ", b"a" * 65536),
    "a chunk's extension": (CHUNKED + b"1;x=", b"a" * 65536),
}


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(launch: Launch) -> AsyncIterator[Service]:
    """A service of the test's own, so that its peak of memory is this test's; it still serves afterwards."""
    service = await launch()
    yield service
    assert (await service.client.get(APPLICATIONS)).status_code == 200
    assert "Traceback" not in service.log


@pytest.mark.parametrize(("opening", "more"), ENDLESS.values(), ids=list(ENDLESS))
async def test_what_never_ends_is_cut_off(fresh: Service, opening: bytes, more: bytes) -> None:
    before = memory(fresh.process.pid)

    with ExitStack() as stack:
        clients = [stack.enter_context(Rude(fresh.url)) for _ in range(CROWD)]
        for client in clients:
            client.send(opening)
        sent = await asyncio.gather(*(client.flood(more, 64 * MIB, within=10) for client in clients))
        ended = [client.ended for client in clients]

    assert all(ended)
    assert max(sent) < 8 * MIB
    assert peak(fresh.process.pid) - before < GROWTH


@pytest.mark.parametrize(("length", "status"), [(60_000, 200), (70_000, 431)], ids=["below", "above"])
async def test_head_has_its_limit(client: httpx.AsyncClient, length: int, status: int) -> None:
    answer = await client.get("/health", headers={"x-long": "a" * length})

    assert answer.status_code == status
    assert (answer.headers["content-type"] == "application/problem+json") == (status == 431)


async def test_no_request_is_a_problem(service: Service) -> None:
    with Rude(service.url) as client:
        client.send(b"no request\r\n\r\n")
        await _over(client)
        said = client.said()

    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/problem+json\r\n" in said
    assert b'"status": 400' in said


async def test_requests_far_ahead_of_their_answers_are_cut_off(fresh: Service) -> None:
    before = memory(fresh.process.pid)

    with ExitStack() as stack:
        clients = [stack.enter_context(Rude(fresh.url)) for _ in range(CROWD)]
        await asyncio.gather(*(client.flood((HEAD + b"\r\n") * 2000, 16 * MIB, within=10) for client in clients))
        for client in clients:
            await _over(client)

    assert peak(fresh.process.pid) - before < GROWTH


async def test_a_few_requests_ahead_are_all_answered(service: Service) -> None:
    with Rude(service.url) as client:
        client.send((HEAD + b"\r\n") * 29 + HEAD + b"connection: close\r\n\r\n")
        await _over(client)

        assert client.statuses() == [200] * 30


async def test_answers_that_nobody_fetches_are_bounded(fresh: Service) -> None:
    path = await _large_list(fresh.client)
    size = len((await fresh.client.get(path)).content)
    served = []

    with ExitStack() as stack:
        for _ in range(5 * CROWD):
            stack.enter_context(Rude(fresh.url)).send(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
            served.append((await fresh.client.get("/health")).status_code)
        await fresh.answers(path, 200, within=20)

    assert size > 5 * MIB
    assert set(served) == {200}
    assert peak(fresh.process.pid) < LIMIT


async def _large_list(client: httpx.AsyncClient) -> str:
    """A list of a hundred documents of almost the largest size."""
    path = f"{APPLICATIONS}/{(await application(client))['id']}/configurations"
    document = '{"a": "' + "x" * 60_000 + '"}'
    for _ in range(100):
        body = f'{{"name": "{unique()}", "document": {document}}}'
        (await client.post(path, content=body, headers=JSON)).raise_for_status()
    return f"{path}?limit=100"


async def test_idle_connections_crowd_nobody_out(fresh: Service) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(Rude(fresh.url)) for _ in range(700)]
        answers = [(await fresh.client.get(APPLICATIONS)).status_code for _ in range(50)]
        left = await eventually(
            lambda: asyncio.sleep(0, sum(not client.ended for client in clients)),
            lambda seen: seen <= 500,
            expected="at most 500 connections that do nothing",
            of="the service",
            within=5,
            hint="service/connections.py",
        )

    assert set(answers) == {200}
    assert left > 400, "not more than need be are ended"


async def _over(client: Rude) -> None:
    await eventually(
        lambda: asyncio.sleep(0, client.ended),
        lambda seen: seen,
        expected="the connection ended",
        of="the service",
        within=5,
        every=0.02,
        hint="service/connections.py",
    )
