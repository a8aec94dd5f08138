"""What the database makes the service wait for is in its metrics: statements, connections held, callers that wait."""

import asyncio
import json
import math
import time
from collections import Counter
from itertools import pairwise

import httpx
import pytest

from fixtures import deadlines
from fixtures.data import Maker, unique
from fixtures.environment import example
from fixtures.expectations import CONTRACT, Metric
from fixtures.exposition.reader import read
from fixtures.measured import Fact, exposed
from fixtures.polling import eventually
from fixtures.things import APPLICATIONS, Pool, Thing, held
from fixtures.wire import request

pytestmark = pytest.mark.pipeline
HISTOGRAMS = [each for each in CONTRACT if each.type == "histogram"]
MOST = int(example()["DATABASE_POOL_MAX"])
WAITING = 3
ACQUIRED_WITHIN = float(example()["DATABASE_ACQUIRE_TIMEOUT"])
HELD_SECONDS = 0.4
ROUTE = "/api/v1/applications/{application_id}"
STATE = {
    "used": Fact("db_client_connection_count", {"state": "used"}),
    "idle": Fact("db_client_connection_count", {"state": "idle"}),
    "pending": Fact("db_client_connection_pending_requests", {}),
}
TIME = {
    "answering": Fact("http_server_request_duration_seconds_sum", {"http_request_method": "PUT", "http_route": ROUTE}),
    "statements": Fact("db_client_operation_duration_seconds_sum", {"db_operation_name": "UPDATE"}),
    "waiting": Fact("db_client_connection_wait_time_seconds_sum", {}),
}
WAITED = [Fact(f"db_client_connection_wait_time_seconds_{part}", {}) for part in ("count", "sum")]
SLOW = {
    "request": ("http_server_request_duration_seconds", {"http_request_method": "PUT", "http_route": ROUTE}),
    "statement": ("db_client_operation_duration_seconds", {"db_operation_name": "UPDATE"}),
}


@pytest.fixture
async def locked_thing(make_application: Maker) -> Thing:
    """An application whose row a test may lock."""
    sent = {"name": unique("app"), "description": "first"}
    return Thing("application", APPLICATIONS, sent, await make_application(**sent))


async def pool_is(api: httpx.AsyncClient, **wanted: int) -> dict[str, float]:
    """Return the pool's gauges once they are as wanted."""

    async def gauges() -> dict[str, float]:
        return {name: await exposed(api, fact) for name, fact in STATE.items()}

    return await eventually(
        gauges,
        lambda seen: wanted.items() <= seen.items(),
        expected=f"a pool with {wanted}",
        of="config-service",
        within=deadlines.REQUEST,
        hint="curl the service's /metrics | grep db_client_connection",
    )


async def test_exhausted_pool_shows_who_holds_and_who_waits(
    api: httpx.AsyncClient, database: Pool, locked_thing: Thing
) -> None:
    before = [await exposed(api, fact) for fact in WAITED]
    spent = {name: await exposed(api, fact) for name, fact in TIME.items()}
    began = time.perf_counter()

    async with held(database, locked_thing, MOST):
        bodies = [locked_thing.body() for _ in range(MOST + WAITING)]
        writes = [asyncio.create_task(api.put(locked_thing.url, json=body)) for body in bodies]
        await pool_is(api, used=MOST, idle=0, pending=WAITING)
        await database.fetchval("SELECT pg_sleep($1)", HELD_SECONDS)
    answers = await asyncio.gather(*writes)
    client = time.perf_counter() - began

    done = Counter(each.status_code for each in answers)
    # A crowded machine may make the others wait for so long that they are refused, but never before their time.
    assert done == {httpx.codes.OK: len(answers)} or (client > ACQUIRED_WITHIN and done[httpx.codes.OK] >= MOST), done
    assert (await pool_is(api, used=0, pending=0))["idle"] > 0
    count, seconds = [await exposed(api, fact) - was for fact, was in zip(WAITED, before, strict=True)]
    assert count == done[httpx.codes.OK]
    assert (count - MOST) * HELD_SECONDS <= seconds <= count * client
    took = {name: await exposed(api, fact) - spent[name] for name, fact in TIME.items()}
    assert took["waiting"] + took["statements"] <= took["answering"], f"parts of requests took longer than all: {took}"


