"""Asks for `/metrics` as Prometheus does: its headers, its interval, a kept connection, the whole answer read."""

import asyncio

from fixtures import deadlines
from fixtures.errors import StackError
from tests.load.overhead.lane import Lane

ACCEPT = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
"""What Prometheus 3 sends."""


async def scrape(host: str, port: int, interval: float = deadlines.SCRAPE) -> None:
    """Scrape at each multiple of the interval until cancelled.

    Raises:
        StackError: an answer was not 200.
    """
    request = f"GET /metrics HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: {ACCEPT}\r\nAccept-Encoding: gzip\r\n\r\n"
    loop = asyncio.get_running_loop()
    lane = await Lane.open(host, port)
    due = loop.time()
    try:
        while True:
            if not lane.alive:
                lane = await Lane.open(host, port)
            status = await lane.fetch(request.encode(), deadlines.REQUEST)
            if status != 200:
                raise StackError(f"/metrics of {host}:{port} answered {status}; look at the service's log")
            due += interval
            await asyncio.sleep(due - loop.time())
    finally:
        lane.close()
