"""Whether every container lived through the load: the same one as before, never killed, and without a complaint."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fixtures.bringup import SERVICES, Stack
from fixtures.complaints import complaints
from fixtures.docker import Container, logs
from fixtures.events import Event

ENDINGS = ("die", "oom", "restart", "kill", "stop", "pause", "unpause", "health_status: unhealthy")
MOST_LINES = 20000
HARMLESS: Mapping[str, Mapping[str, str]] = {
    "postgres": {
        "canceling statement due to statement timeout": "a statement waited for a held row as long as it may",
    }
}
"""What a scenario that holds a row may make a service write at level error, and why."""


@dataclass(frozen=True)
class Life:
    """What changes when a container is replaced, restarted or killed."""

    container: str
    process: int
    started: str
    restarts: int
    oom_killed: bool


def life(container: Container) -> Life:
    """Return a container's life as the engine tells it now."""
    state = container.state
    restarts = int(container.details["RestartCount"])
    return Life(container.id, int(state["Pid"]), str(state["StartedAt"]), restarts, bool(state["OOMKilled"]))


async def lives(stack: Stack) -> dict[str, Life]:
    """Return every container's life by service."""
    return {service: life(each) for service, each in (await stack.containers()).items() if service in SERVICES}


def changed(before: Mapping[str, Life], after: Mapping[str, Life]) -> list[str]:
    """Return in words whose life is not the one it was."""
    found = []
    for service in sorted(before.keys() | after.keys()):
        was, now = before.get(service), after.get(service)
        if was is None or now is None:
            found.append(f"{service} {'appeared' if was is None else 'is gone'}")
        elif was.container != now.container:
            found.append(f"{service} was replaced by another container")
        elif was != now:
            killed = " after it was killed for memory" if now.oom_killed and not was.oom_killed else ""
            found.append(f"{service} was started again{killed}: {was} is now {now}")
    return found


def interrupted(events: Sequence[Event], since: float, until: float) -> list[str]:
    """Return what the engine reports between two Unix times that no container may go through under load."""
    return [
        f"{each.service}: {each.action} at {each.time:.1f}"
        for each in events
        if each.service in SERVICES and since <= each.time <= until and each.action.startswith(ENDINGS)
    ]


async def complained(stack: Stack, since: float, *, held: bool) -> list[str]:
    """Return every line at level error since a Unix time; what a held row makes a service write is left out."""
    moment = datetime.fromtimestamp(since, UTC).isoformat()

    async def of(service: str, container: Container) -> list[str]:
        text = await logs(container.id, tail=MOST_LINES, since=moment)
        more = HARMLESS.get(service, {}) if held else {}
        return [f"{service}: {line}" for line in complaints(service, text, more)]

    ours = [of(service, each) for service, each in (await stack.containers()).items() if service in SERVICES]
    return [line for lines in await asyncio.gather(*ours) for line in lines]
