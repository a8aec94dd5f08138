"""Two kinds of load on one contender: closed loop, as much as it can take, and open loop, at a fixed rate."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from fixtures.errors import StackError
from tests.load.overhead.lane import LOST, Lane

IN_FLIGHT = 6
"""Requests under way at saturation, no more than the pool has connections: nobody waits for one."""
LANES = 16
"""Connections at a fixed rate: enough that an arrival never waits for one unless the service stalls."""
_STALE_SECONDS = 3.0
_LONGEST = 30.0
_OK = 200


@dataclass(frozen=True)
class Sent:
    """How many requests were answered in how many seconds, and, at a fixed rate, each latency in seconds."""

    requests: int
    seconds: float
    latencies: tuple[float, ...] = ()


class Sender:
    """Sends one and the same request to one contender, and takes only 200 for an answer."""

    def __init__(self, name: str, host: str, port: int, path: str) -> None:
        self._name = name
        self.host = host
        self._port = port
        self._request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\n\r\n".encode()
        self._lanes: list[Lane] = []

    async def ready(self) -> None:
        """Replace connections that the server has closed or soon will, so that no slice pays for it."""
        oldest = perf_counter() - _STALE_SECONDS
        good = [lane for lane in self._lanes if lane.alive and lane.used > oldest]
        for lane in self._lanes:
            if lane not in good:
                lane.close()
        self._lanes = good + [await Lane.open(self.host, self._port) for _ in range(LANES - len(good))]

    def close(self) -> None:
        """Drop every connection."""
        for lane in self._lanes:
            lane.close()

    async def saturate(self, seconds: float) -> Sent:
        """Keep `IN_FLIGHT` requests under way for so long, then wait for the last answers.

        Raises:
            StackError: an answer was not 200, or did not come.
        """
        ends = perf_counter() + seconds
        return await self._closed(lambda _: perf_counter() < ends)

    async def spend(self, requests: int) -> Sent:
        """Send so many requests, as fast as they are answered. Raises as `saturate` does."""
        return await self._closed(lambda sent: sent < requests)

    async def steady(self, rate: float, requests: int) -> Sent:
        """Send so many requests at `rate` per second; latencies count from the intended start.

        Raises:
            StackError: an answer was not 200, or did not come.
        """
        done = asyncio.get_running_loop().create_future()
        idle, due, latencies = deque(self._lanes), deque[float](), list[float]()

        def send() -> None:
            while idle and due:
                idle.popleft().ask(self._request, partial(received, due.popleft()))

        def received(meant: float, lane: Lane, status: int) -> None:
            latencies.append(perf_counter() - meant)
            self._check(status, done)
            idle.append(lane)
            send()
            if len(latencies) == requests and not done.done():
                done.set_result(None)

        started = perf_counter()
        for number in range(requests):
            await _until(started + number / rate)
            due.append(started + number / rate)
            send()
        await self._end(done)
        return Sent(requests, perf_counter() - started, tuple(latencies))

    async def _closed(self, more: Callable[[int], bool]) -> Sent:
        done = asyncio.get_running_loop().create_future()
        sent = answered = 0

        def send(lane: Lane) -> None:
            nonlocal sent
            sent += 1
            lane.ask(self._request, received)

        def received(lane: Lane, status: int) -> None:
            nonlocal answered
            answered += 1
            self._check(status, done)
            if more(sent) and not done.done():
                send(lane)
            elif answered == sent and not done.done():
                done.set_result(None)

        started = perf_counter()
        for lane in self._lanes[:IN_FLIGHT]:
            if more(sent):
                send(lane)
        if sent:
            await self._end(done)
        return Sent(answered, perf_counter() - started)

    def _check(self, status: int, done: "asyncio.Future[None]") -> None:
        if status != _OK and not done.done():
            said = "closed the connection" if status == LOST else f"answered {status}"
            done.set_exception(StackError(f"the service with telemetry {self._name} {said}; the figures are void"))

    async def _end(self, done: "asyncio.Future[None]") -> None:
        try:
            async with asyncio.timeout(_LONGEST):
                await done
        except TimeoutError:
            raise StackError(
                f"the service with telemetry {self._name} left requests without an answer for {_LONGEST:g} s"
            ) from None


async def _until(moment: float) -> None:
    """Return at a moment of `perf_counter`; the loop's timers know only whole milliseconds, so the last one is spun."""
    await asyncio.sleep(moment - perf_counter() - 0.001)
    while perf_counter() < moment:  # noqa: ASYNC110  # answers are read meanwhile
        await asyncio.sleep(0)
