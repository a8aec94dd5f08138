"""All variants at once, as containers of the real image beside a real database; each life of theirs begins afresh."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from fixtures import deadlines
from fixtures.docker import docker
from fixtures.errors import NotYet
from fixtures.polling import eventually
from fixtures.prometheus import client
from fixtures.replicas import Ground, Lone
from tests.load.overhead.accounting import Process
from tests.load.overhead.cores import Cores, pin
from tests.load.overhead.scraper import scrape
from tests.load.overhead.sender import IN_FLIGHT, Sender
from tests.load.overhead.variants import VARIANTS, Variant

Done = TypeVar("Done")
PORT = 8000
DOCUMENT = {"limits": {"requests": 100, "burst": 20}, "features": ["a", "b", "c"], "owner": "platform"}


@dataclass(frozen=True)
class Replica:
    """A variant's container, which outlives its processes."""

    variant: Variant
    container: Lone


@dataclass
class Contender:
    """A variant in one life: its process, who sends to it, and what was asked of it so far."""

    variant: Variant
    container: Lone
    process: Process
    sender: Sender
    requests: int = 0
    loaded_seconds: float = 0.0
    loaded_cpu: float = 0.0
    _scraping: "asyncio.Task[None] | None" = field(default=None, repr=False)

    def watch(self) -> None:
        """Begin to scrape it, if it is one that is scraped."""
        if self.variant.scraped:
            self._scraping = asyncio.create_task(scrape(self.sender.host, PORT), name=f"scrape {self.variant.name}")

    def raise_if_unwatched(self) -> None:
        """Raise what ended the scraping before its time."""
        if self._scraping is not None and self._scraping.done():
            self._scraping.result()

    def rest(self, cpu_seconds: float, seconds: float) -> float:
        """Return the CPU seconds per second outside its slices, of what it used in so many seconds altogether."""
        return (cpu_seconds - self.loaded_cpu) / (seconds - self.loaded_seconds)

    def leave(self) -> None:
        """Stop sending and scraping."""
        self.sender.close()
        if self._scraping is not None:
            self._scraping.cancel()


async def replicas(ground: Ground, cores: Cores) -> list[Replica]:
    """Start the database and one container of each variant; they reach the stack's Collector by its name."""
    database = await ground.database()
    await pin(cores.rest, database.id)
    pool = {"DATABASE_POOL_MIN": str(IN_FLIGHT), "DATABASE_POOL_MAX": str(IN_FLIGHT)}

    async def start(number: int, variant: Variant) -> Replica:
        container = await ground.service(f"variant-{number}", **pool, **variant.environment)
        await docker("network", "connect", ground.stack.network, container.id)
        await pin(cores.services, container.id)
        return Replica(variant, container)

    return await _together(start(number, variant) for number, variant in enumerate(VARIANTS))


async def stored(replica: Replica) -> str:
    """Store one configuration and return its path; every variant reads this one from the shared database."""
    await _ready(replica)
    async with client(f"http://127.0.0.1:{await replica.container.port()}") as http:
        made = await http.post("/api/v1/applications", json={"name": "overhead"})
        own = f"/api/v1/applications/{made.raise_for_status().json()['id']}/configurations"
        found = await http.post(own, json={"name": "limits", "document": DOCUMENT})
        return f"{own}/{found.raise_for_status().json()['id']}"


@asynccontextmanager
async def life(every: Sequence[Replica], path: str, warm_up: int) -> AsyncIterator[list[Contender]]:
    """Restart every container, and yield the new processes when each has answered `warm_up` requests.

    Raises:
        StackError: one of them does not come up or, when the life ends, could not be scraped all the time.
    """
    await _together(docker("restart", "--time", "10", each.container.id) for each in every)
    contenders = await _together(_begun(each, path) for each in every)
    try:
        for each in contenders:
            each.watch()
            await each.sender.ready()
            each.requests += (await each.sender.spend(warm_up)).requests
        yield contenders
        for each in contenders:
            each.raise_if_unwatched()
    finally:
        for each in contenders:
            each.leave()


async def _begun(replica: Replica, path: str) -> Contender:
    await _ready(replica)
    details = await replica.container.details()
    process = Process(int(details["State"]["Pid"]))
    sender = Sender(replica.variant.name, _address(details), PORT, path)
    return Contender(replica.variant, replica.container, process, sender)


async def _together(works: Iterable[Coroutine[Any, Any, Done]]) -> list[Done]:
    """Wait for all, also when one fails, so that none goes on behind the clean-up's back; raise the first error."""
    found = await asyncio.gather(*works, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return [each for each in found if not isinstance(each, BaseException)]


def _address(details: Any) -> str:
    """The container's own address: the published port would put docker's proxy, a process of its own, between."""
    networks = details["NetworkSettings"]["Networks"].values()
    return str(next(each["IPAddress"] for each in networks if each["IPAddress"]))


async def _ready(replica: Replica) -> None:
    async def probe() -> int:
        try:
            address = _address(await replica.container.details())
        except StopIteration as error:
            raise NotYet("it has no address") from error
        async with client(f"http://{address}:{PORT}") as http:
            try:
                return (await http.get("/ready")).status_code
            except httpx.TransportError as error:
                raise NotYet(repr(error)) from error

    await eventually(
        probe,
        lambda status: status == httpx.codes.OK,
        expected="ready",
        of=f"the service with telemetry {replica.variant.name}, at its container's own address",
        within=deadlines.UP,
        hint=f"docker logs {replica.container.id[:12]}",
    )
