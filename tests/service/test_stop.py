"""SIGTERM: what is in flight is answered, the last measurements are exported, exit code 0, within five seconds."""

import asyncio

import httpx

from tests.service.names import APPLICATIONS, application, unique
from tests.service.postgres import Postgres
from tests.service.receiver import Receiver, counts
from tests.service.relay import Relay
from tests.service.running import STOP_BOUND
from tests.service.stage import Launch

CREATED = frozenset({"entity": "application", "operation": "create", "outcome": "success"}.items())


async def test_last_measurements_are_exported(launch: Launch, receiver: Receiver) -> None:
    endpoint = receiver.endpoint
    service = await launch(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_METRIC_EXPORT_INTERVAL="60000")
    for _ in range(5):
        await application(service.client)

    code, took = await service.stop()

    assert (code, len(receiver.exports)) == (0, 1)
    assert took < 2
    assert counts(receiver.exports[0], "config_service.operations")[CREATED] == 5


async def test_request_in_flight_is_answered_and_exported(
    launch: Launch, receiver: Receiver, postgres: Postgres
) -> None:
    endpoint = receiver.endpoint
    service = await launch(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_METRIC_EXPORT_INTERVAL="60000")

    async with postgres.session(service.database) as session, session.transaction():
        await session.execute("LOCK TABLE applications IN ACCESS EXCLUSIVE MODE")
        request = asyncio.create_task(service.client.post(APPLICATIONS, json={"name": unique()}))
        await asyncio.wait({request}, timeout=0.3)
        stop = asyncio.create_task(service.stop())
        await asyncio.wait({stop}, timeout=0.5)
    code, _ = await stop

    assert (code, (await request).status_code) == (0, 201)
    assert counts(receiver.exports[-1], "config_service.operations")[CREATED] == 1


async def test_stop_is_bounded_when_nobody_answers(launch: Launch, receiver: Receiver, relay: Relay) -> None:
    receiver.mood = "silent"
    service = await launch(
        OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint,
        DATABASE_HOST="127.0.0.1",
        DATABASE_PORT=str(relay.port),
        DATABASE_COMMAND_TIMEOUT="30",
    )

    async with relay.stalled():
        request = asyncio.create_task(service.client.get(APPLICATIONS))
        await asyncio.wait({request}, timeout=0.3)
        code, took = await service.stop()
    await asyncio.wait({request})

    assert code == 0
    assert took < STOP_BOUND
    assert isinstance(request.exception(), httpx.TransportError) or request.result().status_code == 500


async def test_stop_while_waiting_for_the_database_is_prompt(launch: Launch, relay: Relay) -> None:
    async with relay.cut():
        service = await launch(wait=False, DATABASE_HOST="127.0.0.1", DATABASE_PORT=str(relay.port))
        code, took = await service.stop()

    assert code == 0
    assert took < 2
