"""A load generator in a process of its own, spoken with over its pipes; with its block it ends and removes its rows."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Literal

from fixtures import deadlines
from fixtures.settings import ROOT
from tests.load.errors import LoadError
from tests.load.result import Result

Engine = Literal["asyncio", "locust"]
_MODULES: Mapping[Engine, str] = {"asyncio": "tests.load.proof.child", "locust": "tests.load.distributed"}
"""Who generates the load: both speak in the same way."""
_LONGEST_LINE = 1 << 26
_LAST_WORDS = 5.0
"""Seconds to read what an ended process said: its own children may keep its pipes open."""


class Generator:
    """What the process said so far; each of these waits for it, as long as the caller allows."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        loop = asyncio.get_running_loop()
        self._process = process
        self._said: dict[str, asyncio.Future[object]] = {
            each: loop.create_future() for each in ("began", "loaded", "result")
        }

    async def began(self) -> float:
        """Return the Unix time of the first scheduled moment.

        Raises:
            LoadError: the run failed.
        """
        return float(str(await asyncio.shield(self._said["began"])))

    async def loaded(self) -> None:
        """Return when the last request is over and the rows are still there.

        Raises:
            LoadError: the run failed.
        """
        await asyncio.shield(self._said["loaded"])

    async def result(self) -> Result:
        """Let it remove its rows, and return what it measured.

        Raises:
            LoadError: the run failed.
        """
        assert self._process.stdin is not None
        with suppress(ConnectionError):
            self._process.stdin.write(b"go on\n")
            await self._process.stdin.drain()
        found = await asyncio.shield(self._said["result"])
        return Result.from_mapping(found)  # type: ignore[arg-type]

    async def read(self) -> None:
        """Take in what the process says until its end; whoever still waits then is told how it ended."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        errors = asyncio.create_task(self._process.stderr.read())
        last = ""
        async for line in self._process.stdout:
            for name, value in json.loads(line).items():
                if name in self._said:
                    self._said[name].set_result(value)
                elif name == "error":
                    last = str(value)
        words = last or (await errors).decode(errors="replace").strip()[-2000:]
        code = await self._process.wait()
        for each in self._said.values():
            if not each.done():
                each.set_exception(LoadError(f"the load generator ended with {code} before its end: {words}"))
                each.exception()  # whoever asks is told; nobody has to


@asynccontextmanager
async def generating(engine: Engine, *arguments: str) -> AsyncIterator[Generator]:
    """Run a generator inside the block. It ends, and removes its rows, when its input does; then it is killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _MODULES[engine], *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C reaches it as the end of its input
        limit=_LONGEST_LINE,
    )
    generator = Generator(process)
    reader = asyncio.create_task(generator.read())
    try:
        yield generator
    finally:
        await asyncio.shield(_end(process, reader))


async def _end(process: asyncio.subprocess.Process, reader: "asyncio.Task[None]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(deadlines.COMMAND):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
    finally:
        await process.wait()
        await asyncio.wait([reader], timeout=_LAST_WORDS)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
