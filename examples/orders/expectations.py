"""What must exist in the order desk's project: the table that the proof walks."""

from pathlib import Path

import httpx

from plumbline import Expected, Fact, Flow, Metric, ScrapeJob

PLACED = "orders_placed_total"


async def order(http: httpx.AsyncClient) -> None:
    """Place an order that is accepted."""
    (await http.post("/orders", json={"pieces": 3})).raise_for_status()


async def order_too_much(http: httpx.AsyncClient) -> None:
    """Place an order that is refused."""
    assert (await http.post("/orders", json={"pieces": 101})).status_code == httpx.codes.UNPROCESSABLE_ENTITY


EXPECTED = Expected(
    ports={"orders": 8000, "otel-collector": 8889, "prometheus": 9090, "grafana": 3000},
    jobs=[ScrapeJob("orders", "orders", 8000, 100), ScrapeJob("otlp", "otel-collector", 8889, 100)],
    metrics=[Metric(PLACED, "counter", "1", {"outcome": frozenset({"accepted", "refused"})})],
    flows=[
        Flow("accepted orders", "orders", order, Fact(PLACED, {"outcome": "accepted"})),
        Flow("refused orders", "orders", order_too_much, Fact(PLACED, {"outcome": "refused"})),
    ],
    paths={"scrape": "orders", "otlp": "otlp"},
    dashboards=[Path(__file__).with_name("grafana") / "orders.json"],
    scrape_interval=1,
    export_interval=1,
)
