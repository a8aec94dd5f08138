"""Things that look like a run's and are not: somebody's project, a stack for people, and another machine's dead run."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fixtures.docker import docker, listed
from fixtures.errors import StackError
from fixtures.runs import HOST_LABEL, RUN_LABEL
from fixtures.sweep import UP
from tests.exits.leftovers import ELSEWHERE, KINDS

MARK = "io.plumbline.decoy"
_PROJECT = "com.docker.compose.project"


def owners(host: str) -> Mapping[str, Mapping[str, str]]:
    """Return the labels of each owner's things."""
    return {
        "somebodys": {_PROJECT: "plumbline-somebodys"},
        "for-people": {RUN_LABEL: UP, HOST_LABEL: host},
        "elsewhere": {RUN_LABEL: "0000dead", HOST_LABEL: ELSEWHERE},
    }


@asynccontextmanager
async def decoys(host: str, image: str) -> AsyncIterator[None]:
    """Have a running container, a network and a volume of each owner; gone with the block, and with the next one."""
    await _remove()
    try:
        for name, labels in owners(host).items():
            own = [part for key, value in {**labels, MARK: "1"}.items() for part in ("--label", f"{key}={value}")]
            name = f"plumbline-decoy-{name}"
            await docker("network", "create", *own, name)
            await docker("volume", "create", *own, name)
            using = ("--detach", "--pull", "never", "--network", name, "--volume", f"{name}:/kept", "--name", name)
            keeps = ("sh", "-c", "echo kept > /kept/word; exec sleep infinity")
            await docker("run", *using, *own, "--restart", "always", "--init", image, *keeps)
        yield
    finally:
        await _remove()


async def _remove() -> None:
    force = {"container": ("--force",), "network": (), "volume": ()}
    for kind in KINDS:
        if found := await listed(kind, f"label={MARK}"):
            await docker(kind, "rm", *force[kind], *found)


async def intact(host: str) -> list[str]:
    """Return the owners whose container no longer runs, or whose volume lost what was in it, with what was read."""
    lost = []
    for name in owners(host):
        try:
            word = (await docker("exec", f"plumbline-decoy-{name}", "cat", "/kept/word")).text
        except StackError as error:
            word = str(error)
        if word != "kept":
            lost.append(f"{name}: {word}")
    return lost
