"""What the metrics say is so: held against the client's own clock, the database's own view, and the engine's."""

import asyncio
import time
import uuid
from datetime import datetime
from itertools import pairwise

import asyncpg
import httpx
import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.data import Maker, unique
from fixtures.environment import example
from fixtures.expectations import REACHES
from fixtures.figures import figures
from fixtures.measured import Fact, exposed
from fixtures.polling import eventually
from fixtures.things import APPLICATIONS, rows

pytestmark = pytest.mark.pipeline
REQUESTS = 25
GRAIN = 1e-4
"""Seconds: coarser steps would lose the quick requests."""
WORK, CPU_GRAIN = 200, 0.05
"""Requests that take CPU seconds of the service, and seconds that the kernel's two counts may differ."""
LARGE, WARM_UP, REPEATED = 60_000, 50, 200
CLOCK_TOLERANCE = 2.0
MEMORY_TOLERANCE = 32 * 2**20


def duration(part: str, route: str, method: str, status: int) -> Fact:
    """A part (`sum`, `count`) of the request histogram of one route."""
    labels = {"http_request_method": method, "http_route": route, "http_response_status_code": str(status)}
    return Fact(f"http_server_request_duration_seconds_{part}", labels)


async def active(api: httpx.AsyncClient, fact: Fact, wanted: int) -> None:
    """Wait until the gauge says so."""
    await eventually(
        lambda: exposed(api, fact),
        lambda seen: seen == wanted,
        expected=f"{wanted} active requests",
        of="config-service",
        within=deadlines.REQUEST,
        hint="curl the service's /metrics | grep http_server_active_requests",
    )


async def test_measured_time_fits_in_the_client_s(api: httpx.AsyncClient) -> None:
    fact = duration("sum", "/api/v1/applications", "GET", 200)
    before = await exposed(api, fact)
    began = time.perf_counter()

    for _ in range(REQUESTS):
        (await api.get("/api/v1/applications")).raise_for_status()

    client = time.perf_counter() - began
    assert client * 0.02 < await exposed(api, fact) - before < client, (
        "seconds measured by the service and by the client"
    )


@pytest.mark.parametrize("entity", ["application", "configuration"])
@pytest.mark.parametrize(
    ("statement", "method", "listed"),
    [
        ("INSERT", "POST", True),
        ("SELECT", "GET", True),
        ("SELECT", "GET", False),
        ("UPDATE", "PUT", False),
        ("DELETE", "DELETE", False),
    ],
)
async def test_each_statement_is_measured(
    api: httpx.AsyncClient, make_configuration: Maker, entity: str, statement: str, method: str, listed: bool
) -> None:
    made = await make_configuration()
    collection, one = APPLICATIONS, made["application_id"]
    if entity == "configuration":
        collection, one = f"{APPLICATIONS}/{made['application_id']}/configurations", made["id"]
    name = "db_client_operation_duration_seconds_count"
    facts = [Fact(name, {"db_operation_name": statement}), Fact(name, {})]
    before = [await exposed(api, fact) for fact in facts]
    body = {"name": unique(), **({"document": {}} if entity == "configuration" else {})}
    url = collection if listed else f"{collection}/{one}"

    answer = await api.request(method, url, json=None if method in ("GET", "DELETE") else body)

    assert answer.is_success
    assert [await exposed(api, fact) - was for fact, was in zip(facts, before, strict=True)] == [1, 1], (
        f"{statement} statements, and all"
    )
    if method == "POST":
        await api.delete(answer.headers["location"])


async def test_durations_are_added_up_as_finely_as_they_are_measured(api: httpx.AsyncClient) -> None:
    fact = duration("sum", APPLICATIONS, "GET", 200)
    sums = [await exposed(api, fact)]

    for _ in range(REQUESTS):
        (await api.get(APPLICATIONS)).raise_for_status()
        sums.append(await exposed(api, fact))

    steps = [(later - sooner) / GRAIN for sooner, later in pairwise(sums)]
    rounded = [each for each in steps if abs(each - round(each)) < 0.01]
    assert len(rounded) < REQUESTS / 2, f"{len(rounded)} of {REQUESTS} durations are whole multiples of {GRAIN} s"


@pytest.mark.parametrize("entity", ["application", "configuration"])
async def test_what_was_replaced_is_still_stored(
    api: httpx.AsyncClient, make_configuration: Maker, database: "asyncpg.Pool[asyncpg.Record]", entity: str
) -> None:
    made = await make_configuration()
    owner = f"{APPLICATIONS}/{made['application_id']}"
    (await api.put(owner, json={"name": unique()})).raise_for_status()
    body = {"name": unique(), "document": {"replaced": True}}
    (await api.put(f"{owner}/configurations/{made['id']}", json=body)).raise_for_status()

    async def both() -> tuple[float, float]:
        return await exposed(api, Fact("config_service_stored", {"entity": entity})), await rows(database, entity)

    await eventually(
        both,
        lambda seen: seen[0] == seen[1],
        expected=f"as many {entity}s by config_service_stored as there are rows",
        of="config-service",
        within=deadlines.EXPORT + deadlines.REQUEST,
        hint=f"psql: count the {entity}s",
    )


async def test_statement_that_fails_is_measured_too(api: httpx.AsyncClient, make_application: Maker) -> None:
    taken = (await make_application())["name"]
    fact = Fact("db_client_operation_duration_seconds_count", {"db_operation_name": "INSERT"})
    before = await exposed(api, fact)

    answer = await api.post("/api/v1/applications", json={"name": taken})

    assert answer.status_code == httpx.codes.CONFLICT
    assert await exposed(api, fact) == before + 1


