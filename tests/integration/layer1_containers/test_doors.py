"""Doors that stay shut: other addresses of this machine, other sites, and requests that would stop or change a part."""

import asyncio
import socket
from collections.abc import Iterable

import psutil
import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.prometheus import client

pytestmark = pytest.mark.pipeline
PEEK = 2.0 * deadlines.SLOWNESS
"""Seconds for a connection to this machine itself."""
HTTP = ("config-service", "prometheus", "grafana", "cadvisor", "otel-collector")
ELSEWHERE = "http://elsewhere.example"


def other_addresses() -> list[str]:
    """Every address of this machine but 127.0.0.1, the engine's bridges included."""
    found = (each for interface in psutil.net_if_addrs().values() for each in interface)
    return [each.address for each in found if each.family == socket.AF_INET and each.address != "127.0.0.1"]


async def answering(addresses: Iterable[str], ports: Iterable[int]) -> list[str]:
    """Return which of these places take a connection."""

    async def take(address: str, port: int) -> str | None:
        try:
            async with asyncio.timeout(PEEK):
                _, writer = await asyncio.open_connection(address, port)
        except OSError:
            return None
        writer.close()
        return f"{address}:{port}"

    return [each for each in await asyncio.gather(*(take(a, p) for a in addresses for p in ports)) if each]


async def test_published_ports_answer_on_loopback_alone(stack: Stack) -> None:
    ports = sorted(stack.ports.values())

    reached = await answering(["127.0.0.1"], ports)
    beyond = await answering(["::1", *other_addresses()], ports)

    assert len(reached) == len(ports) > 0
    assert beyond == [], "anybody in the network could reach these"


SENT = {"email": "somebody@example.org"}
DISABLED = {500, 503}
"""How Prometheus says that its administration is off."""
REFUSED = {
    "stopping Prometheus": ("prometheus", "POST", "/-/quit", {403}),
    "reloading Prometheus": ("prometheus", "POST", "/-/reload", {403}),
    "taking a copy of the samples": ("prometheus", "POST", "/api/v1/admin/tsdb/snapshot", DISABLED),
    "deleting samples": ("prometheus", "POST", "/api/v1/admin/tsdb/delete_series?match[]=up", DISABLED),
    "writing samples": ("prometheus", "POST", "/api/v1/write", {404}),
    "writing samples by OTLP": ("prometheus", "POST", "/api/v1/otlp/v1/metrics", {404}),
    "making an account in Grafana": ("grafana", "POST", "/api/user/signup", {401}),
    "Grafana's settings": ("grafana", "GET", "/api/admin/settings", {401}),
    "the service's framework pages": ("config-service", "GET", "/docs", {404}),
}


@pytest.mark.parametrize(("service", "method", "path", "statuses"), REFUSED.values(), ids=list(REFUSED))
async def test_stranger_is_refused(stack: Stack, service: str, method: str, path: str, statuses: set[int]) -> None:
    async with client(stack.url(service)) as http:
        answer = await http.request(method, path, json=SENT if method == "POST" else None)

    assert answer.status_code in statuses, answer.text[:300]


@pytest.mark.parametrize("service", HTTP)
async def test_page_of_another_site_may_not_read(stack: Stack, service: str) -> None:
    async with client(stack.url(service)) as http:
        answers = [
            await http.request(method, "/metrics", headers={"origin": ELSEWHERE}) for method in ("GET", "OPTIONS")
        ]
        answers.append(await http.get("/api/v1/query?query=up", headers={"origin": ELSEWHERE}))

    allowed = [answer.headers.get("access-control-allow-origin") for answer in answers]
    assert allowed == [None] * 3
