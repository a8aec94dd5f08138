"""Traffic against a small server of this process: steady, complete, and honest about what did not come back."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import web

from fixtures.faults.traffic import Answer, Traffic, traffic, within
from fixtures.things import APPLICATIONS

FAST = 200.0


@dataclass
class Server:
    """Answers as the service does, or with another status, after some seconds; keeps what it was asked."""

    status: int = 0
    seconds: float = 0.0
    port: int = 0
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        self.asked.append(f"{request.method} {json.loads(await request.text() or '{}').get('name', '')}")
        await asyncio.sleep(self.seconds)
        usual = {"POST": 201, "GET": 200, "PUT": 200}[request.method]
        headers = {"Location": f"{APPLICATIONS}/1", **({"Retry-After": "1"} if self.status == 503 else {})}
        return web.Response(status=self.status or usual, headers=headers)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """A server that listens."""
    own = Server()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", own.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    own.port = runner.addresses[0][1]
    yield own
    await runner.cleanup()


async def sent_for(seconds: float, server: Server, *, rate: float = FAST, twin: str = "") -> Traffic:
    async with traffic(lambda: server.url, rate=rate, twin=twin) as sent:
        await asyncio.sleep(seconds)
    return sent


async def test_rate_is_kept_whatever_the_answers_take(server: Server) -> None:
    server.seconds = 0.1

    sent = await sent_for(0.5, server, rate=100)

    assert 45 <= len(sent.answers) - 1 <= 55


async def test_everything_that_was_sent_is_known(server: Server) -> None:
    sent = await sent_for(0.3, server)

    created = {line.split()[1] for line in server.asked if line.startswith("POST")}
    assert sent.wanted == sent.kept == created
    assert len(created) > 5
    assert sent.replaced["wanted"] == sent.replaced["kept"] == sum(line.startswith("PUT") for line in server.asked)
    assert sent.answered == len(sent.answers) == len(server.asked)


async def test_refusals_are_answers_and_keep_nothing(server: Server) -> None:
    async with traffic(lambda: server.url, rate=FAST) as sent:
        server.status = 503
        await asyncio.sleep(0.2)

    assert sent.kept == {sent.anchor_name}
    assert sent.wanted > sent.kept
    assert [each.status for each in sent.answers if each.failed and not each.comes_again] == []
    assert sent.answered == len(sent.answers)


async def test_nobody_there_is_no_answer(server: Server) -> None:
    url = server.url
    async with traffic(lambda: url, rate=FAST) as sent:
        url = "http://127.0.0.1:1"
        await asyncio.sleep(0.1)

    lost = [each for each in sent.answers if each.status == 0]
    assert lost
    assert "ClientConnectorError" in lost[0].error
    assert sent.answered == len(sent.answers) - len(lost)


async def test_time_counts_from_when_it_was_due(server: Server) -> None:
    async with traffic(lambda: server.url, rate=50) as sent:
        await asyncio.sleep(0.1)
        time.sleep(0.3)  # noqa: ASYNC251  # a stall of the sender must not hide
        await asyncio.sleep(0.1)

    assert max(each.seconds for each in sent.answers) > 0.25


async def test_twin_is_asked_as_often(server: Server) -> None:
    sent = await sent_for(0.4, server, rate=100, twin=server.url)

    assert abs(len(sent.usual) - len(sent.answers)) < 10


async def test_defect_of_the_sender_is_raised(server: Server) -> None:
    def broken() -> str:
        if len(server.asked) > 3:
            raise KeyError("no address")
        return server.url

    with pytest.raises(ExceptionGroup) as raised:
        async with traffic(broken, rate=FAST):
            await asyncio.Event().wait()

    assert isinstance(raised.value.exceptions[0], KeyError)


async def test_cancelled_traffic_leaves_nothing_in_flight(server: Server) -> None:
    server.seconds = 0.0
    before = asyncio.all_tasks()

    async def send() -> None:
        async with traffic(lambda: server.url, rate=FAST):
            server.seconds = 30
            await asyncio.Event().wait()

    task = asyncio.create_task(send())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert {each for each in asyncio.all_tasks() - before if "Traffic" in repr(each)} == set()


def test_span_includes_its_beginning_only() -> None:
    sent = Traffic(lambda: "")

    sent.answers += [Answer("read", due, 0.0, 200) for due in (1.0, 2.0, 3.0)]

    assert [each.due for each in sent.between(1.0, 3.0)] == [1.0, 2.0]
    assert within(sent.answers, 4.0, 5.0) == []
