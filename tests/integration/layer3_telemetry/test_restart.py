"""A restart of the service loses nothing and confuses nobody: resets are seen as such, instances are told apart."""

import pytest

from fixtures import deadlines
from fixtures.background import Background
from fixtures.restart import AFTER, BEFORE, LAST, Restart

pytestmark = pytest.mark.pipeline
STOPS_WITHIN = 5.0
BUSY = 2.0
"""Seconds that a busy engine may add to a stop."""


async def told(restart: Background[Restart]) -> Restart:
    """What was lived through."""
    return await restart.result(deadlines.UP)


async def test_last_measurements_are_exported_at_the_end(service_restart: Background[Restart]) -> None:
    first, second = (await told(service_restart)).lives

    assert (first.pushed, second.pushed) == (BEFORE + LAST, AFTER)


async def test_service_ends_in_time_and_cleanly(service_restart: Background[Restart]) -> None:
    restart = await told(service_restart)

    assert restart.exit_code == 0
    assert restart.stop_seconds < STOPS_WITHIN + BUSY


async def test_each_life_is_an_instance_of_its_own(service_restart: Background[Restart]) -> None:
    first, second = (await told(service_restart)).lives

    assert first.instance != second.instance
    assert first.started < second.started


async def test_reset_is_seen_once_and_increase_is_right(service_restart: Background[Restart]) -> None:
    restart = await told(service_restart)

    assert restart.resets == 1
    # What came in the last moment was pushed; whether it was scraped too depends on when the scrape was.
    assert BEFORE + AFTER <= restart.increase <= BEFORE + LAST + AFTER, restart.scraped
