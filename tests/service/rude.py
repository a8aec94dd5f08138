"""A client of raw bytes that never reads unless told to, and what a service looks like from outside meanwhile."""

import asyncio
import re
import select
import socket
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

_ENDED = select.POLLRDHUP | select.POLLHUP | select.POLLERR


class Rude:
    """One connection with a small receive buffer; `close` it, or use it in a `with`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect((parts.hostname, parts.port))
        self._socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLRDHUP)
        self.began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._socket.close()

    @property
    def ended(self) -> bool:
        """Whether the service has ended the connection."""
        return any(events & _ENDED for _, events in self._poll.poll(0))

    def send(self, data: bytes) -> int:
        """Send what can be sent now; how many bytes that were."""
        try:
            return self._socket.send(data) if data and not self.ended else 0
        except (BlockingIOError, ConnectionError):
            return 0

    async def flood(self, data: bytes, most: int, within: float) -> int:
        """Send the same bytes again and again until the service ends it, or `most` bytes are sent; how many were."""
        sent, deadline = 0, time.monotonic() + within
        while sent < most and not self.ended and time.monotonic() < deadline:
            sent += self.send(data)
            await asyncio.sleep(0)
        return sent

    def said(self) -> bytes:
        """What the service has said, up to a megabyte."""
        heard = b""
        try:
            while len(heard) < 1 << 20 and (more := self._socket.recv(1 << 16)):
                heard += more
        except (BlockingIOError, ConnectionError):
            pass
        return heard

    def statuses(self) -> list[int]:
        """The statuses of the answers in what the service has said."""
        return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.said())]


async def until_ended(clients: Sequence[Rude], drip: bytes, within: float, every: float = 0.25) -> float:
    """Send each a drip again and again until all are ended; seconds until the last was, infinite if one is not."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if all(each.ended for each in clients):
            return time.monotonic() - min(each.began for each in clients)
        for each in clients:
            each.send(drip)
        await asyncio.sleep(every)
    return float("inf")


def close_all(clients: Iterable[Rude]) -> None:
    """Let go of every connection."""
    for each in clients:
        each.close()


def memory(pid: int) -> int:
    """Bytes of memory that a process has resident now."""
    return _status(pid, "VmRSS")


def peak(pid: int) -> int:
    """The most bytes of memory that a process ever had resident."""
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    if found is None:
        raise LookupError(f"/proc/{pid}/status has no {name}")
    return int(found[1]) * 1024
