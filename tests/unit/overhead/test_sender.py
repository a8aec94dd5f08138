"""The two kinds of load: what was sent is what was answered, and no stall, refusal or lost connection can hide."""

from collections.abc import Awaitable, Callable

import pytest

from fixtures.errors import StackError
from tests.load.overhead import sender as module
from tests.load.overhead.sender import IN_FLIGHT, LANES, Sender, Sent
from tests.unit.overhead.server import Served


async def test_saturation_counts_every_answer_and_keeps_its_bound(sender: Sender, served: Served) -> None:
    sent = await sender.saturate(0.1)

    assert sent.requests == served.requests > IN_FLIGHT
    assert served.most == IN_FLIGHT
    assert 0.1 <= sent.seconds < 1


@pytest.mark.parametrize("requests", [0, 1, IN_FLIGHT, 50])
async def test_spending_sends_exactly_so_many(sender: Sender, served: Served, requests: int) -> None:
    sent = await sender.spend(requests)

    assert sent.requests == served.requests == requests


async def test_fixed_rate_sends_on_schedule(sender: Sender, served: Served) -> None:
    sent = await sender.steady(rate=200.0, requests=20)

    assert served.requests == len(sent.latencies) == sent.requests == 20
    assert sent.seconds >= 19 / 200
    assert len(served.connections) > 1


async def test_latency_counts_from_the_intended_start(
    sender: Sender, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LANES", 1)
    sender._lanes = sender._lanes[:1]
    served.stall = 0.2

    sent = await sender.steady(rate=100.0, requests=10)

    # All wait behind the first on the one connection: the k-th was due k * 10 ms after it.
    assert all(0.2 - 0.01 * number <= each < 1 for number, each in enumerate(sent.latencies))
    assert min(sent.latencies) > 0.1


@pytest.mark.parametrize(
    "load",
    [
        pytest.param(lambda to: to.saturate(0.2), id="saturation"),
        pytest.param(lambda to: to.spend(20), id="number"),
        pytest.param(lambda to: to.steady(500.0, 20), id="fixed rate"),
    ],
)
async def test_refusal_ends_the_load_and_names_who_refused(
    sender: Sender, served: Served, load: Callable[[Sender], Awaitable[Sent]]
) -> None:
    served.status, served.after = 503, 5

    with pytest.raises(StackError, match="telemetry both answered 503"):
        await load(sender)


async def test_lost_connection_ends_the_load(sender: Sender, served: Served) -> None:
    served.hang_up = True

    with pytest.raises(StackError, match="telemetry both closed the connection"):
        await sender.spend(3)


async def test_missing_answer_ends_the_load(sender: Sender, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST", 0.05)
    served.stall = 30.0

    with pytest.raises(StackError, match=r"telemetry both left requests without an answer for 0\.05 s"):
        await sender.spend(1)


async def test_connections_are_kept_and_stale_ones_replaced(
    sender: Sender, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = list(sender._lanes)
    await sender.ready()
    assert sender._lanes == kept

    monkeypatch.setattr(module, "_STALE_SECONDS", 0.0)
    await sender.ready()
    assert len(sender._lanes) == LANES
    assert not set(kept) & set(sender._lanes)
    assert (await sender.spend(10)).requests == served.requests
