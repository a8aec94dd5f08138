"""create_app and lifespan: what is made, in which order it starts, and how it ends within its bounds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from service import __version__, probes, problems, routes
from service.database import Database
from service.logs import configure, leave_out_look_ups
from service.repository import Applications, Configurations, Missing, RepositoryError, Stale
from service.settings import Settings, load
from service.telemetry.instruments import Identity, Instruments
from service.telemetry.middleware import MeasureRequests
from service.telemetry.push import Pusher
from service.watch import Watch

LAST_EXPORT_BOUND = 0.8
"""Seconds for the last export; with uvicorn's drain and the pool's end it stays under the 5 s of a stop."""
POOL_CLOSE_BOUND = 0.3


def create_app(settings: Settings) -> FastAPI:
    """The application; it touches nothing outside the process before its lifespan begins."""
    app = FastAPI(
        title="Configuration Service",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=None,
        redirect_slashes=False,
    )
    instruments = None if settings.otel_sdk_disabled else Instruments(Identity(settings.otel_service_name))
    database = Database(settings, instruments)
    app.state.settings = settings
    app.state.instruments = instruments
    app.state.database = database
    app.state.tracing = None
    app.state.applications = Applications(database)
    app.state.configurations = Configurations(database)
    _add_routes(app, with_metrics=instruments is not None)
    problems.install(app)
    app.add_exception_handler(RepositoryError, _on_repository_error)
    if instruments is not None:
        if settings.otel_traces_exporter == "otlp":
            from service.telemetry.tracing import install  # the SDK is loaded only where it is used

            app.state.tracing = install(app, settings, instruments.identity, database)
        app.add_middleware(MeasureRequests, instruments=instruments)
    return app


def from_environment() -> FastAPI:
    """The application as the environment describes it; uvicorn's factory for reloading."""
    settings = load()
    configure(settings.log_level)
    return create_app(settings)


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Listen at once and look for the database in the background; on the way out export once more, then let go."""
    settings: Settings = app.state.settings
    instruments: Instruments | None = app.state.instruments
    asyncio.get_running_loop().set_exception_handler(leave_out_look_ups)
    watch = app.state.watch = Watch(settings, app.state.database, instruments)
    tasks = [asyncio.create_task(watch.run(), name="watch")]
    pusher = None
    if instruments is not None and settings.otel_exporter_otlp_endpoint:
        pusher = Pusher(instruments, settings.otel_exporter_otlp_endpoint, settings.export_interval)
        tasks.append(asyncio.create_task(pusher.run(), name="push"))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if pusher is not None:
            await pusher.finish(LAST_EXPORT_BOUND)
        if app.state.tracing is not None:
            await app.state.tracing.finish()
        await app.state.database.close(POOL_CLOSE_BOUND)


def _add_routes(app: FastAPI, *, with_metrics: bool) -> None:
    routers = [probes.router, routes.router, *([probes.metrics_router] if with_metrics else [])]
    found = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    for router in routers:
        app.include_router(router)
    for route in found:
        if "GET" in (route.methods or ()):
            app.add_api_route(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)
    # Who asks with a wrong method is told every right one.
    app.state.routes = [*found, *(route for route in app.routes if isinstance(route, APIRoute))]


async def _on_repository_error(request: Request, error: Exception) -> Response:
    if isinstance(error, Missing):
        return problems.answer(problems.Problem(404, "There is no such resource."))
    if isinstance(error, Stale):
        return problems.answer(problems.Problem(412, "The resource has another version by now."))
    return problems.answer(problems.Problem(409, "Another one has this name already."))
