"""A siege: slow clients of every kind at once against one service, and what everybody else saw meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from tests.service.names import APPLICATIONS, JSON, application, unique
from tests.service.postgres import Postgres
from tests.service.rude import Rude, close_all, memory, peak, until_ended
from tests.service.running import Labels, Service

EACH = 10
"""Clients of each kind."""
BOUND = 30.0
"""Seconds within which each must be ended; the service promises less."""
GET = b"GET /health HTTP/1.1\r\nhost: x\r\n"
POST = f"POST {APPLICATIONS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n".encode()
LONG, CHUNKED = POST + b"content-length: 1000\r\n\r\n", POST + b"transfer-encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Kind:
    """One way to be slow: what is sent at once, what is sent four times a second, and the answers that are due."""

    opening: bytes
    drip: bytes = b""
    statuses: Sequence[int] = ()


KINDS = {
    "sends nothing": Kind(b""),
    "sends half a head": Kind(GET),
    "sends a head byte by byte": Kind(GET + b"x-slow: ", b"a"),
    "sends blank lines": Kind(b"", b"\r\n"),
    "sends half a second request": Kind(GET + b"\r\n" + GET, b"x: y\r\n", [200]),
    "sends half a body": Kind(LONG + b"{", b"", [408]),
    "sends a body byte by byte": Kind(LONG + b"{", b" ", [408]),
    "sends a body chunk by chunk": Kind(CHUNKED, b"1\r\n \r\n", [408]),
    "never ends its trailers": Kind(CHUNKED + b"0\r\n", b"x: y\r\n", [408]),
    "goes on with a refused body": Kind(POST + b"content-length: 1000000000\r\n\r\n", b" ", [413]),
    "asks much ahead and fetches nothing": Kind((b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n") * 60),
    "never fetches a long list": Kind(b"GET {list} HTTP/1.1\r\nhost: x\r\n\r\n"),
}


@dataclass
class Siege:
    """What was seen: by kind, the seconds until the last was ended and each one's answers; and what others saw."""

    seconds: dict[str, float] = field(default_factory=dict)
    statuses: dict[str, list[list[int]]] = field(default_factory=dict)
    others: list[tuple[int, float]] = field(default_factory=list)
    """The statuses and seconds of ordinary requests meanwhile."""
    grown: int = 0
    """Bytes by which the service's peak of memory lay above what it had before."""
    rows: tuple[str, str] = ("", "")
    series: tuple[set[tuple[str, Labels]], set[tuple[str, Labels]]] = (set(), set())
    faults: list[str] = field(default_factory=list)
    """What the service logged as its own faults."""


async def besiege(service: Service, postgres: Postgres) -> Siege:
    """Let every kind at the service at once, until all are ended or the bound is over."""
    seen = Siege()
    path = await _long_list(service.client)
    rows, series, before = await _rows(postgres, service), await _series(service), memory(service.process.pid)
    async with _asking(service.client, seen.others, ["/health", "/ready", APPLICATIONS, path.partition("/conf")[0]]):
        await asyncio.gather(*(_of(name, kind, service.url, path, seen) for name, kind in KINDS.items()))
    seen.grown = peak(service.process.pid) - before
    seen.rows, seen.series = (rows, await _rows(postgres, service)), (series, await _series(service))
    seen.faults = [
        f"{each['message']}: {each.get('exception')}" for each in service.logged("") if each["level"] == "error"
    ]
    return seen


async def _of(name: str, kind: Kind, url: str, path: str, seen: Siege) -> None:
    clients = [Rude(url) for _ in range(EACH)]
    try:
        for each in clients:
            each.send(kind.opening.replace(b"{list}", path.encode()))
        seen.seconds[name] = await until_ended(clients, kind.drip, within=BOUND)
        seen.statuses[name] = [each.statuses() for each in clients] if kind.statuses else []
    finally:
        close_all(clients)


@asynccontextmanager
async def _asking(client: httpx.AsyncClient, others: list[tuple[int, float]], paths: list[str]) -> AsyncIterator[None]:
    async def ask() -> None:
        while True:
            for path in paths:
                began = time.monotonic()
                answer = await client.get(path)
                others.append((answer.status_code, time.monotonic() - began))

    task = asyncio.create_task(ask())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _long_list(client: httpx.AsyncClient) -> str:
    path = f"{APPLICATIONS}/{(await application(client))['id']}/configurations"
    for _ in range(40):
        body = f'{{"name": "{unique()}", "document": {{"a": "{"x" * 60_000}"}}}}'
        (await client.post(path, content=body, headers=JSON)).raise_for_status()
    return f"{path}?limit=100"


async def _rows(postgres: Postgres, service: Service) -> str:
    query = "SELECT md5(string_agg(each::text, '|' ORDER BY id)) FROM {} AS each"
    async with postgres.session(service.database) as session:
        digests = [await session.fetchval(query.format(table)) for table in ("applications", "configurations")]
    return " ".join(map(str, digests))


async def _series(service: Service) -> set[tuple[str, Labels]]:
    return {(name, labels) for name, labels in await service.metrics() if not name.startswith(("python_", "process_"))}
