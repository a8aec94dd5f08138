"""Who is ended: who has waited too long; of too many, or of those with too much unfetched, the longest waiters."""

from types import SimpleNamespace
from typing import Any

import pytest

from service import connections
from service.connections import MOST_UNFETCHED, MOST_WAITING, PATIENCE, Connection, end_overdue


class Watched(Connection):
    """A connection without a socket: its state is given, and whether it was ended is kept."""

    def __init__(self, *, busy: bool = False, unfetched: int = 0) -> None:
        self.cycle: Any = SimpleNamespace(response_complete=False, more_body=False) if busy else None
        self.left = unfetched
        self.transport: Any = SimpleNamespace(get_write_buffer_size=lambda: self.left)
        self.was_ended = False

    def reset(self) -> None:
        """Be ended."""
        self.was_ended = True


def ended(found: list[Watched], now: float) -> list[bool]:
    """Who is ended after a look at this time."""
    end_overdue(found, now)
    return [each.was_ended for each in found]


def test_waiting_client_is_ended_after_its_time() -> None:
    found = [Watched()]

    assert ended(found, 100) == [False]
    assert ended(found, 100 + PATIENCE - 0.1) == [False]
    assert ended(found, 100 + PATIENCE) == [True]


def test_client_that_waits_for_the_service_is_never_ended() -> None:
    found = [Watched(busy=True)]

    assert [ended(found, now) for now in (0, 1000, 2000)] == [[False]] * 3


def test_another_request_begins_the_time_anew() -> None:
    found = [Watched()]
    ended(found, 0)
    found[0].cycle = SimpleNamespace(response_complete=True, more_body=False)

    assert ended(found, PATIENCE) == [False]
    assert ended(found, 2 * PATIENCE) == [True]


def test_client_that_goes_on_fetching_is_not_ended() -> None:
    found = [Watched(unfetched=1000), Watched(unfetched=1000)]
    ended(found, 0)
    found[0].left = 900

    assert ended(found, PATIENCE) == [False, True]


def test_of_too_many_the_longest_waiters_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_WAITING", 2)
    old, new, busy = Watched(), [Watched(), Watched()], Watched(busy=True)
    ended([old, busy], 0)

    assert ended([*new, busy, old], 1) == [False, False, False, True]


def test_of_those_with_too_much_unfetched_the_longest_waiter_is_ended() -> None:
    idle, old, new = Watched(), Watched(unfetched=MOST_UNFETCHED), Watched(unfetched=1)
    ended([idle, old], 0)

    assert ended([new, old, idle], 1) == [False, True, False]


def test_bounds_leave_room_for_ordinary_use() -> None:
    assert MOST_WAITING >= 200
    assert MOST_UNFETCHED >= 5 * 100 * 60_000
