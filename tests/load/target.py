"""The HTTP client that load goes through: limits lifted, redirects and cookies left alone, every end given a name."""

import json
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from yarl import URL

from tests.load.data import Answer
from tests.load.errors import TargetError
from tests.load.lines import CUT_OFF, NO_CONNECTION
from tests.load.operations import Request

KEEP_ALIVE: Final = 3.0
"""Seconds: shorter than servers keep an idle connection (uvicorn 5), so that none is closed as it is used."""
_FOR_EVER: Final = aiohttp.ClientTimeout(total=None)
_JSON: Final = {"Content-Type": "application/json"}


def address(url: str) -> URL:
    """A URL that load can be sent to. Raises TargetError where it is none."""
    try:
        parsed = URL(url)
    except ValueError:
        parsed = URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise TargetError(
            f"{url!r} is no address to send load to: write it as http://HOST:PORT or http://HOST:PORT/PATH"
        )
    return parsed


class Target:
    """Where load goes. An async context manager; leaving it closes every connection."""

    def __init__(self, url: URL, timeout: float) -> None:
        self._origin = str(url.origin())
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def __aenter__(self) -> Self:
        # Names are looked up once: a resolver's pause is no latency of the target.
        connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=None, keepalive_timeout=KEEP_ALIVE)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "plumbline-load", "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def _open(self, request: Request, timeout: aiohttp.ClientTimeout) -> Any:
        headers = _JSON if request.body else None
        url = URL(self._origin + request.path, encoded=True)
        return self._session.request(
            request.operation.method, url, data=request.body, headers=headers, allow_redirects=False, timeout=timeout
        )

    async def send(self, request: Request) -> tuple[int, str]:
        """Send and read to the end: the status, or what stands in its place, and the Location of what was made.

        It waits for ever: whoever sends gives up by cancelling.
        """
        try:
            async with self._open(request, _FOR_EVER) as answer:
                await answer.read()
                return answer.status, answer.headers.get("Location", "")
        except aiohttp.ClientConnectorError:
            return NO_CONNECTION, ""
        except (aiohttp.ClientError, OSError):
            return CUT_OFF, ""

    async def call(self, request: Request) -> Answer:
        """Send one request that is no arrival, and read JSON. Raises TargetError where there is no answer in time."""
        try:
            async with self._open(request, self._timeout) as answer:
                content = await answer.read()
                return Answer(answer.status, answer.headers.get("Location", ""), _parsed(content))
        except TimeoutError as error:
            raise TargetError(
                f"{self._origin}{request.path} did not answer within {self._timeout.total:g} s"
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            cause = error.os_error.strerror if isinstance(error, aiohttp.ClientConnectorError) else repr(error)
            raise TargetError(
                f"{self._origin} does not answer: {cause}; is it running, and the address right?"
            ) from error


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
