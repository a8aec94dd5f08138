"""Pushes the registry to the Collector at a steady pace, and never lets the service feel it.

Counts are cumulative, so a failed export loses nothing and nothing is queued: the next one carries the same and more.
"""

import asyncio
import logging

from service.telemetry.instruments import Instruments
from service.telemetry.otlp import Encoder, rejected
from service.telemetry.wire import Wire, WireError

_LONGEST_EXPORT = 5.0
_LONGEST_PAUSE = 60.0
_THROTTLED = frozenset({429, 502, 503, 504})

log = logging.getLogger("service.telemetry.push")


class Pusher:
    """One task: an export at each multiple of the interval, each shorter than the interval, one log line per outage."""

    def __init__(self, instruments: Instruments, endpoint: str, interval: float) -> None:
        self._encoder = Encoder(instruments)
        self._url = f"{endpoint}/v1/metrics"
        self._wire = Wire(self._url)
        self._interval = interval
        self._bound = min(interval * 0.8, _LONGEST_EXPORT)
        self._not_before = 0.0
        self._missed = 0
        self._rejecting = False

    async def run(self) -> None:
        """Export until cancelled; a tick that was overslept is skipped, not made up for."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        while True:
            ticks = int((loop.time() - started) / self._interval) + 1
            await asyncio.sleep(started + ticks * self._interval - loop.time())
            if loop.time() >= self._not_before:
                await self.export(self._bound)

    async def finish(self, bound: float) -> None:
        """The last export, tried once even if the receiver asked for a pause; closes the connection."""
        await self.export(bound)
        self._wire.close()

    async def export(self, bound: float) -> bool:
        """Push the present state once, within ``bound`` seconds; says whether the receiver took it. Never raises."""
        try:
            async with asyncio.timeout(bound):
                answer = await self._wire.post(self._encoder.request())
        except TimeoutError:
            return self._failed(f"no answer within {bound:.1f} s")
        except WireError as error:
            return self._failed(str(error))
        except Exception as error:
            # The service must not go down for its telemetry; a fault here shows in the log and in the missing series.
            log.exception("export failed for a reason of our own")
            return self._failed(type(error).__name__)
        if answer.status // 100 != 2:
            if answer.status in _THROTTLED and answer.retry_after is not None:
                pause = min(answer.retry_after, _LONGEST_PAUSE)
                self._not_before = asyncio.get_running_loop().time() + pause
            return self._failed(f"answered {answer.status}")
        self._succeeded(rejected(answer.body))
        return True

    def _failed(self, reason: str) -> bool:
        self._missed += 1
        if self._missed == 1:
            log.warning("metrics cannot be pushed", extra={"url": self._url, "reason": reason})
        return False

    def _succeeded(self, refused: int) -> None:
        self._not_before = 0.0
        if self._missed:
            log.info("metrics are pushed again", extra={"url": self._url, "missed_exports": self._missed})
        self._missed = 0
        if refused and not self._rejecting:
            log.warning("the receiver rejects points", extra={"url": self._url, "rejected": refused})
        self._rejecting = refused > 0
