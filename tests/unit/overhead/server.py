"""A service to send to: real HTTP on loopback that counts what it is asked and can misbehave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

PATH = "/thing"


@dataclass
class Served:
    """Where it listens, what it was asked, and what it does: `status` from the `after`-th request on, one stall."""

    port: int = 0
    requests: int = 0
    under_way: int = 0
    most: int = 0
    connections: set[object] = field(default_factory=set)
    headers: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    after: int = 0
    hang_up: bool = False
    stall: float = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        self.requests += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.connections.add(request.transport)
        self.headers.append(dict(request.headers))
        try:
            stall, self.stall = self.stall, 0.0
            await asyncio.sleep(stall)
            if self.hang_up and request.transport is not None:
                request.transport.abort()
            return web.Response(text="x" * 300, status=self.status if self.requests > self.after else 200)
        finally:
            self.under_way -= 1


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    """Serve on a port that the system chooses, until the block ends."""
    served = Served()
    app = web.Application()
    app.router.add_get(PATH, served.answer)
    app.router.add_get("/metrics", served.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        served.port = runner.addresses[0][1]
        yield served
    finally:
        await runner.cleanup()
