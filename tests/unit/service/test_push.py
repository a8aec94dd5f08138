"""The exporter's client reads what receivers really send, and refuses the rest within its bounds."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from service.telemetry.instruments import Identity, Instruments
from service.telemetry.push import Pusher
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


def answered(status: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status} Said", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def pushing(*answers: bytes) -> AsyncIterator[Pusher]:
    """A pusher whose receiver gives these answers."""
    waiting = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while waiting:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
                writer.write(waiting.pop(0))
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        pusher = Pusher(Instruments(Identity("a")), f"http://127.0.0.1:{port}", 1.0)
        yield pusher
        pusher._wire.close()


@pytest.mark.parametrize("status", [301, 400, 401, 404, 413, 429, 500, 503])
async def test_answer_that_took_nothing_is_a_failure(status: int) -> None:
    async with pushing(answered(status)) as pusher:
        assert not await pusher.export(2)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize(("asked", "given"), [("7", 7), ("86400", 60)], ids=["a while", "a day"])
async def test_pause_is_given_but_not_for_ever(status: int, asked: str, given: float) -> None:
    async with pushing(answered(status, f"Retry-After: {asked}")) as pusher:
        now = asyncio.get_running_loop().time()
        await pusher.export(2)

        assert given <= pusher._not_before - now < given + 2


async def test_strange_answer_ends_no_push() -> None:
    async with pushing(answered(200, body=b"\x0a\x02\x0a\x00"), answered(200)) as pusher:
        assert [await pusher.export(2), await pusher.export(2)] == [True, True]


async def test_each_outage_and_each_rejection_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "service.telemetry.push")
    rejecting = answered(200, body=b"\x0a\x02\x08\x03")
    once = [answered(503), answered(404), rejecting, rejecting, answered(200)]
    async with pushing(*once, *once, answered(200)) as pusher:
        for _ in range(2 * len(once) + 1):
            await pusher.export(2)

    told = ["metrics cannot be pushed", "metrics are pushed again", "the receiver rejects points"]
    assert [each.message for each in caplog.records] == told * 2


async def test_receiver_at_a_new_address_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = iter(["127.0.0.2", "127.0.0.1"])

    async def look_up(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(looked), port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    async with listening(OK) as (wire, _):
        with pytest.raises(WireError):
            await wire.post(b"body")

        assert await wire.post(b"body") == Answer(200, None, b"hi")
