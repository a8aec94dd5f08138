"""Clients that never go on are let go, told where they can be; those that pause are waited for."""

import httpx
import pytest

from fixtures.measured import Fact, exposed
from fixtures.patience import LEAST, MOST, PAUSE, Patience
from fixtures.things import APPLICATIONS

pytestmark = pytest.mark.pipeline


@pytest.mark.parametrize("kind", ["silent", "half"])
async def test_connection_that_never_asks_is_ended(patience: Patience, kind: str) -> None:
    end = {"silent": patience.silent, "half": patience.half}[kind]

    assert LEAST < end.seconds < MOST, f"seconds until the service ended it: {end}"
    assert end.answer.status == 0


async def test_body_that_never_ends_is_refused(patience: Patience) -> None:
    end = patience.dripping

    assert LEAST < end.seconds < MOST, f"seconds until the service ended it, a byte every second: {end}"
    assert (end.answer.status, end.answer.headers["content-type"]) == (408, "application/problem+json"), end
    assert end.answer.headers["connection"] == "close"


async def test_slow_body_is_counted(api: httpx.AsyncClient, patience: Patience) -> None:
    labels = {"http_request_method": "POST", "http_route": APPLICATIONS, "http_response_status_code": "408"}

    counted = await exposed(api, Fact("http_server_request_duration_seconds_count", labels))
    seconds = await exposed(api, Fact("http_server_request_duration_seconds_sum", labels))

    assert counted == 1
    assert LEAST < seconds <= patience.dripping.seconds


async def test_connection_is_kept_between_requests(patience: Patience) -> None:
    assert patience.pausing == [200, 200, 200], f"statuses on one connection, {PAUSE:g} s apart"
