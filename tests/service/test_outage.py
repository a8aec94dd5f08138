"""The database goes and comes back: errors that say so, at once or within bounds, one line in the log each way."""

import asyncio
import sys
import time
from collections import Counter

import httpx

from fixtures.polling import eventually
from tests.service.names import APPLICATIONS, application, unique
from tests.service.postgres import Postgres
from tests.service.relay import Relay
from tests.service.running import Service, free_port
from tests.service.stage import Launch


def through(relay: Relay) -> dict[str, str]:
    return {"DATABASE_PORT": str(relay.port), "DATABASE_HOST": "127.0.0.1"}


async def test_service_listens_before_its_database_is_there(launch: Launch, postgres: Postgres, relay: Relay) -> None:
    async with relay.cut():
        service = await launch(wait=False, **through(relay))
        answers = [await service.client.get(path) for path in ("/health", "/ready", APPLICATIONS)]

    await service.answers("/ready", 200, within=3)

    assert [answer.status_code for answer in answers] == [200, 503, 503]
    assert len(service.logged("database is away")) == len(service.logged("database is there")) == 1


async def test_cut_off_database_is_a_problem_not_a_crash(launch: Launch, relay: Relay) -> None:
    service = await launch(**through(relay))
    await application(service.client)

    async with relay.cut():
        answers = await asyncio.gather(*(service.client.get(APPLICATIONS) for _ in range(50)))
        await service.answers("/ready", 503)
        stored = await service.metric("config_service_stored", entity="application")
    await service.answers("/ready", 200, within=3)

    assert Counter(answer.status_code for answer in answers) == {503: 50}
    assert {answer.headers["retry-after"] for answer in answers} == {"1"}
    assert stored is None
    assert (await service.client.get(APPLICATIONS)).json()["total"] == 1
    assert len(service.logged("database is away")) == 1
    assert "Traceback" not in service.log


async def test_unavailable_operations_are_counted(launch: Launch, relay: Relay) -> None:
    service = await launch(**through(relay))

    async with relay.cut():
        for _ in range(7):
            await service.client.get(APPLICATIONS)

    labels = {"entity": "application", "operation": "list", "outcome": "unavailable"}
    assert await service.metric("config_service_operations_total", **labels) == 7


async def test_silent_database_holds_nobody_beyond_the_bound(launch: Launch, relay: Relay) -> None:
    service = await launch(**through(relay), DATABASE_COMMAND_TIMEOUT="0.5", DATABASE_ACQUIRE_TIMEOUT="0.5")

    async with relay.stalled():
        started = time.monotonic()
        answers = await asyncio.gather(
            *(service.client.get(APPLICATIONS) for _ in range(30)), service.client.get("/ready")
        )
        took = time.monotonic() - started
    await service.answers("/ready", 200, within=5)

    assert {answer.status_code for answer in answers} == {503}
    assert took < 2.5
    assert (await service.client.get(APPLICATIONS)).status_code == 200


async def test_paused_container_is_noticed_and_forgotten(launch: Launch, postgres: Postgres) -> None:
    service = await launch(DATABASE_COMMAND_TIMEOUT="0.5", DATABASE_ACQUIRE_TIMEOUT="0.5")
    container = postgres.container.get_wrapped_container()

    await asyncio.to_thread(container.pause)
    try:
        await service.answers("/ready", 503)
    finally:
        await asyncio.to_thread(container.unpause)

    await service.answers("/ready", 200, within=5)
    assert (await application(service.client))["version"] == 1


async def test_terminated_sessions_are_replaced(launch: Launch, postgres: Postgres) -> None:
    service = await launch()
    await asyncio.gather(*(service.client.get(APPLICATIONS) for _ in range(20)))

    async with postgres.session() as session:
        await session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", service.database
        )

    async def statuses() -> set[int]:
        answers = await asyncio.gather(*(service.client.get(APPLICATIONS) for _ in range(20)))
        return {answer.status_code for answer in answers}

    await eventually(
        statuses,
        lambda seen: seen == {200},
        expected="only 200",
        of="20 requests at once",
        within=3,
        hint="database.py",
    )
    assert "Traceback" not in service.log


async def test_exhausted_pool_is_seen_and_refuses_in_time(launch: Launch, postgres: Postgres) -> None:
    service = await launch(DATABASE_POOL_MAX="3", DATABASE_ACQUIRE_TIMEOUT="0.7")

    async with postgres.session(service.database) as session:
        async with session.transaction():
            await session.execute("LOCK TABLE applications IN ACCESS EXCLUSIVE MODE")
            requests = [
                asyncio.create_task(service.client.post(APPLICATIONS, json={"name": unique()})) for _ in range(10)
            ]
            await _pool_shows(service, used=3, pending=7)
            await asyncio.wait(requests, timeout=1.5)
        answers = await asyncio.gather(*requests)

    assert Counter(answer.status_code for answer in answers) == {201: 3, 503: 7}
    await _pool_shows(service, used=0, pending=0)
    assert await service.metric("db_client_connection_max") == 3


async def _pool_shows(service: Service, used: float, pending: float) -> None:
    async def seen() -> tuple[float | None, float | None]:
        found = await service.metrics()
        return (
            found.get(("db_client_connection_count", frozenset({("state", "used")}))),
            found.get(("db_client_connection_pending_requests", frozenset())),
        )

    await eventually(
        seen,
        lambda pair: pair == (used, pending),
        expected=f"{used} used and {pending} pending",
        of="the pool's gauges",
        within=5,
        every=0.02,
        hint="service/database.py",
    )


async def test_two_replicas_start_at_once_on_an_empty_database(launch: Launch, postgres: Postgres) -> None:
    database = await postgres.new_database()

    replicas = await asyncio.gather(*(launch(database=database) for _ in range(3)))

    made = await application(replicas[0].client)
    answers = await asyncio.gather(*(replica.client.get(f"{APPLICATIONS}/{made['id']}") for replica in replicas))
    assert [answer.json() for answer in answers] == [made] * 3
    assert not any(replica.logged("database is away") for replica in replicas)


async def test_refused_environment_is_named(launch: Launch) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service",
        env={"DATABASE_PORT": "none", "HTTP_PORT": str(free_port())},
        stderr=asyncio.subprocess.PIPE,
    )

    _, errors = await process.communicate()

    assert process.returncode == 2
    assert b"DATABASE_PORT: " in errors
    assert b"DATABASE_HOST: is required" in errors


async def test_client_that_leaves_is_no_error(launch: Launch) -> None:
    service = await launch()

    _, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(service.url).port)
    writer.write(f"POST {APPLICATIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf".encode())
    await writer.drain()
    writer.transport.abort()

    await _gone(service)
    assert "Traceback" not in service.log


async def _gone(service: Service) -> None:
    await eventually(
        lambda: service.metric("http_server_active_requests", http_request_method="POST"),
        lambda seen: seen == 0,
        expected="no active POST",
        of="config-service",
        within=5,
        hint="service/telemetry/middleware.py",
    )
