"""The one measurement of a request, as a bare ASGI layer."""

from collections.abc import Awaitable
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.telemetry.contract import METHODS, OTHER_METHOD, UNMATCHED
from service.telemetry.instruments import Instruments


class MeasureRequests:
    """Counts each request just before its last byte is handed out, so that who has the answer finds it counted."""

    def __init__(self, app: ASGIApp, instruments: Instruments) -> None:
        self._app = app
        self._instruments = instruments

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and measure it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else OTHER_METHOD
        active = self._instruments.active[method]
        # 500 is what the server sends when the application raises before it has answered.
        status, counted = 500, False
        active.value += 1
        started = perf_counter()

        # Not a coroutine itself: it hands out the server's own, and a request is spared a frame for each message.
        def measured(message: Message) -> Awaitable[None]:
            nonlocal status, counted
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not counted and not message.get("more_body"):
                counted = True
                active.value -= 1
                self._instruments.request_finished(method, route_of(scope), status, perf_counter() - started)
            return send(message)

        try:
            await self._app(scope, receive, measured)
        finally:
            if not counted:
                active.value -= 1
                self._instruments.request_finished(method, route_of(scope), status, perf_counter() - started)


def route_of(scope: Scope) -> str:
    """The template of the route that took the request.

    The routers here carry their whole prefix themselves, so the route's own path is the full template; a prefix given
    to ``include_router`` would be missing from it (a test compares these templates with the OpenAPI document).
    """
    route = scope.get("route")
    return UNMATCHED if route is None else str(route.path)
