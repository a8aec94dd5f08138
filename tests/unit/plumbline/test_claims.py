"""Each ready-made claim is false of a project that breaks it, and says what it saw."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from fixtures.errors import OutOfReach, Unmet
from plumbline import claims
from plumbline.stations import Asked, Stations
from tests.unit.plumbline.table import METRIC, expected, prometheus, sample

JOB = expected().jobs[0]
FLOW = expected().flows[0]
GOOD = {"__name__": METRIC.name, "job": "orders", "instance": "orders:8000", "outcome": "accepted"}


class Desk:
    """A service that counts orders, and shows `shown` for each of them."""

    def __init__(self, shown: float = 1.0) -> None:
        self.shown, self.count = shown, 0
        self.http = httpx.AsyncClient(base_url="http://desk.example", transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Take an order, or show what was counted."""
        self.count += request.method == "POST"
        sample = f'{METRIC.name}{{outcome="accepted"}} {self.count * self.shown:g}'
        return httpx.Response(200, text=f"# TYPE {METRIC.name} counter\n{sample}\n")

    async def asked(self, service: str) -> httpx.AsyncClient:
        """Return its client, as the fixture `asked` does."""
        return self.http


def stations(desk: Desk, exporter: Desk | None = None, late: float = 1.0) -> Stations:
    """Return the stations of a desk; Prometheus tells `late` of each order, the exporter shows what the desk counts."""
    expositions = {"orders": desk.http} | ({"otlp": exporter.http} if exporter else {})
    return Stations(expected(), expositions, prometheus(lambda _: [sample(desk.count * late, **GOOD)]))


def targets(**changed: Any) -> Mapping[str, Any]:
    """Return what Prometheus says of the desk's target, some of it changed."""
    target = {"labels": {"job": "orders"}, "health": "up", "lastError": "", "scrapeUrl": "http://orders:8000/metrics"}
    samples = {"resultType": "vector", "result": [sample(float(changed.pop("samples", 9)))]}
    return {"/api/v1/targets": {"activeTargets": [{**target, **changed}]}, "/api/v1/query": samples}


async def test_target_that_is_up_is_up() -> None:
    await claims.test_target_is_up(prometheus(targets()), JOB)


@pytest.mark.parametrize(
    "changed",
    [{"health": "down", "lastError": "refused"}, {"labels": {"job": "other"}}, {"samples": 0}, {"samples": 101}],
    ids=["down", "unknown", "empty", "exploded"],
)
async def test_target_that_is_ill_is_found(changed: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        await claims.test_target_is_up(prometheus(targets(**changed)), JOB)


async def test_faulty_exposition_is_found() -> None:
    desk = Desk(shown=-1.0)
    await desk.http.post("/orders")

    with pytest.raises(AssertionError, match="counter-value"):
        await claims.test_exposition_has_no_fault(stations(desk), JOB)


async def test_exposition_that_is_not_published_is_not_run() -> None:
    with pytest.raises(OutOfReach, match="port 8889 of otel-collector is not published"):
        await claims.test_exposition_has_no_fault(stations(Desk()), expected().jobs[1])


async def test_metric_that_does_not_arrive_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbline.expected.SLOWNESS", 0.01)

    with pytest.raises(Unmet, match="orders_placed_total by otlp"):
        await claims.test_metric_arrives(prometheus(lambda _: []), expected(), METRIC, "otlp")


@pytest.mark.parametrize(
    ("way", "labels"),
    [
        ("scrape", GOOD | {"customer": "7"}),
        ("scrape", {key: value for key, value in GOOD.items() if key != "outcome"}),
        ("scrape", GOOD | {"outcome": "lost"}),
        ("scrape", GOOD | {"service_name": "orders"}),
        ("otlp", GOOD | {"customer": "7"}),
    ],
)
async def test_labels_outside_the_table_are_found(way: Any, labels: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        await claims.test_labels_are_those_of_the_table(
            prometheus(lambda _: [sample(1, **labels)]), expected(), METRIC, way
        )


@pytest.mark.parametrize(("way", "more"), [("scrape", {}), ("otlp", {"service_name": "orders"})])
async def test_labels_of_the_table_are_right(way: Any, more: dict[str, str]) -> None:
    good = prometheus(lambda _: [sample(1, **GOOD, **more)])

    await claims.test_labels_are_those_of_the_table(good, expected(), METRIC, way)


@pytest.mark.parametrize(("told", "right"), [("counter", True), ("gauge", False), (None, False)])
async def test_type_is_compared(told: str | None, right: bool) -> None:
    known = [{"metric": METRIC.name, "type": told, "unit": "", "help": "x"}] if told else []
    asked = claims.test_type_is_that_of_the_table(
        prometheus({"/api/v1/targets/metadata": known}), expected(), METRIC, "scrape"
    )

    if right:
        await asked
        return
    with pytest.raises(AssertionError):
        await asked


async def balance(stations: Stations, desk: Desk) -> None:
    asked: Asked = desk.asked
    await claims.test_flow_is_equal_at_every_station(stations, asked, FLOW)


async def test_exact_flow_balances() -> None:
    desk = Desk()
    await balance(stations(desk, desk), desk)

    assert desk.count == FLOW.times


@pytest.mark.parametrize(
    ("shown", "late", "station"),
    [(2.0, 2.0, "exposition of orders"), (1.0, 2.0, "prometheus, job orders")],
)
async def test_flow_that_is_counted_wrongly_names_the_station(
    monkeypatch: pytest.MonkeyPatch, shown: float, late: float, station: str
) -> None:
    monkeypatch.setattr("plumbline.expected.SLOWNESS", 0.01)
    desk = Desk(shown)

    with pytest.raises(Unmet, match=f"the difference arises at: {station}"):
        await balance(stations(desk, late=late), desk)


async def test_flow_that_comes_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbline.stations.SLACK", -1.0)
    desk = Desk()

    with pytest.raises(AssertionError, match="emit → exposition of orders"):
        await claims.test_flow_is_fresh(stations(desk), desk.asked, FLOW)
