"""What a run makes for itself: enough to work on, never in its own way, and nothing of it afterwards."""

from collections import Counter

import pytest
from aiohttp import web

from tests.load.data import HELD, STOCK
from tests.load.errors import TargetError
from tests.load.generator import run
from tests.load.operations import OPERATIONS
from tests.load.scenario import Hold, Scenario, scenarios
from tests.load.schedule import Stage
from tests.unit.load.memory import Memory

MIXED = scenarios("short")["mixed"].mix


def scenario(mix: dict[str, int], rate: float = 100, seconds: float = 0.3, hold: Hold | None = None) -> Scenario:
    return Scenario("test", "a claim", [Stage(seconds=seconds, rate=rate)], mix, hold=hold)


async def test_run_removes_its_own_rows_and_no_others(memory: Memory) -> None:
    """Every operation has its turn, and finds what it needs."""
    memory.stored["/api/v1/applications/other"] = {"id": "other", "name": "load-of-others"}

    result = await run(memory.url, scenario(dict(MIXED)), label="mine")

    assert memory.applications == ["load-of-others"]
    assert (result.remains, result.errors) == ("", {})
    assert {name for name, each in result.operations.items() if each.sent} == OPERATIONS.keys() - {"stress"}


async def test_counts_are_exactly_what_the_service_answered(memory: Memory) -> None:
    result = await run(memory.url, scenario(dict(MIXED)))

    assert result.answers() == memory.answered
    assert sum(result.counted().values()) == memory.answered.total()


async def test_rows_are_found_again_on_every_page(memory: Memory) -> None:
    memory.stored.update({f"/api/v1/applications/{n}": {"id": f"{n}", "name": f"a{n:03}"} for n in range(250)})

    await run(memory.url, scenario({"create_application": 1}, rate=200))

    assert len(memory.applications) == 250


async def test_row_whose_create_was_not_answered_is_removed(memory: Memory) -> None:
    lost = iter(range(100))

    def lose(request: web.Request) -> int:
        """Store, but do not answer."""
        if request.method == "POST" and request.path.count("/") == 3 and next(lost) > 10 and request.transport:
            request.transport.abort()
        return 0

    memory.fail = lose

    result = await run(memory.url, scenario({"create_application": 1}))

    assert result.errors.keys() == {"cut off before the answer"}
    assert memory.stored == {}


async def test_rows_that_the_service_keeps_are_reported(memory: Memory) -> None:
    memory.fail = lambda request: 503 if request.method == "DELETE" else 0

    result = await run(memory.url, scenario({"read_application": 1}), label="kept")

    assert "4 applications load-kept-*" in result.remains


async def test_failed_preparation_is_told_and_removed(memory: Memory) -> None:
    made = iter(range(1000))
    memory.fail = lambda request: 503 if request.method == "POST" and next(made) > 10 else 0

    with pytest.raises(TargetError, match=r"POST /api/v1/applications/.*/configurations answered 503"):
        await run(memory.url, scenario({"read_application": 1}))

    assert memory.stored == {}


async def test_delete_takes_what_this_run_made_and_finds_it(memory: Memory) -> None:
    result = await run(memory.url, scenario({"delete_configuration": 1}, rate=50))

    deleted, created = result.operations["delete_configuration"], result.operations["create_configuration"]
    assert deleted.statuses == {204: 15}
    assert created.around == {201: 32 + STOCK}


async def test_delete_with_nothing_left_creates_instead_and_is_counted_so(memory: Memory) -> None:
    result = await run(memory.url, scenario({"delete_application": 1}, seconds=0.4))

    deleted, created = result.operations["delete_application"], result.operations["create_application"]
    assert deleted.sent + created.sent == result.sent == 40
    assert created.sent >= 1
    assert deleted.statuses.keys() == {204}


async def test_stress_writes_to_the_one_row_that_can_be_held(memory: Memory) -> None:
    seen: list[str] = []

    def note(request: web.Request) -> int:
        if request.method == "PUT":
            seen.append(str(memory.stored[request.path]["name"]))
            assert memory.stored[request.path.rsplit("/", 2)[0]]["name"] == f"load-mine-{HELD}"
        return 0

    memory.fail = note

    result = await run(memory.url, scenario({"stress": 1}, hold=Hold(since=0.1, until=0.2)), label="mine")

    assert result.errors == {}
    assert Counter(seen) == {HELD: 30}
