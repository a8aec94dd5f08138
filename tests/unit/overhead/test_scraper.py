"""The scraper asks as Prometheus does, and says when it is not answered."""

import asyncio

import pytest

from fixtures.errors import StackError
from fixtures.polling import eventually
from tests.load.overhead.scraper import ACCEPT, scrape
from tests.unit.overhead.server import Served


async def test_scrapes_follow_the_interval_on_one_connection(served: Served) -> None:
    scraping = asyncio.create_task(scrape("127.0.0.1", served.port, 0.02))

    async def count() -> int:
        return served.requests

    await eventually(count, lambda seen: seen >= 5, expected="scrapes", of="the server", within=5, hint="scraper.py")
    scraping.cancel()

    assert len(served.connections) == 1
    assert {(each["Accept"], each["Accept-Encoding"]) for each in served.headers} == {(ACCEPT, "gzip")}


async def test_refused_scrape_is_told(served: Served) -> None:
    served.status, served.after = 500, 1

    with pytest.raises(StackError, match=r"/metrics of 127\.0\.0\.1:\d+ answered 500"):
        await scrape("127.0.0.1", served.port, 0.02)
