"""What a client may do to a connection: how long it may wait, how much it may send ahead, how much it may leave unread.

uvicorn bounds none of this. A request pays three method calls for it; time is kept by looking at all connections.
"""

import contextlib
import socket
import struct
import time
from collections.abc import Iterable
from http import HTTPStatus

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.problems import Problem, answer

PATIENCE = 15.0
"""Seconds that a connection may wait for its client: for a request, the rest of one, or more of an answer fetched."""
HEAD_BYTES = 65536
"""The longest request line with its headers, and as much of anything else that is no body: trailers, blank lines."""
AHEAD = 64
"""Requests that may be sent before the first of them is answered."""
MOST_WAITING = 500
"""Connections that may wait for their clients; beyond, those that have waited longest are ended."""
MOST_UNFETCHED = 32 * 2**20
"""Bytes of answers that may lie unfetched in all connections together."""
KERNEL_BYTES = 65536
"""What the kernel may hold each way of one connection besides; left alone it takes megabytes of each."""
_AT_ONCE = struct.pack("ii", 1, 0)


class Connection(HttpToolsProtocol):
    """One connection; what is no request is refused as problem details, and the connection ended."""

    _no_body = 0
    _refusal: Problem | None = None
    _last: object = None
    _since = 0.0
    _left = 0
    _running: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what it took as neither body nor a whole head must not grow without end."""
        self._no_body += len(data)
        super().data_received(data)
        if self._no_body > HEAD_BYTES and not self.transport.is_closing():
            self._refusal = _too_large()
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        """Begin to answer, unless the head is too large or too many requests wait already."""
        if self._no_body > HEAD_BYTES and self._head_size() > HEAD_BYTES:
            self._refusal = _too_large()
            raise ValueError("too large a head")
        if len(self.pipeline) >= AHEAD:
            self._refusal = Problem(429, f"More than {AHEAD} requests were sent ahead of their answers.")
            raise ValueError("too many requests ahead")
        self._no_body = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body; how much of one is accepted, its reader decides."""
        self._no_body = 0
        super().on_body(body)

    def pause_writing(self) -> None:
        """Called where an answer is not fetched as fast as it is written: a good moment to look at what lies there."""
        super().pause_writing()
        self.loop.call_soon(end_overdue, self.connections, time.monotonic())

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is worked on, which uvicorn tells only the last one of several."""
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Say why this is no request, as problem details, and end the connection; `msg` is uvicorn's reason."""
        problem = self._refusal or Problem(400, "This is not a valid HTTP/1.1 request.")
        response = answer(problem)
        head = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}".encode(), b"connection: close"]
        head += [name + b": " + value for name, value in response.raw_headers]
        self.transport.write(b"\r\n".join([*head, b"", bytes(response.body)]))
        self.transport.close()

    def reset(self) -> None:
        """End the connection at once; what was not fetched is thrown away, in the kernel too."""
        with contextlib.suppress(OSError):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    @property
    def waits(self) -> bool:
        """Whether the client has to act next: send a request, or the rest of one, or fetch an answer."""
        cycle = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body or self.unfetched > 0

    @property
    def unfetched(self) -> int:
        """Bytes of answers that the client has not taken."""
        return self.transport.get_write_buffer_size()

    def waited(self, now: float) -> float:
        """Seconds since it was first asked about the same request in the same state, with no less left to fetch."""
        state, left = (self.cycle, self.cycle is not None and self.cycle.response_complete), self.unfetched
        if state != self._last or left < self._left or not self.waits:
            self._last, self._since = state, now
        self._left = left
        return now - self._since

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)


def end_overdue(connections: Iterable[object], now: float) -> None:
    """End what has waited too long; of too many, or of those that leave too much unfetched, who has waited longest."""
    found = [each for each in connections if isinstance(each, Connection)]
    longest_first = sorted(found, key=lambda each: each.waited(now), reverse=True)
    waiting = [each for each in longest_first if each.waits]
    number, unfetched = len(waiting), sum(each.unfetched for each in waiting)
    for each in waiting:
        too_much = unfetched > MOST_UNFETCHED and each.unfetched > 0
        if each.waited(now) >= PATIENCE or number > MOST_WAITING or too_much:
            number, unfetched = number - 1, unfetched - each.unfetched
            each.reset()


def _too_large() -> Problem:
    return Problem(431, f"The head of the request is larger than {HEAD_BYTES} bytes.")
