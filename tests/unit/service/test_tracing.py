"""Who is sampled gets spans, who is not gets none and pays for none; a caller who traces decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import Message, Receive, Scope, Send

from service.settings import Settings
from service.telemetry import tracing as module
from service.telemetry.instruments import Identity
from service.telemetry.tracing import TraceRequests, Tracing

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED, UNSAMPLED = f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-00"
BROKEN = "00-" + "g" * 32 + "-1-zz"


@dataclass(frozen=True)
class Traced:
    """The service's own tracing, whose exporter keeps the spans here instead of sending them."""

    tracing: Tracing
    exporter: InMemorySpanExporter

    def ended(self) -> tuple[ReadableSpan, ...]:
        """Every span that has ended, in that order."""
        assert self.tracing._provider.force_flush(5000)
        return self.exporter.get_finished_spans()


@pytest.fixture
def traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    """Tracing of this test's own."""
    exporter = InMemorySpanExporter()
    monkeypatch.setattr(module, "OTLPSpanExporter", lambda *_, **__: exporter)
    password = tmp_path / "password"
    password.write_text("x")
    settings = Settings(database_host="h", database_name="d", database_user="u", database_password_file=password)
    made = Tracing(settings, Identity("test"))
    yield Traced(made, exporter)
    made._provider.shutdown()


async def answered(traced: Traced, ratio: float, *parents: str, status: int = 200) -> list[bool]:
    """Let an application that runs one statement answer one request for each parent; say whether it saw a span."""
    recording = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        recording.append(trace.get_current_span().is_recording())
        with traced.tracing.statement("SELECT", "SELECT $1"):
            await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        return

    layer = TraceRequests(app, traced.tracing.tracer, ratio)
    for parent in parents:
        headers = [(b"host", b"h"), *([(b"traceparent", parent.encode())] if parent else [])]
        await layer({"type": "http", "method": "GET", "headers": headers}, receive, send)
    return recording


def ids(span: ReadableSpan) -> tuple[str, str]:
    assert span.context is not None
    return f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}" if span.parent else ""


async def test_sampled_request_and_its_statement_are_one_trace(traced: Traced) -> None:
    await answered(traced, 1.0, "", status=503)

    statement, request = traced.ended()
    assert request.parent is None
    assert (request.name, request.kind) == ("GET /{unmatched}", trace.SpanKind.SERVER)
    assert request.attributes == {
        "http.request.method": "GET",
        "http.route": "/{unmatched}",
        "http.response.status_code": 503,
    }
    assert request.status.status_code is trace.StatusCode.ERROR
    assert request.context is not None
    assert ids(statement) == (ids(request)[0], f"{request.context.span_id:016x}")
    assert (statement.attributes or {})["db.query.text"] == "SELECT $1"


@pytest.mark.parametrize(
    ("ratio", "parent", "recorded"),
    [
        pytest.param(0.0, "", False, id="chance says no"),
        pytest.param(1.0, "", True, id="chance says yes"),
        pytest.param(0.0, SAMPLED, True, id="caller samples"),
        pytest.param(1.0, UNSAMPLED, False, id="caller does not sample"),
        pytest.param(0.0, BROKEN, False, id="caller says nothing readable, chance says no"),
        pytest.param(1.0, BROKEN, True, id="caller says nothing readable, chance says yes"),
    ],
)
async def test_spans_are_made_for_the_sampled_only(traced: Traced, ratio: float, parent: str, recorded: bool) -> None:
    seen = await answered(traced, ratio, parent)

    assert seen == [recorded]
    assert len(traced.ended()) == (2 if recorded else 0)


async def test_caller_s_trace_is_continued(traced: Traced) -> None:
    await answered(traced, 0.0, SAMPLED)

    assert ids(traced.ended()[-1]) == (TRACE, PARENT)


async def test_chance_takes_the_wanted_share(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([0.009, 0.011, 0.5, 0.0, 0.01])
    monkeypatch.setattr(module, "random", lambda: next(drawn))

    assert await answered(traced, 0.01, *[""] * 5) == [True, False, False, True, False]
