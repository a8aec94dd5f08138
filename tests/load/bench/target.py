"""A target that costs next to nothing: HTTP answered by a bare protocol, in a process of its own.

`python -m tests.load.bench.target SECONDS` prints its port and serves until its input ends; SIGUSR1 makes it stall for
so many seconds, connections and all.
"""

import asyncio
import signal
import sys
import time
from typing import Final, cast

import uvloop

_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class _Answering(asyncio.Protocol):
    """Answers whatever ends a head; requests to it have no body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._rest = cast(asyncio.Transport, transport), b""

    def data_received(self, data: bytes) -> None:
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        self._transport.write(_ANSWER * len(heads))


async def _serve(stall: float) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(_Answering, "127.0.0.1", 0)
    loop.add_signal_handler(signal.SIGUSR1, time.sleep, stall)
    loop.add_reader(sys.stdin, ended.set)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    uvloop.run(_serve(float(sys.argv[1])))
