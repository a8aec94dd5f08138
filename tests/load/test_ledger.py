"""After every run the ledger is exact: each operation and outcome, each method, route and status, at every station."""

import pytest

from tests.load.proof.accounts import ACCOUNTS
from tests.load.proof.book import broken, is_blank
from tests.load.proof.course import Course
from tests.load.scenario import scenarios

pytestmark = [pytest.mark.load, pytest.mark.parametrize("scenario", list(scenarios()))]
TITLES = [*(each.title for each in ACCOUNTS), "rows"]


@pytest.mark.parametrize("account", TITLES)
async def test_account_is_equal_at_every_station(course: Course, account: str) -> None:
    pages = [each for each in course.pages if each.fact.startswith(f"{account}: ")]

    assert [each for each in pages if not is_blank(each)], f"nothing was counted under {account}"
    assert broken(pages) == []


async def test_collector_sent_all_that_it_accepted(course: Course) -> None:
    assert course.collector.accepted > 0
    assert course.collector.sent == course.collector.accepted
    assert course.lost == 0
