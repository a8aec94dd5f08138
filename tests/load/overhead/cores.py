"""Which core the measured processes have to themselves, and how everything else is kept off it."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fixtures.docker import docker
from fixtures.errors import StackError

_FIRST = "262144"
"""The most that a container can weigh; 1024 is usual."""


@dataclass(frozen=True)
class Cores:
    """The core of the services, and all others, as `--cpuset-cpus` takes them."""

    services: str
    rest: str

    @classmethod
    def split(cls, available: Collection[int]) -> "Cores":
        """Give the last core to the services.

        Raises:
            StackError: there is only one.
        """
        if len(available) < 2:
            raise StackError(
                "only one core\n  where: this machine\n  to do: give it two: the services need one for themselves"
            )
        *rest, last = sorted(available)
        return cls(str(last), ",".join(map(str, rest)))


async def pin(cores: str, *containers: str) -> None:
    """Keep containers to these cores from now on, where they go before whatever else this machine does."""
    await docker("update", "--cpuset-cpus", cores, "--cpu-shares", _FIRST, *containers)


@contextmanager
def kept_to(cores: str) -> Iterator[None]:
    """Keep this process to these cores inside the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
