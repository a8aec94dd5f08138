"""A Docker engine that answers: the one that is there, else the one that is installed, else Debian's.

An engine that somebody chose (DOCKER_HOST, a context) is used or complained about, never replaced. What to do is
decided from facts by `decide`, which touches nothing; `ensure_engine` does it.
"""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import AcquireReturnProxy, FileLock, Timeout

from machine import daemon, debian, docker
from machine.docker import Client, Server, Version, show_version
from machine.errors import MachineError
from machine.process import run
from machine.progress import Steps

_LOCK_SECONDS = 900.0
_NEEDS = "Plumbline needs Docker engine 25 (API 1.44) or newer, compose 2.20.2 or newer, and buildx"
_INSTALL = "https://docs.docker.com/engine/install/"
_GET_DOCKER = f"install Docker ({_INSTALL}), start it, and run this again"


@dataclass(frozen=True)
class Facts:
    """What there is on this machine."""

    client: Client | None
    named: str
    dockerd: Version | None
    is_root: bool
    can_install: bool

    @property
    def server(self) -> Server | None:
        """The engine that answers."""
        return self.client.server if self.client else None


@dataclass(frozen=True)
class Plan:
    """What is missing: packages to install, and whether to start the engine afterwards."""

    packages: tuple[str, ...] = ()
    start: bool = False

    @property
    def is_empty(self) -> bool:
        """True when everything is there."""
        return not self.packages and not self.start


def decide(facts: Facts) -> Plan:
    """What must be done to have a usable engine.

    Raises MachineError when it cannot be had: the engine refuses this user, is too old, was chosen and does not answer,
    or is missing where nothing can be installed.
    """
    _refuse_unusable(facts)
    if facts.server is None and not facts.named and facts.dockerd is None:
        if not facts.can_install:
            raise MachineError(f"there is no Docker engine; {_NEEDS}", where="this machine", to_do=_GET_DOCKER)
        return Plan(packages=debian.ENGINE_PACKAGES, start=True)
    start = facts.server is None and not facts.named
    if start and not facts.is_root:
        raise MachineError(
            "the Docker engine is installed but does not run, and only root can start it",
            where="this machine",
            to_do="sudo systemctl start docker   (without systemd: sudo dockerd &)",
        )
    packages = _missing_client_parts(facts.client)
    if packages and not facts.can_install:
        raise MachineError(
            f"missing or too old: {', '.join(packages)} (compose found: {_compose(facts)}); {_NEEDS}",
            where="the docker command and its plugins",
            to_do="install docker-compose-plugin and docker-buildx-plugin from the same place as docker",
        )
    return Plan(packages=packages, start=start)


def _refuse_unusable(facts: Facts) -> None:
    silence = facts.client.silence if facts.client else ""
    if facts.server is None and "permission denied" in silence.lower():
        raise MachineError(
            f"this user may not speak to the Docker engine\n  {silence}",
            where=facts.named or "/var/run/docker.sock",
            to_do='sudo usermod -aG docker "$USER", then log in again (or: newgrp docker)',
        )
    if facts.server is None and facts.named and facts.client is not None:
        raise MachineError(
            f"the Docker engine that was chosen does not answer\n  {silence}",
            where=facts.named,
            to_do="start it, or unset DOCKER_HOST and `docker context use default` to use this machine's own",
        )
    if facts.server is not None and facts.server.api < docker.NEEDED_API:
        found = f"{facts.server.version} (API {show_version(facts.server.api)})"
        raise _too_old(found, facts.named or "the engine that runs here")
    if facts.server is None and not facts.named and facts.dockerd and facts.dockerd < docker.NEEDED_ENGINE:
        raise _too_old(show_version(facts.dockerd), shutil.which("dockerd") or "dockerd")


def _too_old(found: str, where: str) -> MachineError:
    return MachineError(
        f"the Docker engine is too old: {found}; {_NEEDS}",
        where=where,
        to_do=f"upgrade it ({_INSTALL}); that is left to you, because its containers stop meanwhile",
    )


def _missing_client_parts(client: Client | None) -> tuple[str, ...]:
    if client is None:
        return ("docker-cli", "docker-buildx", "docker-compose")
    parts = []
    if client.buildx is None:
        parts.append("docker-buildx")
    if client.compose is None or client.compose < docker.NEEDED_COMPOSE:
        parts.append("docker-compose")
    return tuple(parts)


def _compose(facts: Facts) -> str:
    return show_version(facts.client.compose) if facts.client and facts.client.compose else "none"


async def find_facts() -> Facts:
    """Look at this machine; changes nothing. Raises MachineError when docker's configuration is broken."""
    return Facts(
        client=await docker.ask_client(),
        named=docker.named_engine(os.environ, await docker.current_context()),
        dockerd=await _dockerd_version(),
        is_root=os.geteuid() == 0,
        can_install=debian.can_install(),
    )


async def _dockerd_version() -> Version | None:
    if shutil.which("dockerd") is None:
        return None
    said = await run(["dockerd", "--version"], timeout=15, check=False)
    return docker.parse_version(said.text) if said.exit_code == 0 else None


async def ensure_engine(steps: Steps) -> Server:
    """The engine that answers, installed and started first where that is needed and possible.

    Raises MachineError with what is missing and what to do.
    """
    facts = await find_facts()
    if not decide(facts).is_empty:
        facts = await _make_ready(steps)
    if facts.server is None:
        raise MachineError(
            "the Docker engine does not answer",
            where=facts.named or "this machine",
            to_do="start it, or see why it is silent: `docker info`, `journalctl -u docker`",
        )
    return facts.server


async def _make_ready(steps: Steps) -> Facts:
    """Do what is missing, one caller at a time; a second caller finds it done."""
    with await _locked():
        facts = await find_facts()
        plan = decide(facts)
        if plan.packages:
            async with steps.step(f"Installing {', '.join(plan.packages)}"):
                await debian.install(plan.packages)
            facts = await find_facts()
            # The package may have started it already; a second attempt at installing would do no better.
            plan = Plan(start=facts.server is None and not facts.named)
        if plan.start:
            async with steps.step("Starting the Docker engine"):
                await daemon.start(daemon.Dockerd())
            facts = await find_facts()
    left = decide(facts)
    if left.packages:
        what = f"installed, but still not found: {', '.join(left.packages)}"
        raise MachineError(what, where="the docker command's plugin directories", to_do=_GET_DOCKER)
    return facts


async def _locked() -> AcquireReturnProxy[FileLock]:
    lock = FileLock(Path("/run/plumbline-engine.lock"), timeout=0)
    deadline = asyncio.get_running_loop().time() + _LOCK_SECONDS
    while True:
        try:
            return lock.acquire()
        except Timeout:
            if asyncio.get_running_loop().time() > deadline:
                raise MachineError(
                    "another command has been setting up Docker for too long",
                    where=str(lock.lock_file),
                    to_do="see what it is doing (ps), end it if it hangs, and run this again",
                ) from None
            await asyncio.sleep(0.5)
