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

REGISTRY = "https://registry-1.docker.io/v2/"
GO_PROXY = "https://proxy.golang.org"
_SECONDS = 6.0
# A process of its own: name resolution cannot be interrupted, and would hold this one at its end.
_ASK = """
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=5).close()
except urllib.error.HTTPError as error:
    sys.exit(error.code >= 500)
"""


async def ways(environment: Mapping[str, str]) -> tuple[bool, bool, bool, bool]:
    """Whether a registry answers, mmdebstrap is there or can be, a Debian mirror answers, the Go proxy answers."""
    registry, mirror, go_proxy = await asyncio.gather(
        answers(REGISTRY), _mirror_answers(), answers(f"{go_proxy_of(environment)}/golang.org/x/sync/@v/list")
    )
    return registry, _mmdebstrap(), mirror, go_proxy


def go_proxy_of(environment: Mapping[str, str], home: Path | None = None) -> str:
    """The module proxy that Go uses here: the environment's, that of its own settings file, or the public one."""
    said = environment.get("GOPROXY", "")
    file = (home or Path.home()) / ".config" / "go" / "env"
    if not said and file.is_file():
        settings = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
        said = settings.get("GOPROXY", "")
    addresses = [part for part in said.replace("|", ",").split(",") if part.startswith("http")]
    return addresses[0].rstrip("/") if addresses else GO_PROXY


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


def _mmdebstrap() -> bool:
    return shutil.which("mmdebstrap") is not None or (os.geteuid() == 0 and roots.is_debian())
