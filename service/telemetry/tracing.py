"""Optional traces: one hand-made span for a sampled request and one for each of its statements.

Imported only where OTEL_TRACES_EXPORTER=otlp, because the SDK costs memory that a service without traces should keep.
Who is sampled is decided before any span is made: the SDK's spans that record nothing cost a request more than all its
metrics do, and here nobody needs them, since nothing is passed on to another service.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from random import random

from fastapi import FastAPI
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import __version__
from service.database import Database
from service.settings import Settings
from service.telemetry.contract import METHODS, OTHER_METHOD
from service.telemetry.instruments import Identity
from service.telemetry.middleware import route_of

_LAST_EXPORT_BOUND = 0.5
_EXPORT_TIMEOUT = 1.0


class TraceRequests:
    """Wraps each request in a server span that continues the caller's trace."""

    def __init__(self, app: ASGIApp, tracer: trace.Tracer, ratio: float) -> None:
        self._app = app
        self._tracer = tracer
        self._ratio = ratio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, inside a span if it is sampled."""
        if scope["type"] != "http" or not self._sampled(parent := _parent(scope["headers"])):
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else OTHER_METHOD
        # 500 is what the server sends when the application raises before it has answered.
        status = 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with _current(self._tracer, method, trace.SpanKind.SERVER, parent) as span:
            try:
                await self._app(scope, receive, told)
            finally:
                route = route_of(scope)
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                )
                if status >= 500:
                    span.set_status(trace.StatusCode.ERROR)

    def _sampled(self, parent: Context | None) -> bool:
        """A caller who traces has decided already; of all others chance takes the wanted share."""
        if parent is not None:
            known = trace.get_current_span(parent).get_span_context()
            if known.is_valid:
                return known.trace_flags.sampled
        return random() < self._ratio  # noqa: S311  # a share, not a secret


def _current(
    tracer: trace.Tracer, name: str, kind: trace.SpanKind, parent: Context | None = None
) -> AbstractContextManager[trace.Span]:
    """A span around what is done meanwhile, without an error's words: they carry what people sent."""
    return tracer.start_as_current_span(name, parent, kind, record_exception=False, set_status_on_exception=False)


def _parent(headers: Iterable[tuple[bytes, bytes]]) -> Context | None:
    """What the caller says of its trace, None where it says nothing."""
    if all(name != b"traceparent" for name, _ in headers):
        return None
    return propagate.extract({name.decode("latin-1"): value.decode("latin-1") for name, value in headers})


class Tracing:
    """The provider of this process and its end, which is bounded even where the receiver is gone."""

    def __init__(self, settings: Settings, identity: Identity) -> None:
        resource = Resource(
            {
                "service.name": identity.service_name,
                "service.instance.id": identity.service_instance_id,
                "service.version": identity.service_version,
            }
        )
        self._provider = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(f"{settings.otel_exporter_otlp_endpoint}/v1/traces", timeout=_EXPORT_TIMEOUT)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self.tracer = self._provider.get_tracer("config-service", __version__)

    def statement(self, operation: str, sql: str) -> AbstractContextManager[object]:
        """A client span around one statement of a sampled request; the text has placeholders, never values."""
        return self._statement(operation, sql) if trace.get_current_span().is_recording() else nullcontext()

    @contextmanager
    def _statement(self, operation: str, sql: str) -> Iterator[None]:
        said = {"db.system.name": "postgresql", "db.operation.name": operation, "db.query.text": sql}
        with _current(self.tracer, operation, trace.SpanKind.CLIENT) as span:
            span.set_attributes(said)
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(trace.StatusCode.ERROR)
                raise

    async def finish(self) -> None:
        """Flush for half a second; the process does not wait for the exporter's thread beyond that."""
        flushed = asyncio.get_running_loop().run_in_executor(None, self._provider.force_flush, 500)
        await asyncio.wait({flushed}, timeout=_LAST_EXPORT_BOUND)


def install(app: FastAPI, settings: Settings, identity: Identity, database: Database) -> Tracing:
    """Add the spans to the application and to its database."""
    tracing = Tracing(settings, identity)
    app.add_middleware(TraceRequests, tracer=tracing.tracer, ratio=settings.otel_traces_sampler_arg)
    database.span = tracing.statement
    return tracing