@pytest.mark.parametrize(("name", "labels"), SLOW.values(), ids=list(SLOW))
async def test_slow_work_is_measured_whole_in_seconds(
    api: httpx.AsyncClient, database: Pool, locked_thing: Thing, name: str, labels: dict[str, str]
) -> None:
    before = await exposed(api, Fact(f"{name}_sum", labels))
    began = time.perf_counter()

    async with held(database, locked_thing, 1):
        write = asyncio.create_task(api.put(locked_thing.url, json=locked_thing.body()))
        await pool_is(api, used=1)
        await database.fetchval("SELECT pg_sleep($1)", HELD_SECONDS)
    answer = await write

    client = time.perf_counter() - began
    assert answer.status_code == httpx.codes.OK
    # Seconds that the row was held, and seconds on the client's clock.
    assert HELD_SECONDS <= await exposed(api, Fact(f"{name}_sum", labels)) - before <= client


async def test_client_that_leaves_is_counted_all_the_same(
    api: httpx.AsyncClient, database: Pool, locked_thing: Thing
) -> None:
    counted = Fact("http_server_request_duration_seconds_count", SLOW["request"][1])
    active = Fact("http_server_active_requests", {"http_request_method": "PUT"})
    before = await exposed(api, counted)

    async with held(database, locked_thing, 1):
        _, writer = await asyncio.open_connection(api.base_url.host, api.base_url.port)
        writer.write(request("PUT", locked_thing.url, json.dumps(locked_thing.body()).encode()))
        await pool_is(api, used=1)
        writer.close()
        await database.fetchval("SELECT pg_sleep($1)", HELD_SECONDS)
    await pool_is(api, used=0, pending=0)

    row = await locked_thing.row(database) or {}
    seen = await eventually(
        lambda: asyncio.gather(exposed(api, counted), exposed(api, active)),
        lambda seen: list(seen) == [before + 1, 0],
        expected=f"{before + 1:g} answers to PUT and none in progress: the client left, its write went on",
        of="config-service",
        within=deadlines.REQUEST,
        hint="curl the service's /metrics | grep http_server",
    )
    assert (row["version"], seen[0]) == (2, before + 1)


async def test_client_that_leaves_in_its_body_is_no_fault_of_the_service(api: httpx.AsyncClient) -> None:
    route = {"http_request_method": "POST", "http_route": APPLICATIONS}
    invalid = Fact("http_server_request_duration_seconds_count", {**route, "http_response_status_code": "400"})
    faults = Fact("config_service_operations_total", {"entity": "application", "outcome": "error"})
    before = [await exposed(api, each) for each in (invalid, faults)]
    wanted = [1 if math.isnan(before[0]) else before[0] + 1, before[1]]

    _, writer = await asyncio.open_connection(api.base_url.host, api.base_url.port)
    writer.write(request("POST", APPLICATIONS, b'{"name": "', content_length=100))
    await writer.drain()
    writer.close()

    await eventually(
        lambda: asyncio.gather(exposed(api, invalid), exposed(api, faults)),
        lambda seen: list(seen) == wanted,
        expected=f"{wanted[0]:g} answers 400 to POST and {wanted[1]:g} faults: whoever left, it was the client",
        of="config-service",
        within=deadlines.REQUEST,
        hint="curl the service's /metrics | grep config_service_operations_total",
    )


@pytest.mark.parametrize("metric", HISTOGRAMS, ids=lambda each: each.name)
async def test_sum_lies_between_the_bounds_of_its_buckets(
    api: httpx.AsyncClient, make_application: Maker, metric: Metric
) -> None:
    await make_application()
    family = read((await api.get("/metrics")).content, "classic").families[metric.name]
    series: dict[str, dict[str, float]] = {}
    for each in family.samples:
        labels = {key: value for key, value in each.labels.items() if key != "le"}
        series.setdefault(str(labels), {})[each.labels.get("le", each.name.rsplit("_", 1)[1])] = each.value

    wrong = {labels: seen for labels, seen in series.items() if not possible(seen)}

    assert any(seen["count"] for seen in series.values())
    assert wrong == {}, "what was observed cannot be in these buckets and have this sum"


def possible(seen: dict[str, float]) -> bool:
    """Whether a sum can be that of the observations in the buckets, each between its bucket's bounds."""
    bounds = [0.0, *sorted(float(each) for each in seen if each not in ("count", "sum"))]
    upto = [0.0, *sorted(value for each, value in seen.items() if each not in ("count", "sum"))]
    buckets = list(zip(pairwise(bounds), (after - before for before, after in pairwise(upto)), strict=True))
    least = sum(count * low for (low, _), count in buckets)
    most = sum(count * high for (_, high), count in buckets if count)
    return least <= seen["sum"] <= most
