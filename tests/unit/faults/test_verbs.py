"""The verbs: what each asks of the engine, and that it is put right after an error, a cancellation or half a start."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest

from fixtures.bringup import Stack
from fixtures.errors import StackError
from fixtures.faults import disks, network, verbs
from fixtures.faults.relay_script import Link
from fixtures.figures import Figures
from tests.unit.faults.conftest import NETWORK, PROJECT
from tests.unit.fixtures.fake_docker import FakeDocker

Verb = Callable[[Stack, str], AbstractAsyncContextManager[None]]
GRAFANA = "id-grafana"
JOIN = f"network connect --alias {PROJECT}-grafana-1 --alias grafana {NETWORK} {GRAFANA}"
CASES: dict[str, tuple[Verb, list[str], list[str]]] = {
    "paused": (verbs.paused, ["pause grafana"], ["unpause grafana"]),
    "stopped": (verbs.stopped, ["stop --timeout 10 grafana"], ["up grafana"]),
    "killed": (verbs.killed, ["kill grafana"], ["up grafana"]),
    "cut off": (verbs.cut_off, [f"network disconnect {NETWORK} {GRAFANA}"], [JOIN]),
    "throttled": (verbs.throttled, [f"update --cpus=0.05 {GRAFANA}"], [f"update --cpus=0.8 {GRAFANA}"]),
    "starved": (
        verbs.starved,
        [f"update --memory=1020 --memory-swap=1020 {GRAFANA}"],
        [f"update --memory={256 << 20} --memory-swap={512 << 20} {GRAFANA}"],
    ),
    "slowed": (
        partial(network.slowed, link=Link(0.1)),
        [
            f"network disconnect {NETWORK} {GRAFANA}",
            "run relay",
            "logs relay",
            f"network connect --alias grafana-behind {NETWORK} {GRAFANA}",
        ],
        [f"network disconnect {NETWORK} {GRAFANA}", "rm --force relay", JOIN],
    ),
    "filled": (disks.filled, ["exec fill"], ["exec unlink"]),
}
by_verb = pytest.mark.parametrize("name", CASES)


@pytest.fixture(autouse=True)
def engine(fake_docker: FakeDocker, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """An engine that knows how much memory a container uses, and whose relay listens."""

    async def used(_: str) -> Figures:
        return Figures(0.0, 1000, 0, 0, 1000)

    monkeypatch.setattr(verbs, "figures", used)
    fake_docker.answers("logs", "listening\n")
    return fake_docker


def short(line: str) -> str:
    """A call in a few words: without what all calls of its kind have."""
    words = line.split(f"--file {line.split('--file ')[1].split()[0]} ")[1] if "--file " in line else line
    if words.startswith("up "):
        return f"up {words.split()[-1]}"
    if words.startswith("run "):
        return "run relay" if "-relay" in words else "run"
    if words.startswith("exec "):
        return "exec unlink" if "unlink" in words else "exec fill"
    return words.replace(f"{PROJECT}-grafana-relay", "relay").replace("logs --tail 40 relay", "logs relay")


def acts(engine: FakeDocker) -> list[str]:
    """What was done, without what was merely asked."""
    return [short(each.line) for each in engine.calls() if not each.line.startswith("container ")]


@by_verb
async def test_fault_is_begun_and_put_right(engine: FakeDocker, stack: Stack, name: str) -> None:
    verb, begin, undo = CASES[name]

    async with verb(stack, "grafana"):
        assert acts(engine) == begin

    assert acts(engine) == begin + undo


@by_verb
async def test_fault_is_put_right_after_an_error(engine: FakeDocker, stack: Stack, name: str) -> None:
    verb, begin, undo = CASES[name]

    with pytest.raises(ZeroDivisionError):
        async with verb(stack, "grafana"):
            raise ZeroDivisionError

    assert acts(engine) == begin + undo


@by_verb
async def test_cancelled_fault_is_put_right(engine: FakeDocker, stack: Stack, name: str) -> None:
    verb, begin, undo = CASES[name]
    entered = asyncio.Event()

    async def disturb() -> None:
        async with verb(stack, "grafana"):
            entered.set()
            await asyncio.Event().wait()

    disturbing = asyncio.create_task(disturb())
    await entered.wait()
    disturbing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await disturbing

    assert acts(engine) == begin + undo


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("paused", " pause grafana"),
        ("stopped", " stop --timeout 10 grafana"),
        ("killed", " kill grafana"),
        ("cut off", "network disconnect"),
        ("throttled", "update --cpus=0.05"),
        ("starved", "update --memory=1020"),
        ("slowed", "run --detach"),
        ("filled", "exec"),
    ],
)
async def test_fault_that_begins_half_is_put_right(engine: FakeDocker, stack: Stack, name: str, command: str) -> None:
    verb, _, undo = CASES[name]
    engine.answers(command, errors="the engine's own words", exit=1)

    with pytest.raises(StackError, match="the engine's own words"):
        async with verb(stack, "grafana"):
            pytest.fail("the block was entered")

    assert acts(engine)[-len(undo) :] == undo


@pytest.mark.parametrize(
    ("name", "command", "words"),
    [
        ("paused", " unpause grafana", "Container id-grafana is not paused"),
        ("cut off", "network connect", "endpoint with name x already exists in network y"),
        ("slowed", "network disconnect", "container id-grafana is not connected to network y"),
    ],
)
async def test_nothing_to_put_right_is_no_error(
    engine: FakeDocker, stack: Stack, name: str, command: str, words: str
) -> None:
    engine.answers(command, errors=f"Error response from daemon: {words}", exit=1)

    async with CASES[name][0](stack, "grafana"):
        pass


async def test_what_cannot_be_put_right_is_told(engine: FakeDocker, stack: Stack) -> None:
    engine.answers("network connect", errors="no such network", exit=1)

    with pytest.raises(StackError, match="no such network"):
        async with verbs.cut_off(stack, "grafana"):
            pass


async def test_ports_are_asked_anew(engine: FakeDocker, stack: Stack) -> None:
    async with verbs.killed(stack, "grafana"):
        assert stack.ports == {}

    assert stack.ports["config-service", 8000] == 40001
