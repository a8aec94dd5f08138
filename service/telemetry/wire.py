"""A very small HTTP/1.1 client for one address: one kept connection, one POST at a time, a bounded answer."""

import asyncio
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from service import __version__

_LARGEST_ANSWER = 65536


class WireError(Exception):
    """The receiver could not be reached or did not speak HTTP; the message says which."""


@dataclass(frozen=True)
class Answer:
    """What the receiver said."""

    status: int
    retry_after: float | None
    body: bytes


class Wire:
    """Posts protobuf to one URL. Callers bound each call in time; a cancelled call leaves no half-used connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._path = parts.path or "/"
        self._authority = parts.netloc.rpartition("@")[2]
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._resolving: asyncio.Task[str] | None = None

    async def post(self, body: bytes) -> Answer:
        """Send the body and read the answer; a kept connection that the receiver has closed meanwhile is replaced."""
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: {self._authority}\r\nUser-Agent: config-service/{__version__}\r\n"
            f"Content-Type: application/x-protobuf\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        kept = self._streams is not None
        try:
            return await self._exchange(head + body)
        except (OSError, EOFError) as error:
            if not kept:
                raise WireError(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) from error
        try:
            return await self._exchange(head + body)
        except (OSError, EOFError) as error:
            raise WireError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Drop the connection at once, whatever is in flight."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _exchange(self, request: bytes) -> Answer:
        complete = False
        try:
            reader, writer = self._streams or await self._open()
            writer.write(request)
            answer, reusable = await _read(reader)
            complete = reusable
        except (ValueError, IndexError, asyncio.LimitOverrunError) as error:
            raise WireError("the answer is not HTTP/1.1") from error
        finally:
            if not complete:
                self.close()
        return answer

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        # A resolver that hangs holds a thread, so the next try joins the look-up under way instead of adding one.
        if self._resolving is None or (self._resolving.done() and not self._resolving.cancelled()):
            self._resolving = asyncio.create_task(self._resolve())
        address = await asyncio.shield(self._resolving)
        name = self._host if self._tls else None
        self._streams = await asyncio.open_connection(
            address, self._port, ssl=self._tls or None, server_hostname=name, limit=_LARGEST_ANSWER
        )
        return self._streams

    async def _resolve(self) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except OSError as error:
            return_error = f"{self._host} cannot be resolved"
            raise ConnectionError(return_error) from error
        return str(found[0][4][0])


async def _read(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    """One answer, and whether the connection can carry another request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    chunked = headers.get("transfer-encoding", "").lower() == "chunked"
    length = int(headers.get("content-length", "0"))
    if length < 0 or length > _LARGEST_ANSWER:
        raise ValueError("an answer of unreasonable length")
    body = await reader.readexactly(length)
    seconds = headers.get("retry-after", "")
    retry_after = float(seconds) if seconds.isdigit() else None
    # A chunked answer is not read: the status has said all, and a new connection costs less than its parser.
    reusable = not chunked and ("content-length" in headers) and headers.get("connection", "").lower() != "close"
    return Answer(status, retry_after, body), reusable
