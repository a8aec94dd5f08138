"""Whether a container's figures follow the load: idle before, more during, idle again after; memory that stays."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.load.proof.offered import Rise
from tests.load.proof.shape import Points

RATE_WINDOW = 5.0
"""Seconds over which CPU is averaged: five housekeepings of cAdvisor."""
NEAR = 20.0
"""Seconds around a change of the load whose figures are compared with it: in a long stage CPU moves by itself alone."""
LAG = 3
"""Seconds that the figures may be behind: a housekeeping, a scrape, and their beat."""
CORRELATION = 0.5
"""At the least: what moves by itself stays far below it over some thirty points."""
RETURNED = 0.3
"""Share of the rise that may be left for the CPU to count as back."""
LEAST_CPU: Mapping[str, float] = {"config-service": 0.0005, "postgres": 0.0001}
"""CPU seconds that a request costs a container at the very least."""
WORKING = tuple(LEAST_CPU)
"""The containers that requests make work."""
MEMORY_GROWTH = 8 * 2**20
"""Bytes that a container may keep after its load, or gain from one third of it to the next: buffers, not a leak."""


@dataclass(frozen=True)
class Following:
    """One container's CPU in cores, and its correlation with the load over time (-1 to 1).

    `returned_after` is in seconds after the end of the load, None if it did not come back.
    """

    service: str
    before: float
    during: float
    returned_after: float | None
    correlation: float

    def complaints(self, least: float, within: float) -> list[str]:
        """Return in words where it does not follow; `least` is the rise in cores that the load costs at the least."""
        found = []
        if self.during - self.before < least:
            found.append(f"CPU rose from {self.before:.3f} to {self.during:.3f} cores, expected {least:.3f} more")
        if self.returned_after is None or self.returned_after > within:
            when = "never" if self.returned_after is None else f"{self.returned_after:g} s after the load"
            found.append(f"CPU came back {when}, expected within {within:g} s")
        if self.correlation < CORRELATION:
            found.append(f"CPU and load correlate by {self.correlation:.2f}, expected {CORRELATION:g} at the least")
        return [f"{self.service}: {each}" for each in found]


def following(
    service: str, cpu: Points, answered: Points, step: Rise, changes: Sequence[float], ended: float
) -> Following:
    """Return how a container's CPU (averaged over `RATE_WINDOW`) followed the answers a second of a run.

    `changes` are the seconds at which the load was to change.

    Raises:
        statistics.StatisticsError: there are no figures of a part of the run.
    """
    before, during = levels(cpu, step)
    return Following(service, before, during, back(cpu, step, ended), correlation(cpu, answered, changes))


def levels(cpu: Points, step: Rise) -> tuple[float, float]:
    """Return the median before the load and in its greatest stage.

    Raises:
        statistics.StatisticsError: there are no figures of one of them.
    """
    idle = [value for time, value in cpu if -RATE_WINDOW <= time <= 0]
    work = [value for time, value in cpu if step.since + RATE_WINDOW <= time <= step.until]
    return statistics.median(idle), statistics.median(work)


def back(cpu: Points, step: Rise, ended: float) -> float | None:
    """Return how many seconds after the end CPU was back, None where it was not, or nobody can tell."""
    try:
        before, during = levels(cpu, step)
    except statistics.StatisticsError:
        return None
    level = before + RETURNED * (during - before)
    return next((round(time - ended, 2) for time, value in cpu if time > ended and value <= level), None)


def correlation(cpu: Points, answered: Points, changes: Sequence[float]) -> float:
    """Return the greatest correlation of CPU with the load averaged over the same window, behind by up to `LAG` s."""
    near = [(time, value) for time, value in cpu if any(abs(time - each) <= NEAR for each in changes)]
    load = {round(time): value for time, value in answered}

    def averaged(time: int) -> float:
        return sum(load.get(second, 0.0) for second in range(time - int(RATE_WINDOW), time)) / RATE_WINDOW

    found = []
    for lag in range(LAG + 1):
        pairs = [(value, averaged(round(time) - lag)) for time, value in near]
        found.append(_correlation([one for one, _ in pairs], [other for _, other in pairs]))
    return max(found)


def _correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """What never changes follows nothing."""
    if len(left) < 2 or len(set(left)) < 2 or len(set(right)) < 2:
        return 0.0
    return statistics.correlation(left, right)


def drift(memory: Points, since: float, until: float) -> float:
    """Return by how many bytes the median of a span's last third exceeds that of its second third.

    The first third is left out: connections, buffers and caches are filled there.

    Raises:
        statistics.StatisticsError: there are no figures.
    """
    third = (until - since) / 3
    middle = [value for time, value in memory if since + third <= time < since + 2 * third]
    last = [value for time, value in memory if since + 2 * third <= time <= until]
    return statistics.median(last) - statistics.median(middle)


def grown(memory: Points, ended: float) -> float:
    """Return by how many bytes the last figure after the end exceeds the last one before the beginning.

    Raises:
        ValueError: there are no figures.
    """
    before = [value for time, value in memory if time <= 0]
    after = [value for time, value in memory if time > ended]
    if not before or not after:
        raise ValueError("no figures of memory before the load, or after it")
    return after[-1] - before[-1]
