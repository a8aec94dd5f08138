"""The whole experiment: several lives of all variants, in each of them slices at saturation and at a fixed rate."""

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from fixtures.bringup import Stack
from fixtures.prometheus import client
from fixtures.replicas import private_ground
from machine.progress import Steps
from tests.load.overhead.accounting import Memory
from tests.load.overhead.contenders import Contender, life, replicas, stored
from tests.load.overhead.cores import Cores, kept_to, pin
from tests.load.overhead.intervals import SEED
from tests.load.overhead.rounds import Round, fixed_rate, levelled, rounds, saturation
from tests.load.overhead.variants import DECIDING
from tests.load.overhead.witnesses import Witness, witnesses


@dataclass(frozen=True)
class Plan:
    """How many pairs for each comparison, over how many lives, and how many requests warm each process up.

    `further` times as many pairs more, at saturation, are of those alone whose ratios decide something: with 130 an
    interval is as wide as what off against off may differ.
    """

    pairs: int = 130
    further: int = 4
    lives: int = 10
    warm_up: int = 500

    def shares(self, pairs: int) -> list[int]:
        """Return the part of each life in so many pairs: equal as far as they can be."""
        return [pairs // self.lives + (number < pairs % self.lives) for number in range(self.lives)]


@dataclass
class Findings:
    """What was measured, life after life; `rest` is CPU seconds per second while another variant was under load.

    Not every variant is in every round at saturation.
    """

    saturation: list[Round] = field(default_factory=list)
    fixed_rate: list[Round] = field(default_factory=list)
    memory: list[Mapping[str, Memory]] = field(default_factory=list)
    rest: list[Mapping[str, float]] = field(default_factory=list)
    witnesses: list[Mapping[str, Witness]] = field(default_factory=list)


async def observe(stack: Stack, plan: Plan, steps: Steps) -> Findings:
    """Run the experiment beside a standing stack, whose Collector takes what is pushed; remove what it started."""
    cores = Cores.split(os.sched_getaffinity(0))
    chance = random.Random(SEED)  # noqa: S311  # order, not secrecy
    findings = Findings()
    await pin(cores.rest, *(each.id for each in (await stack.containers()).values()))
    async with private_ground(stack) as ground:
        async with steps.step("the variants, beside a database of their own"):
            every = await replicas(ground, cores)
            path = await stored(every[0])
        with kept_to(cores.rest):
            shares = zip(plan.shares(plan.pairs), plan.shares(plan.further * plan.pairs), strict=True)
            for number, (pairs, further) in enumerate(shares, start=1):
                async with (
                    steps.step(f"life {number} of {plan.lives}: {pairs} pairs of all, {further} of what is judged"),
                    life(every, path, plan.warm_up) as contenders,
                ):
                    await _live(stack, contenders, pairs, chance, findings)
                    judged = [each for each in contenders if each.variant in DECIDING]
                    findings.saturation += await rounds(judged, further, saturation, chance)
    return findings


async def _live(
    stack: Stack, contenders: Sequence[Contender], pairs: int, chance: random.Random, findings: Findings
) -> None:
    async with client(stack.url("cadvisor")) as cadvisor:
        before, began = await witnesses(contenders, cadvisor), monotonic()
        findings.saturation += await rounds(contenders, pairs, saturation, chance)
        findings.fixed_rate += await rounds(contenders, pairs, fixed_rate, chance)
        after, took = await witnesses(contenders, cadvisor), monotonic() - began
    used = {name: account.since(before[name]) for name, account in after.items()}
    findings.witnesses.append(used)
    findings.rest.append({each.variant.name: each.rest(used[each.variant.name].own, took) for each in contenders})
    findings.memory.append(await levelled(contenders))
