"""The relay as a network: late, slow, lossy, and transparent otherwise; tried on real connections of this machine."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from fixtures.faults import relay_script
from fixtures.faults.relay_script import RESENT, Link, serve

Through = Callable[[Link], Awaitable[int]]
HERE = "127.0.0.1"


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send everything back once all has come."""
    writer.write(await reader.read())
    await writer.drain()
    writer.close()


@pytest_asyncio.fixture
async def through() -> AsyncIterator[Through]:
    """Put a link before an echo server, and give the port to speak to."""
    servers = [await asyncio.start_server(echo, HERE, 0)]
    target = servers[0].sockets[0].getsockname()[1]

    async def begin(link: Link) -> int:
        servers.append(await serve(HERE, link, target, listen=0))
        return int(servers[-1].sockets[0].getsockname()[1])

    yield begin
    for each in servers:
        each.close()


async def round_trip(port: int, data: bytes) -> tuple[bytes, float]:
    async with asyncio.timeout(10):
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(HERE, port)
        writer.write(data)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer, time.monotonic() - began


async def test_what_is_sent_arrives_whole(through: Through) -> None:
    data = bytes(range(256)) * 1000

    answer, took = await round_trip(await through(Link()), data)

    assert answer == data
    assert took < 1


async def test_latency_counts_there_and_back_and_not_for_each_packet(through: Through) -> None:
    answer, took = await round_trip(await through(Link(latency=0.1)), b"x" * 20_000)

    assert len(answer) == 20_000
    assert 0.2 <= took < 0.6


async def test_rate_is_a_bound(through: Through) -> None:
    _, took = await round_trip(await through(Link(rate=100_000)), b"x" * 20_000)

    assert took >= 2 * 0.2


async def test_lost_packets_stall(through: Through, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_script, "RESENT", 0.05)

    _, took = await round_trip(await through(Link(loss=1.0)), b"x")

    assert took >= 2 * 0.05


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_share_of_packets_is_lost(share: float) -> None:
    link = Link(loss=share)
    stalls = sum(link.arrival(0.0, 0.0, 1) >= RESENT for _ in range(1000))

    assert abs(stalls / 1000 - share) < 0.08


async def test_nobody_behind_ends_the_connection() -> None:
    server = await serve(HERE, Link(), 1, listen=0)

    answer, _ = await round_trip(server.sockets[0].getsockname()[1], b"x")

    assert answer == b""
    server.close()
