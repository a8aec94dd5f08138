"""The push never takes the service down: gone, slow, refusing or resetting, it is one line in the log."""

import time

import pytest

from fixtures.polling import eventually
from tests.service.names import APPLICATIONS, application
from tests.service.receiver import Mood, Receiver, counts
from tests.service.running import Service, free_port
from tests.service.stage import Launch

PUSHED = "metrics cannot be pushed"
AGAIN = "metrics are pushed again"
REJECTS = "the receiver rejects points"


async def _logs(service: Service, message: str) -> None:
    async def lines() -> int:
        return len(service.logged(message))

    await eventually(
        lines, lambda seen: seen == 1, expected=f"one line: {message}", of="the log", within=5, hint="push.py"
    )


async def _tries(receiver: Receiver, number: int) -> None:
    async def tried() -> int:
        return len(receiver.tried)

    await eventually(
        tried, lambda seen: seen >= number, expected=f"{number} tries", of="the receiver", within=8, hint="push.py"
    )


@pytest.mark.parametrize("mood", ["silent", "refusing", "resetting"])
async def test_bad_receiver_is_told_once_and_harms_nothing(launch: Launch, receiver: Receiver, mood: Mood) -> None:
    receiver.mood = mood
    service = await launch(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)

    await _tries(receiver, 4)
    started = time.monotonic()
    statuses = {(await service.client.get(APPLICATIONS)).status_code for _ in range(50)}
    took = time.monotonic() - started
    receiver.mood = "good"
    await _logs(service, AGAIN)

    assert statuses == {200}
    assert took < 5
    assert len(service.logged(PUSHED)) == 1


async def test_rejected_points_are_told_once(launch: Launch, receiver: Receiver) -> None:
    receiver.mood = "rejecting"
    service = await launch(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)

    await _tries(receiver, 4)

    await _logs(service, REJECTS)
    assert service.logged(PUSHED) == []


async def test_nothing_is_lost_while_the_receiver_is_gone(launch: Launch, receiver: Receiver) -> None:
    service = await launch(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)
    await _tries(receiver, 1)

    receiver.close()
    for _ in range(11):
        await application(service.client)
    await _logs(service, PUSHED)
    receiver.mood = "good"
    await receiver.open()
    await _logs(service, AGAIN)

    created = frozenset({"entity": "application", "operation": "create", "outcome": "success"}.items())
    assert counts(receiver.exports[-1], "config_service.operations")[created] == 11


@pytest.mark.parametrize(
    "endpoint",
    [
        pytest.param("http://127.0.0.1:{port}", id="nobody-listens"),
        pytest.param("http://no.invalid:{port}", id="no-name"),
    ],
)
async def test_unreachable_receiver_is_told_once(launch: Launch, endpoint: str) -> None:
    service = await launch(
        OTEL_EXPORTER_OTLP_ENDPOINT=endpoint.format(port=free_port()), OTEL_METRIC_EXPORT_INTERVAL="100"
    )

    await _logs(service, PUSHED)
    statuses = {(await service.client.get(APPLICATIONS)).status_code for _ in range(100)}

    assert statuses == {200}
    assert len(service.logged(PUSHED)) == 1


async def test_receiver_that_asks_for_a_pause_gets_it(launch: Launch, receiver: Receiver) -> None:
    receiver.mood, receiver.retry_after = "refusing", "1"
    await launch(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint, OTEL_METRIC_EXPORT_INTERVAL="100")

    await _tries(receiver, 3)

    gaps = [later - earlier for earlier, later in zip(receiver.tried, receiver.tried[1:], strict=False)]
    assert min(gaps) > 0.95
