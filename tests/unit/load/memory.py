"""A Configuration Service in memory, as far as load asks it: what it was asked, what it holds, how it is to fail."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.load.operations import APPLICATION, APPLICATIONS, CONFIGURATION, CONFIGURATIONS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def reads(request: web.Request) -> bool:
    """Whether a request reads one configuration: something that preparing and removing never do."""
    return request.method == "GET" and "configuration_id" in request.match_info


class Memory:
    """What the service holds by path, and counters of what it answered."""

    def __init__(self) -> None:
        self.url = ""
        self.stored: dict[str, dict[str, Any]] = {}
        self.answered: Counter[tuple[str, str, int]] = Counter()
        self.fail: Callable[[web.Request], int] = lambda _: 0
        """A status to answer instead of doing what is asked; 0 does it."""
        self.waits: Callable[[web.Request], bool] = lambda _: False
        """Which requests wait until `open` is set; `waiting` is set when the first one does."""
        self.open, self.waiting = asyncio.Event(), asyncio.Event()

    @property
    def applications(self) -> list[str]:
        """Names of the applications there are."""
        return sorted(each["name"] for path, each in self.stored.items() if path.count("/") == 4)

    async def create(self, request: web.Request) -> web.Response:
        """Store what was sent under a new path."""
        if request.path != APPLICATIONS and request.path.rsplit("/", 1)[0] not in self.stored:
            return web.Response(status=404)
        identifier = str(uuid4())
        path = f"{request.path}/{identifier}"
        self.stored[path] = {"id": identifier, **await request.json()}
        return web.json_response(self.stored[path], status=201, headers={"Location": path})

    async def page(self, request: web.Request) -> web.Response:
        """A part of a list in order of name."""
        limit, offset = int(request.query.get("limit", "20")), int(request.query.get("offset", "0"))
        depth = request.path.count("/") + 1
        items = [
            each for path, each in self.stored.items() if path.startswith(request.path) and path.count("/") == depth
        ]
        items.sort(key=lambda each: str(each["name"]))
        return web.json_response({"items": items[offset : offset + limit], "total": len(items)})

    async def one(self, request: web.Request) -> web.Response:
        """Read, replace or delete one thing."""
        if request.path not in self.stored:
            return web.Response(status=404)
        if request.method == "DELETE":
            self.stored = {path: each for path, each in self.stored.items() if not path.startswith(request.path)}
            return web.Response(status=204)
        if request.method == "PUT":
            self.stored[request.path].update(await request.json())
        return web.json_response(self.stored[request.path])

    @web.middleware
    async def counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Hold, fail or answer, and count it under the route's template."""
        if self.waits(request):
            self.waiting.set()
            await self.open.wait()
        status = self.fail(request)
        answer = web.Response(status=status) if status else await handler(request)
        resource = request.match_info.route.resource
        assert resource is not None
        self.answered[request.method, resource.canonical, answer.status] += 1
        return answer


@asynccontextmanager
async def serving() -> AsyncIterator[Memory]:
    """Serve an empty one inside the block."""
    memory = Memory()
    app = web.Application(middlewares=[memory.counted])
    for collection, item in ((APPLICATIONS, APPLICATION), (CONFIGURATIONS, CONFIGURATION)):
        app.router.add_post(collection, memory.create)
        app.router.add_get(collection, memory.page)
        for method in ("GET", "PUT", "DELETE"):
            app.router.add_route(method, item, memory.one)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    memory.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield memory
    finally:
        memory.open.set()
        await runner.cleanup()
