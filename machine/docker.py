"""What the docker command says about itself, its plugins and the engine it speaks to; it changes nothing."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from machine.errors import CommandTimedOut, MachineError
from machine.process import Completed, run, together

Version = tuple[int, ...]

NEEDED_API: Version = (1, 44)
NEEDED_ENGINE: Version = (25, 0)
NEEDED_COMPOSE: Version = (2, 20, 2)
DEFAULT_SOCKETS = frozenset({"unix:///var/run/docker.sock", "unix:///run/docker.sock"})
_ANSWER_SECONDS = 15.0


@dataclass(frozen=True)
class Server:
    """An engine that answered."""

    version: str
    api: Version


@dataclass(frozen=True)
class Client:
    """The docker command and what it found: no `server` means no engine answered, and `silence` says why."""

    version: str
    server: Server | None = None
    silence: str = ""
    compose: Version | None = None
    buildx: Version | None = None


def parse_version(text: str) -> Version | None:
    """The first version number in a text, as numbers: `26.1.5+dfsg1` is (26, 1, 5)."""
    match = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in match.group().split(".")) if match else None


def show_version(version: Version | None) -> str:
    """A version for people."""
    return ".".join(map(str, version)) if version else "unknown"


def named_engine(environment: Mapping[str, str], context: str) -> str:
    """How a person chose an engine other than this machine's default one; empty when nobody did."""
    host = environment.get("DOCKER_HOST", "")
    if host:
        return "" if host in DEFAULT_SOCKETS else f"DOCKER_HOST={host}"
    return "" if context in {"", "default"} else f"the docker context {context!r}"


def parse_client(version: Completed, compose: Completed, buildx: Completed) -> Client:
    """What `docker version --format '{{json .}}'` and the two plugins' `version` said."""
    said = _parse_json(version.text)
    server = said.get("Server")
    return Client(
        version=str((said.get("Client") or {}).get("Version", "")),
        server=Server(str(server["Version"]), parse_version(str(server["ApiVersion"])) or ()) if server else None,
        silence="" if server else "\n  ".join(version.errors.splitlines()[-3:]),
        compose=parse_version(compose.text) if compose.exit_code == 0 else None,
        buildx=parse_version(buildx.text) if buildx.exit_code == 0 else None,
    )


async def ask_version() -> Completed:
    """Ask the engine for its version; an engine that hangs counts as one that does not answer."""
    argv = ["docker", "version", "--format", "{{json .}}"]
    try:
        return await run(argv, timeout=_ANSWER_SECONDS, check=False)
    except CommandTimedOut as error:
        return Completed(tuple(argv), 1, b"", error.what.encode(), _ANSWER_SECONDS)


async def ask_client() -> Client | None:
    """The docker command of this machine; None when there is none.

    Raises MachineError when its configuration file is broken.
    """
    if shutil.which("docker") is None:
        return None
    version, compose, buildx = await together(
        ask_version(),
        run(["docker", "compose", "version", "--short"], timeout=_ANSWER_SECONDS, check=False),
        run(["docker", "buildx", "version"], timeout=_ANSWER_SECONDS, check=False),
    )
    broken = re.search(r"(?:Error loading|error parsing) config file[^\n]*", version.errors, re.IGNORECASE)
    if broken:
        raise MachineError(
            f"the docker command's configuration is broken: {broken.group()}",
            where=os.environ.get("DOCKER_CONFIG", "~/.docker") + "/config.json",
            to_do="correct the file, or move it away",
        )
    return parse_client(version, compose, buildx)


async def current_context() -> str:
    """The name of the context that docker commands use here."""
    if shutil.which("docker") is None:
        return os.environ.get("DOCKER_CONTEXT", "")
    shown = await run(["docker", "context", "show"], timeout=_ANSWER_SECONDS, check=False)
    return shown.text.strip()


async def ask_info() -> dict[str, Any]:
    """What `docker info` says of the engine; empty when it does not answer."""
    try:
        said = await run(["docker", "info", "--format", "{{json .}}"], timeout=_ANSWER_SECONDS, check=False)
    except MachineError:
        return {}
    return _parse_json(said.text)


def _parse_json(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
