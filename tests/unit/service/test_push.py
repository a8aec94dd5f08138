"""The exporter's client reads what receivers really send, and refuses the rest within its bounds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from service.telemetry.wire import Answer, Wire, WireError


@asynccontextmanager
async def listening(*answers: bytes) -> AsyncIterator[tuple[Wire, Callable[[], int]]]:
    """A server that gives these answers, one to each request on whatever connection, and counts connections."""
    waiting, connections = list(answers), 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            while waiting:
                await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(4)
                answer = waiting.pop(0)
                writer.write(answer)
                if b"close" in answer or not answer:
                    return
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    wire = Wire(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/metrics")
    try:
        yield wire, lambda: connections
    finally:
        wire.close()
        server.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


async def test_connection_is_kept() -> None:
    async with listening(OK, OK, OK) as (wire, connections):
        answers = [await wire.post(b"body") for _ in range(3)]

        assert answers == [Answer(200, None, b"hi")] * 3
        assert connections() == 1


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", id="told-to-close"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="chunked"),
    ],
)
async def test_finished_connection_is_replaced(first: bytes) -> None:
    async with listening(first, OK) as (wire, connections):
        assert (await wire.post(b"body")).status == 200
        assert await wire.post(b"body") == Answer(200, None, b"hi")
        assert connections() == 2


async def test_connection_that_the_receiver_dropped_is_replaced_unseen() -> None:
    async with listening(OK, b"", OK) as (wire, connections):
        await wire.post(b"body")

        assert await wire.post(b"body") == Answer(200, None, b"hi")
        assert connections() == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"SSH-2.0-x\r\n\r\n", id="not-http"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", id="too-long"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", id="no-length"),
    ],
)
async def test_nonsense_is_an_error_of_the_wire(answer: bytes) -> None:
    async with listening(answer) as (wire, _):
        with pytest.raises(WireError):
            await asyncio.wait_for(wire.post(b"body"), 2)


async def test_pause_asked_for_is_read() -> None:
    async with listening(b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n") as (wire, _):
        assert await wire.post(b"body") == Answer(429, 7.0, b"")
