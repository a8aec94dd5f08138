"""Rounds of slices: in each, every contender is under load once, alone, in an order drawn anew."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.load.overhead.accounting import Memory
from tests.load.overhead.contenders import Contender
from tests.load.overhead.sender import Sender, Sent

SECONDS = 0.2
RATE = 200.0
_SETTLE = 0.005
"""Seconds after the last answer until a server sleeps again and its accounts are settled."""


@dataclass(frozen=True)
class Slice:
    """One contender's turn: answers, wall and CPU seconds, and latencies in seconds where there was a rate."""

    requests: int
    seconds: float
    cpu_seconds: float
    latencies: tuple[float, ...] = ()


Load: TypeAlias = Callable[[Sender], Awaitable[Sent]]
Round: TypeAlias = Mapping[str, Slice]


def saturation(sender: Sender) -> Awaitable[Sent]:
    """As much as it can take."""
    return sender.saturate(SECONDS)


def fixed_rate(sender: Sender) -> Awaitable[Sent]:
    """As many requests as a slice has at the fixed rate."""
    return sender.steady(RATE, round(SECONDS * RATE))


async def rounds(contenders: Sequence[Contender], count: int, load: Load, chance: random.Random) -> list[Round]:
    """Return so many rounds, each a slice by variant."""
    found: list[Round] = []
    for _ in range(count):
        order = chance.sample(contenders, len(contenders))
        found.append({each.variant.name: await _slice(each, load) for each in order})
    return found


async def levelled(contenders: Sequence[Contender]) -> dict[str, Memory]:
    """Bring all to the same number of requests, and return what each then holds, by variant."""
    most = max(each.requests for each in contenders)
    for each in contenders:
        await each.sender.ready()
        each.requests += (await each.sender.spend(most - each.requests)).requests
    return {each.variant.name: each.process.memory() for each in contenders}


async def _slice(contender: Contender, load: Load) -> Slice:
    await contender.sender.ready()
    await asyncio.sleep(_SETTLE)
    before = contender.process.cpu_seconds()
    sent = await load(contender.sender)
    await asyncio.sleep(_SETTLE)
    used = contender.process.cpu_seconds() - before
    contender.requests += sent.requests
    contender.loaded_seconds += sent.seconds + _SETTLE
    contender.loaded_cpu += used
    return Slice(sent.requests, sent.seconds, used, sent.latencies)
