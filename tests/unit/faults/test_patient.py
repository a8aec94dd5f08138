"""What a stack lacks to be whole: each thing that is missing is named, by servers of this process."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.errors import Unmet
from fixtures.expectations import SCRAPE_JOBS
from fixtures.faults.patient import Patient, examined
from tests.unit.fixtures.fake_docker import FakeDocker

COUNTED = 'config_service_operations_total{entity="application"} 7\ninfo{service_instance_id="one"} 1\n'
JOBS = [each.name for each in SCRAPE_JOBS]


class Parts:
    """Answers for every part; what is broken is chosen by its path."""

    def __init__(self) -> None:
        self.up = list(JOBS)
        self.pushed = 7.0
        self.status = {"/ready": 200, "/-/healthy": 200}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.path
        if path == "/metrics":
            return httpx.Response(200, text=COUNTED)
        if path == "/api/v1/query":
            pushed = b"otlp" in request.content
            labels = [{}] if pushed else [{"job": each} for each in self.up]
            value = str(self.pushed if pushed else 1)
            found = [{"metric": each, "value": [1.0, value]} for each in labels]
            return httpx.Response(200, json={"data": {"resultType": "vector", "result": found}})
        if self.status.get(path) == 0:
            raise httpx.ConnectError("refused")
        return httpx.Response(self.status.get(path, 200))


@pytest_asyncio.fixture
async def parts(fake_docker: FakeDocker, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Parts]:
    """Parts that are all well, behind the clients of a patient; Grafana's data source is."""
    answers = Parts()
    own = httpx.MockTransport(answers)
    monkeypatch.setattr("fixtures.faults.patient.client", lambda url: httpx.AsyncClient(base_url=url, transport=own))

    async def fed(_: Patient) -> list[str]:
        return []

    monkeypatch.setattr(Patient, "_panels", fed)
    names = (
        ("config-service", 8000),
        ("otel-collector", 8889),
        ("prometheus", 9090),
        ("grafana", 3000),
        ("cadvisor", 8080),
    )
    stack.ports.update({name: 40000 + number for number, name in enumerate(names)})
    yield answers


async def test_whole_stack_lacks_nothing(parts: Parts, stack: Stack) -> None:
    async with examined(stack) as patient:
        assert await patient.lacking(0.0, {}) == []
        assert await patient.silent() == []
        assert await patient.whole(time.monotonic(), 5) < 5


async def test_everything_that_is_missing_is_named(parts: Parts, stack: Stack) -> None:
    parts.up.remove("cadvisor")
    parts.pushed = 6.0
    parts.status["/ready"] = 503

    async with examined(stack) as patient:
        found = await patient.lacking(0.0, {})

    assert found == [
        "/ready answered 503",
        "no good scrape of cadvisor since",
        "fewer than 7 operations by OTLP",
    ]


async def test_what_was_counted_at_first_is_enough(parts: Parts, stack: Stack) -> None:
    parts.pushed = 6.0

    async with examined(stack) as patient:
        assert await patient.lacking(0.0, {"one": 6.0}) == []


async def test_part_that_does_not_answer_is_named_and_ports_are_asked_anew(
    parts: Parts, stack: Stack, fake_docker: FakeDocker
) -> None:
    parts.status["/ready"] = 0

    async with examined(stack) as patient:
        assert await patient.lacking(0.0, {}) == ["ConnectError('refused')"]

    assert any(each.line.startswith("container inspect") for each in fake_docker.calls())


async def test_stack_that_stays_broken_is_told(parts: Parts, stack: Stack) -> None:
    parts.up.remove("otlp")

    async with examined(stack) as patient:
        with pytest.raises(Unmet, match="no good scrape of otlp since"):
            await patient.whole(time.monotonic(), 0.1)


@pytest.mark.parametrize("status", [0, 500])
async def test_silent_part_is_named(parts: Parts, stack: Stack, status: int) -> None:
    parts.status["/-/healthy"] = status

    async with examined(stack) as patient:
        assert await patient.silent("grafana") == ["prometheus"]
        assert await patient.silent("prometheus") == []


async def test_last_address_is_remembered(parts: Parts, stack: Stack) -> None:
    async with examined(stack) as patient:
        before = patient.url("grafana")
        stack.ports.clear()

        assert patient.url("grafana") == before
