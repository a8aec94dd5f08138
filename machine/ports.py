"""The usual ports of `make up`, and who has them now."""

import os
import re
from collections.abc import Mapping

import psutil

from machine.errors import MachineError
from machine.process import run
from machine.recipes import REPOSITORY

COMPOSE_FILE = REPOSITORY / "compose" / "docker-compose.yml"
_OURS = "plumbline"
MAKE_UP = "make up"
"""The user of a port that belongs to the stack for people."""
_COLLIDING = frozenset({"127.0.0.1", "0.0.0.0", "::", "::1"})  # noqa: S104 - compared, never bound


def published(compose: str, environment: Mapping[str, str]) -> dict[str, int]:
    """The host port behind each variable of a compose file's text, as the environment or the default says.

    Raises MachineError when the environment says what is no port.
    """
    found = re.findall(r"127\.0\.0\.1:\$\{(\w+):-(\d+)\}:", compose)
    return {name: _port(name, environment.get(name) or default) for name, default in found}


def _port(name: str, text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise MachineError(
        f"{name} is {text!r}, which is no port",
        where="the environment, or compose/.env",
        to_do="write a port, 1 to 65535, or leave it out",
    )


async def usual_ports(environment: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """Each variable with its port and who listens there: nothing, `make up` itself, a container, or a program."""
    listening = _listeners()
    containers = await _containers()
    found = {}
    for name, port in published(_compose_file(), {**_kept(), **environment}).items():
        user = containers.get(port) or listening.get(port, "") if port in listening else ""
        found[name] = (port, user)
    return found


def _compose_file() -> str:
    return COMPOSE_FILE.read_text()


def _kept() -> dict[str, str]:
    """The ports that `make up` was told before, as `.env` beside the compose file has them."""
    file = COMPOSE_FILE.with_name(".env")
    return dict(re.findall(r"^(\w+_PORT)=(\d+)$", file.read_text(), re.MULTILINE)) if file.is_file() else {}


def _listeners() -> dict[int, str]:
    """Ports that 127.0.0.1 would collide with, and the program; another user's program has no name here."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return {}
    found: dict[int, str] = {}
    for connection in connections:
        if connection.status != psutil.CONN_LISTEN or not connection.laddr:
            continue
        address, port = connection.laddr
        if address in _COLLIDING:
            found[port] = _program(connection.pid)
    return found


def _program(pid: int | None) -> str:
    if pid is None:
        return "a program of another user"
    try:
        return f"{psutil.Process(pid).name()} (process {pid})"
    except psutil.Error:
        return f"process {pid}"


async def _containers() -> dict[int, str]:
    """Published ports and the container each belongs to; nothing where no engine answers."""
    form = '{{.Names}}\t{{.Label "com.docker.compose.project"}}\t{{.Ports}}'
    try:
        listed = await run(["docker", "ps", "--format", form], timeout=15, check=False, env=os.environ)
    except MachineError:
        return {}
    return parse_containers(listed.text)


def parse_containers(text: str) -> dict[int, str]:
    """Published ports by the lines of `docker ps`: name, compose project, ports."""
    found: dict[int, str] = {}
    for name, project, ports in (line.split("\t") for line in text.splitlines() if line.count("\t") == 2):
        for first, last in re.findall(r":(\d+)(?:-(\d+))?->", ports):  # neighbours are listed as a range
            for port in range(int(first), int(last or first) + 1):
                found[port] = MAKE_UP if project == _OURS else f"container {name}"
    return found
