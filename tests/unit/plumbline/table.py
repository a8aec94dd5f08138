"""A small table of expectations, and a Prometheus that answers as it is told."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from fixtures.expectations import Metric, ScrapeJob
from fixtures.measured import Fact
from fixtures.prometheus import Prometheus
from plumbline import Expected, Flow

FACT = Fact("orders_placed_total", {"outcome": "accepted"})
METRIC = Metric("orders_placed_total", "counter", "1", {"outcome": frozenset({"accepted", "refused"})})


async def act(http: httpx.AsyncClient) -> None:
    (await http.post("/orders")).raise_for_status()


def expected(**changed: Any) -> Expected:
    """Return a table that defines all it names, some of it changed."""
    whole: dict[str, Any] = {
        "ports": {"orders": 8000, "prometheus": 9090},
        "jobs": [ScrapeJob("orders", "orders", 8000, 100), ScrapeJob("otlp", "otel-collector", 8889, 100)],
        "metrics": [METRIC],
        "flows": [Flow("orders", "orders", act, FACT, times=3)],
        "paths": {"scrape": "orders", "otlp": "otlp"},
        "scrape_interval": 0.01,
    }
    return Expected(**{**whole, **changed})


def prometheus(answers: Mapping[str, Any] | Callable[[str], Any]) -> Prometheus:
    """Return a client whose server has this data: by path, or for every path the vector that a query gets."""

    def answer(request: httpx.Request) -> httpx.Response:
        if callable(answers):
            data: Any = {"resultType": "vector", "result": answers(request.read().decode())}
        else:
            data = answers[request.url.path]
        return httpx.Response(200, content=json.dumps({"status": "success", "data": data}))

    return Prometheus(httpx.AsyncClient(base_url="http://prometheus.example", transport=httpx.MockTransport(answer)))


def sample(value: float, **labels: str) -> dict[str, Any]:
    """Return one sample as Prometheus' API has it."""
    return {"metric": labels, "value": [1.0, str(value)]}
