"""The service as a process of its own, started with an environment and ended with a signal."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from fixtures.polling import eventually

ROOT = Path(__file__).parents[2]
STOP_BOUND = 5.0
Labels = frozenset[tuple[str, str]]


class Service:
    """A running service: its client, its log and its end."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, log: Path, database: str) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.database = database
        self.client = httpx.AsyncClient(base_url=self.url, timeout=15, limits=httpx.Limits(max_connections=None))
        self._log = log

    def logged(self, message: str) -> list[dict[str, Any]]:
        """The events whose message contains this text."""
        events = [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]
        return [event for event in events if message in event["message"]]

    @property
    def log(self) -> str:
        """Everything it wrote."""
        return self._log.read_text()

    async def metrics(self) -> dict[tuple[str, Labels], float]:
        """The value of each series that it exposes now."""
        families = text_string_to_metric_families((await self.client.get("/metrics")).text)
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }

    async def metric(self, name: str, **labels: str) -> float | None:
        """The value of one series, or None where there is no such series."""
        return (await self.metrics()).get((name, frozenset(labels.items())))

    async def answers(self, path: str, status: int, within: float = 10.0) -> httpx.Response:
        """Wait until a path answers with a status."""
        return await eventually(
            lambda: self.client.get(path),
            lambda seen: seen.status_code == status,
            expected=f"{path} answers {status}",
            of=f"config-service in this process: {self.log[-2000:]}",
            within=within,
            every=0.03,
            hint="python -m service, with the test's environment",
        )

    async def stop(self) -> tuple[int, float]:
        """Send SIGTERM; the exit code and how many seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), STOP_BOUND + 2)
        return code, time.monotonic() - started


@asynccontextmanager
async def running(environment: Mapping[str, str], log: Path) -> AsyncIterator[Service]:
    """Start a service on a free port and kill what is left of it afterwards; it may not be ready yet."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "OTEL_"))}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "service",
            cwd=ROOT,
            env=inherited | dict(environment) | {"HTTP_PORT": str(port)},
            stdout=out,
            stderr=out,
        )
    service = Service(process, port, log, environment.get("DATABASE_NAME", ""))
    try:
        yield service
    finally:
        await service.client.aclose()
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