async def test_pool_gauges_are_the_database_s_view(
    stack: Stack, api: httpx.AsyncClient, database: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    address = (await stack.containers())["config-service"].details["NetworkSettings"]["Networks"][stack.network]
    query = "SELECT count(*) FROM pg_stat_activity WHERE client_addr = $1::text::inet"

    open_ = await exposed(api, Fact("db_client_connection_count", {}))
    seen = float(await database.fetchval(query, address["IPAddress"]))

    # The watcher of the database has a connection of its own beside the pool.
    assert open_ + 1 == seen, (
        f"connections by the service's gauge and by pg_stat_activity, peers {REACHES['config-service']}"
    )
    assert await exposed(api, Fact("db_client_connection_max", {})) == float(example()["DATABASE_POOL_MAX"])
    assert await exposed(api, Fact("db_client_connection_pending_requests", {})) == 0


async def test_active_requests_count_the_one_that_hangs(stack: Stack, api: httpx.AsyncClient) -> None:
    fact = Fact("http_server_active_requests", {"http_request_method": "POST"})
    before = await exposed(api, fact)
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port("config-service"))
    head = (
        "POST /api/v1/applications HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"
    )
    writer.write(head.encode())
    await writer.drain()

    await active(api, fact, 1)
    writer.close()
    await reader.read()

    assert before == 0
    await active(api, fact, 0)


async def test_only_the_scrape_itself_is_active_at_rest(api: httpx.AsyncClient, make_application: Maker) -> None:
    gone = f"/api/v1/applications/{(await make_application())['id']}"
    for method in ("GET", "PUT", "DELETE", "DELETE", "PUT", "HEAD", "PATCH", "POST", "OPTIONS", "BREW"):
        await api.request(method, gone, json={"name": unique()} if method == "PUT" else None)

    await active(api, Fact("http_server_active_requests", {}), 1)


async def test_database_is_left_alone_at_rest(stack: Stack, database: "asyncpg.Pool[asyncpg.Record]") -> None:
    address = (await stack.containers())["config-service"].details["NetworkSettings"]["Networks"][stack.network]
    query = """SELECT extract(epoch FROM min(clock_timestamp() - state_change))::float
               FROM pg_stat_activity WHERE client_addr = $1::text::inet"""

    await eventually(
        lambda: database.fetchval(query, address["IPAddress"]),
        lambda seen: seen > deadlines.EXPORT / 3,
        expected=f"{deadlines.EXPORT / 3:.2f} s without a statement of the service, which counts rows every second",
        of="config-service",
        within=deadlines.REQUEST,
        hint="look at how often service/watch.py counts",
    )


async def test_memory_does_not_grow_with_requests(api: httpx.AsyncClient, make_application: Maker) -> None:
    memory, files = Fact("process_resident_memory_bytes", {}), Fact("process_open_fds", {})
    url = f"/api/v1/applications/{(await make_application())['id']}/configurations"

    async def stored(times: int) -> float:
        for _ in range(times):
            made = await api.post(url, json={"name": unique(), "document": {"large": "x" * LARGE}})
            await api.delete(made.headers["location"])
        return await exposed(api, memory)

    before, opened = await stored(WARM_UP), await exposed(api, files)
    assert await stored(REPEATED) - before < LARGE * REPEATED / 2, "bytes kept of requests that are over"
    assert await exposed(api, files) - opened < REPEATED / 2, "files kept open by requests that are over"


async def test_unmatched_paths_share_one_route(api: httpx.AsyncClient) -> None:
    fact = duration("count", "/{unmatched}", "GET", 404)
    await api.get(f"/{uuid.uuid4()}")
    before = await exposed(api, fact)

    await api.get(f"/{uuid.uuid4()}")

    assert await exposed(api, fact) == before + 1


async def test_process_metrics_are_the_container_s(stack: Stack, api: httpx.AsyncClient) -> None:
    container = (await stack.containers())["config-service"]
    started = datetime.fromisoformat(container.state["StartedAt"][:26].rstrip("Z") + "+00:00").timestamp()

    engine = await figures(container.id)

    assert await exposed(api, Fact("process_start_time_seconds", {})) == pytest.approx(started, abs=CLOCK_TOLERANCE)
    memory = await exposed(api, Fact("process_resident_memory_bytes", {}))
    assert memory == pytest.approx(engine.memory_bytes, abs=MEMORY_TOLERANCE)
    cpu = await exposed(api, Fact("process_cpu_seconds_total", {}))
    assert 0 < cpu <= engine.cpu_seconds + 0.5


async def test_process_cpu_grows_with_the_work(stack: Stack, api: httpx.AsyncClient) -> None:
    container, spent = (await stack.containers())["config-service"], Fact("process_cpu_seconds_total", {})
    before = await figures(container.id), await exposed(api, spent)

    for _ in range(WORK):
        (await api.get(APPLICATIONS)).raise_for_status()

    # The engine is asked first and last, and counts health checks too, each a process of its own.
    process = await exposed(api, spent) - before[1]
    engine = (await figures(container.id)).cpu_seconds - before[0].cpu_seconds
    assert 0.2 * engine < process < engine + CPU_GRAIN, "CPU seconds of the process and of its container"


async def test_build_information_is_the_image_s(stack: Stack, api: httpx.AsyncClient) -> None:
    version = next(each.version for each in stack.images if each.service == "config-service")

    assert await exposed(api, Fact("config_service_build_info", {"version": version})) == 1
