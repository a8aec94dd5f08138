"""Where the engine is: whether it sees this machine's files, and whether its published ports are on this 127.0.0.1."""

import json
import socket
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from machine.errors import MachineError
from machine.process import run

_LOCAL = {"", "localhost", "127.0.0.1", "::1"}
_NO_IMAGE = "plumbline.invalid/no-such-image:none"


async def elsewhere(environment: Mapping[str, str], info: Mapping[str, Any]) -> str:
    """Say why bind mounts or published ports would not work here; empty when they do, or nobody can tell."""
    endpoint = await _endpoint(environment)
    remote = remote_host(endpoint)
    if remote:
        return f"another machine: {remote}"
    if not await _shares_files():
        return f"an engine that does not see this machine's files ({endpoint or 'default socket'})"
    if not _same_network(endpoint) and not shares_ports(info, await _bridge_gateway(), _addresses()):
        return "an engine in another network: what it publishes on 127.0.0.1 is not on ours"
    return ""


def remote_host(endpoint: str) -> str:
    """The other machine that an endpoint names; empty for sockets and loopback addresses."""
    parts = urlsplit(endpoint)
    if parts.scheme in {"unix", "npipe", "fd", ""}:
        return ""
    host = parts.hostname or ""
    return "" if host in _LOCAL or host == socket.gethostname() else host


def shares_ports(info: Mapping[str, Any], gateway: str, addresses: set[str]) -> bool:
    """False when the engine's bridge is not an interface here, unless the engine forwards its ports by itself."""
    forwards = any("rootless" in str(option) for option in info.get("SecurityOptions") or [])
    forwards = forwards or "Docker Desktop" in str(info.get("OperatingSystem", ""))
    return forwards or not gateway or gateway in addresses


def _same_network(endpoint: str) -> bool:
    """True when the program behind the engine's socket is in this process's network; False when that cannot be seen."""
    path = urlsplit(endpoint).path or "/var/run/docker.sock"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(path)
            peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid, _, _ = struct.unpack("3i", peer)
        return pid > 0 and Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink()
    except OSError:
        return False


async def _endpoint(environment: Mapping[str, str]) -> str:
    if environment.get("DOCKER_HOST"):
        return environment["DOCKER_HOST"]
    return await _ask("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")


async def _shares_files() -> bool:
    """Ask for a container with a bind mount of a new directory and of an image that does not exist.

    The engine looks at the mount first: it complains about the image only when it has seen the directory, and creates
    nothing either way.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-") as directory:
        mount = f"type=bind,source={directory},target=/x"
        try:
            asked = await run(
                ["docker", "create", "--pull", "never", "--mount", mount, _NO_IMAGE], timeout=15, check=False
            )
        except MachineError:
            return True
    return "bind source path does not exist" not in asked.errors


async def _bridge_gateway() -> str:
    said = await _ask("network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}")
    try:
        configs = json.loads(said or "null") or []
    except json.JSONDecodeError:
        return ""
    return next((str(config["Gateway"]) for config in configs if config.get("Gateway")), "")


async def _ask(*arguments: str) -> str:
    try:
        return (await run(["docker", *arguments], timeout=15, check=False)).text.strip()
    except MachineError:
        return ""


def _addresses() -> set[str]:
    return {address.address for each in psutil.net_if_addrs().values() for address in each}
