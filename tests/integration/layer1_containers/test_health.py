"""Each health check can fail: it does where its program is not, and the service's where the service is not ready."""

import asyncio
from collections.abc import Mapping

import pytest
import pytest_asyncio

from fixtures import deadlines
from fixtures.docker import Container
from fixtures.expectations import SERVICES, Service
from machine.process import run

pytestmark = pytest.mark.pipeline
NOWHERE = "1"
"""A port on which nothing listens in any container."""
PRETEND = """
import http.server, os, subprocess, sys, threading

class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(int(sys.argv[1]) if self.path == "/ready" else int(sys.argv[2]))
        self.end_headers()
    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {**os.environ, "HTTP_PORT": str(server.server_port)}
sys.exit(subprocess.run(sys.argv[3:], env=environment, timeout=10).returncode)
"""
"""Answers /ready and everything else as it is told, and runs the health check against itself."""
PRETENCES = {"200 404": True, "503 200": False, "404 200": False}
"""What /ready and everything else is answered with, and whether that is healthy."""


def checks(container: Container) -> list[str]:
    """The words of a container's health check, as the engine runs them."""
    kind, *words = container.details["Config"]["Healthcheck"]["Test"]
    return ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words


def elsewhere(text: str, service: Service) -> str:
    """A text in which the ports of a service are another."""
    for each in service.ports:
        text = text.replace(f":{each.inside}", f":{NOWHERE}")
    return NOWHERE if text in {str(each.inside) for each in service.ports} else text


def misled(container: Container, service: Service) -> list[str]:
    """What to run in a container for its health check to ask where nothing listens."""
    given = dict(each.split("=", 1) for each in container.details["Config"]["Env"])
    variables = {name: elsewhere(value, service) for name, value in given.items()} | {"PGPORT": NOWHERE}
    options = [f"--env={name}={value}" for name, value in variables.items() if given.get(name) != value]
    return [*options, container.id, *(elsewhere(each, service) for each in checks(container))]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ended(containers: Mapping[str, Container]) -> Mapping[tuple[str, str], int]:
    """How each check ended where nothing listens, and against a service that only pretends; all at once."""
    asked: dict[tuple[str, str], list[str]] = {}
    for each in SERVICES:
        container = containers[each.name]
        asked[each.name, "nowhere"] = misled(container, each)
    service = containers["config-service"]
    for answers in PRETENCES:
        words = ["python", "-I", "-S", "-c", PRETEND, *answers.split(), *checks(service)]
        asked["config-service", answers] = [service.id, *words]
    runs = (run(["docker", "exec", *words], timeout=deadlines.COMMAND, check=False) for words in asked.values())
    return {key: done.exit_code for key, done in zip(asked, await asyncio.gather(*runs), strict=True)}


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
async def test_health_check_fails_where_nothing_listens(ended: Mapping[tuple[str, str], int], service: Service) -> None:
    assert ended[service.name, "nowhere"] != 0, "it passes whatever happens"


@pytest.mark.parametrize("answers", PRETENCES)
async def test_service_is_healthy_when_it_says_it_is_ready(ended: Mapping[tuple[str, str], int], answers: str) -> None:
    assert (ended["config-service", answers] == 0) is PRETENCES[answers]
