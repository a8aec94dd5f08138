"""Whether the places that images come from can be reached; each answer is bounded in time, a swallowed packet too."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from machine import roots
from machine.errors import MachineError
from machine.process import run

_SECONDS = 6.0
# A process of its own: name resolution cannot be interrupted, and would hold this one at its end.
_ASK = """
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=5).close()
except urllib.error.HTTPError as error:
    sys.exit(error.code >= 500)
"""


async def ways(environment: Mapping[str, str]) -> tuple[bool | None, bool, bool, bool | None]:
    """Whether a registry answers, mmdebstrap is there or can be, a Debian mirror answers, the Go proxy answers.

    None where nobody here can tell which one is used: no engine yet, or a Go that is left to its own default.
    """
    return await asyncio.gather(_registry_answers(), _mmdebstrap(), _mirror_answers(), _go_proxy_answers(environment))


async def _registry_answers() -> bool | None:
    try:
        told = await run(["docker", "info", "--format", "{{.IndexServerAddress}}"], timeout=_SECONDS, check=False)
    except MachineError:
        return None
    return await answers(told.text) if told.text.startswith("http") else None


async def _go_proxy_answers(environment: Mapping[str, str]) -> bool | None:
    address = go_proxy_of(environment)
    return await answers(f"{address}/golang.org/x/sync/@v/list") if address else None


def go_proxy_of(environment: Mapping[str, str], home: Path | None = None) -> str:
    """The module proxy that Go is told to use: by the environment, or its own settings file; empty when by neither."""
    said = environment.get("GOPROXY", "")
    file = (home or Path.home()) / ".config" / "go" / "env"
    if not said and file.is_file():
        settings = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
        said = settings.get("GOPROXY", "")
    addresses = [part for part in said.replace("|", ",").split(",") if part.startswith("http")]
    return addresses[0].rstrip("/") if addresses else ""


async def answers(address: str) -> bool:
    """True when a server answers there at all, be it with a refusal."""
    if not address.startswith(("http://", "https://")):
        return False
    try:
        return (await run([sys.executable, "-I", "-c", _ASK, address], timeout=_SECONDS, check=False)).exit_code == 0
    except MachineError:
        return False


async def _mirror_answers() -> bool:
    try:
        mirror = await roots.debian_mirror()
    except MachineError:
        return False
    return await answers(f"{mirror}/dists/trixie/InRelease")


async def _mmdebstrap() -> bool:
    return shutil.which("mmdebstrap") is not None or (os.geteuid() == 0 and roots.is_debian())
