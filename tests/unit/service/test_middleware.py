"""The measurement leaks nothing, whatever the application or the client does."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.telemetry.instruments import Identity, Instruments
from service.telemetry.middleware import MeasureRequests

COUNT = "http_server_request_duration_seconds_count"


async def _ok(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"a", "more_body": True})
    await send({"type": "http.response.body", "body": b"b"})


async def _raises(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("broken")


async def _cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    raise asyncio.CancelledError


async def _says_nothing(scope: Scope, receive: Receive, send: Send) -> None:
    return


async def _receive() -> Message:
    return {"type": "http.disconnect"}


def _measured(app: ASGIApp) -> tuple[MeasureRequests, Callable[[int], float | None], Callable[[], float | None]]:
    instruments = Instruments(Identity("test"))

    def count(status: int) -> float | None:
        labels = {"http_request_method": "GET", "http_route": "/{unmatched}", "http_response_status_code": str(status)}
        return instruments.registry.get_sample_value(COUNT, labels)

    def active() -> float | None:
        return instruments.registry.get_sample_value("http_server_active_requests", {"http_request_method": "GET"})

    return MeasureRequests(app, instruments), count, active


async def test_answer_is_counted_before_its_last_byte() -> None:
    seen: list[tuple[str, float | None, float | None]] = []
    app, count, active = _measured(_ok)

    async def send(message: Message) -> None:
        seen.append((message["type"], count(200), active()))

    await app({"type": "http", "method": "GET"}, _receive, send)

    assert [entry[1:] for entry in seen] == [(None, 1), (None, 1), (1, 0)]


@pytest.mark.parametrize("app", [_raises, _cancelled, _says_nothing])
async def test_unanswered_request_counts_as_server_error(app: ASGIApp) -> None:
    measured, count, active = _measured(app)

    async def send(message: Message) -> None:
        return

    await asyncio.gather(measured({"type": "http", "method": "GET"}, _receive, send), return_exceptions=True)

    assert (count(500), active()) == (1, 0)


async def test_failing_connection_counts_once() -> None:
    measured, count, active = _measured(_ok)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await measured({"type": "http", "method": "GET"}, _receive, send)

    assert (count(200), active()) == (1, 0)
