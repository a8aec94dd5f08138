"""What the proof speaks through: a client of each part, open for all scenarios, and two containers beside the stack.

One keeps what Grafana's alerts deliver, because undelivered ones make Grafana complain; the other relays the
Collector's health, which is to be had inside the network only.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from fixtures.bringup import Stack
from fixtures.environment import example
from fixtures.expectations import PATH_JOBS
from fixtures.grafana.alerts import sink
from fixtures.grafana.causes import Database
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import shipped
from fixtures.grafana.gallery import PATH, paths
from fixtures.grafana.interpolation import Window
from fixtures.grafana.session import place_of, site_of
from fixtures.grafana.side import Site, beside
from fixtures.grafana.variables import Resolved, resolve
from fixtures.measured import instance
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus, client
from tests.load.proof.book import Place
from tests.load.proof.probes import Probe, answers, draws, exposes
from tests.load.proof.seeing import Variables
from tests.load.proof.stations import places

_RELAY = Path(__file__).with_name("relay_script.py")
_PORT = 8080
PARTS = ("config-service /metrics", "collector exporter", "collector health", "prometheus", "grafana")
_COUNTED = "config_service_operations_total"


@dataclass
class Ground:
    """A stack with everything that looks at it; `busy_until` is when the last load ended, in Unix time."""

    stack: Stack
    api: httpx.AsyncClient
    prometheus: Prometheus
    grafana: Grafana
    database: Database
    database_name: str
    service_instance: str
    variables: Variables
    places: list[Place]
    probes: list[Probe]
    busy_until: float = 0.0


@asynccontextmanager
async def relay(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """The Collector's health, asked anew with each request; the container is removed at the end."""
    source = _RELAY.read_text(encoding="utf-8")
    program: dict[str, Any] = {
        "entrypoint": ["python", "-I", "-S", "-c", source],
        "command": ["http://otel-collector:13133/"],
    }
    async with (
        beside(site, "load-relay", ports=[_PORT], mem_limit="64m", **program) as side,
        client(side.url(_PORT)) as http,
    ):
        await eventually(
            lambda: http.get("/"),
            lambda answer: answer.status_code == httpx.codes.OK,
            expected="200 from the Collector's health through the relay",
            of="otel-collector",
            within=30,
            hint=f"docker logs {side.name}",
        )
        yield http


@asynccontextmanager
async def standing_on(stack: Stack) -> AsyncIterator[Ground]:
    """Open everything that looks at a ready stack, and close it again."""
    place, site = place_of(stack), site_of(stack)
    async with AsyncExitStack() as held:
        api, collector, http = [
            await held.enter_async_context(client(stack.url(each)))
            for each in ("config-service", "otel-collector", "prometheus")
        ]
        grafana = await held.enter_async_context(Grafana(place.grafana, place.login))
        await held.enter_async_context(sink(site))
        health = await held.enter_async_context(relay(site))
        prometheus = Prometheus(http)
        own, variables = await instance(api), await _variables(grafana)
        by_path = {job: variables["plumbline-application", job] for job in PATH_JOBS.values()}
        asks = [
            exposes(api, "/metrics", _COUNTED),
            exposes(collector, "/metrics", _COUNTED),
            exposes(health, "/", ""),
            answers(prometheus),
            draws(grafana),
        ]
        yield Ground(
            stack,
            api,
            prometheus,
            grafana,
            place.database,
            example()["DATABASE_NAME"],
            own,
            variables,
            places(api, collector, prometheus, grafana, own, by_path),
            [Probe(part, ask) for part, ask in zip(PARTS, asks, strict=True)],
        )


async def _variables(grafana: Grafana) -> Variables:
    """Resolve every dashboard's variables, for each path that it can show."""
    window = Window(time.time() - 30, time.time())
    found: dict[tuple[str, str], list[Resolved]] = {}
    for dashboard in shipped():
        for path in paths(dashboard):
            wanted = {PATH: [path]} if path else None
            found[dashboard.uid, path] = await resolve(grafana, dashboard, window, wanted)
    return found
