"""What machines ask of the service itself: alive, ready, measured, described."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from service.openapi import Responses, document, problems_of
from service.telemetry.exposition import render
from service.telemetry.instruments import Instruments
from service.watch import Watch

READY_BOUND = 1.0
"""Seconds that /ready waits for the database."""

_READY: Responses = {200: {"description": "The database answers"}, **problems_of(500, 503)}

router = APIRouter()
metrics_router = APIRouter()
"""Included only where telemetry is on."""


@router.get("/health", response_class=JSONResponse, responses={200: {"description": "The process is alive"}})
async def health() -> Response:
    """Liveness: says nothing about the database."""
    return JSONResponse({"status": "alive"})


@router.get("/ready", response_class=JSONResponse, responses=_READY)
async def ready(request: Request) -> Response:
    """Readiness: asks the database, within one second."""
    watch: Watch = request.app.state.watch
    await watch.check(READY_BOUND)
    return JSONResponse({"status": "ready"})


@metrics_router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """The exposition, classic or OpenMetrics by Accept; a scrape is counted as it is sent, so the next one shows it."""
    instruments: Instruments = request.app.state.instruments
    accept, encoding = request.headers.get("accept", ""), request.headers.get("accept-encoding", "")
    body, headers = render(instruments.registry, accept, encoding)
    return Response(body, headers=headers)


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(document(request.app))
