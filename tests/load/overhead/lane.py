"""The cheapest HTTP client there is in Python: a bare protocol on one kept connection, parsed by a C library."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import cast

import httptools

LOST = 0
"""The status of a request whose connection ended before its answer."""
_CONNECT_SECONDS = 5.0


class Lane(asyncio.Protocol):
    """One connection that carries one request at a time; whoever opened it closes it."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.WriteTransport | None = None
        self._answered: Callable[[Lane, int], None] | None = None
        self.used = perf_counter()
        """When it last began to carry a request, by `perf_counter`."""

    @classmethod
    async def open(cls, host: str, port: int) -> "Lane":
        """Connect.

        Raises:
            OSError: nobody listens there, or not within five seconds.
        """
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, lane = await asyncio.get_running_loop().create_connection(cls, host, port)
        return lane

    @property
    def alive(self) -> bool:
        """Whether it can carry another request."""
        return self._transport is not None

    def ask(self, request: bytes, answered: Callable[["Lane", int], None]) -> None:
        """Send a whole request; `answered` is called with this lane and the status once the answer is complete."""
        self.used = perf_counter()
        if self._transport is None:
            asyncio.get_running_loop().call_soon(answered, self, LOST)
            return
        self._answered = answered
        self._transport.write(request)

    async def fetch(self, request: bytes, within: float) -> int:
        """Send a whole request and return the status of its answer.

        Raises:
            TimeoutError: there was none in time.
        """
        status: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.ask(request, lambda _, seen: None if status.done() else status.set_result(seen))
        async with asyncio.timeout(within):
            return await status

    def close(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is one, but does not inherit from it

    def data_received(self, data: bytes) -> None:
        """Parse (asyncio calls this)."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Hand out the status (the parser calls this)."""
        self._tell(self._parser.get_status_code())

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits that there will be no answer (asyncio calls this)."""
        self._transport = None
        self._tell(LOST)

    def _tell(self, status: int) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            answered(self, status)
