"""A real browser without a window, driven by its own protocol: what a page asks of the network, and how it looks.

Protocol: https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from fixtures.polling import eventually

NAMES = ("chromium", "chromium-browser", "google-chrome")
_STARTS_WITHIN, _ANSWERS_WITHIN = 30.0, 60.0


def program() -> str | None:
    """Return the path of a browser on this machine, or None."""
    return next((found for each in NAMES if (found := shutil.which(each))), None)


class Page:
    """One page: what it asked of the network, and what it complained of, since it last opened a file."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._loaded = False

    async def call(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        """Call a method of the protocol and return its result, keeping what happens meanwhile."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json(timeout=_ANSWERS_WITHIN)
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                result: Mapping[str, Any] = message["result"]
                return result
            self._keep(message)

    def _keep(self, message: Mapping[str, Any]) -> None:
        parameters = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif message.get("method") == "Log.entryAdded":
            self.complaints.append(parameters["entry"]["text"])
        elif message.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            self.complaints.append(str(parameters))
        elif message.get("method") == "Page.loadEventFired":
            self._loaded = True

    async def open(self, path: Path, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Show a file in a window of a size, in light or dark, and wait until it is loaded."""
        self.requests, self.complaints, self._loaded = [], [], False
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.call(f"{domain}.enable")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme_is = {"name": "prefers-color-scheme", "value": scheme}
        await self.call("Emulation.setEmulatedMedia", features=[scheme_is])
        await self.call("Page.navigate", url=path.as_uri())
        while not self._loaded:
            self._keep(await self._socket.receive_json(timeout=_ANSWERS_WITHIN))

    async def value(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        return (await self.call("Runtime.evaluate", expression=expression, returnByValue=True))["result"].get("value")

    async def screenshot(self, *, top: float = 0, height: float | None = None) -> bytes:
        """Return a picture of the page, or of a part of it, as PNG."""
        box = (await self.call("Page.getLayoutMetrics"))["cssContentSize"]
        clip = {"x": 0, "y": top, "width": box["width"], "height": height or box["height"] - top, "scale": 1}
        shot = await self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """Start a browser with one empty page; it is ended, and its profile removed, at the end.

    Raises:
        FileNotFoundError: there is none on this machine.
        Unmet: it did not start.
    """
    found = program()
    if found is None:
        raise FileNotFoundError(f"none of {', '.join(NAMES)} is on this machine")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            *[found, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"],
            *["--disable-background-networking", f"--user-data-dir={profile}", "--remote-debugging-port=0"],
            "about:blank",
            start_new_session=True,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port(Path(profile) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    pages = [each for each in await answer.json() if each["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Page(socket)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _port(file: Path) -> int:
    """Return the port that the browser chose and wrote down."""

    async def written() -> list[str]:
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []  # noqa: ASYNC240  # two lines

    lines = await eventually(
        written,
        lambda found: len(found) > 1,
        expected="the port of its protocol",
        of="browser",
        within=_STARTS_WITHIN,
        hint="start the browser with --headless=new by hand",
    )
    return int(lines[0])
