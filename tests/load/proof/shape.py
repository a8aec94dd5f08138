"""The shape of load over time, measured in the same way in what was sent and in what a panel draws."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.load.proof.offered import Rise

Points = Sequence[tuple[float, float]]
"""A line over time: seconds since the beginning of the load, and a value."""
HEIGHT_TOLERANCE = 0.1
"""Of the height: a rate over four scrapes is off by a scrape's jitter, some 5 % of its window."""
WIDTH_TOLERANCE = 2.5
"""Seconds: both edges move by half the panel's window alike, so that only the grain of one second each is left."""
FLAT_TOLERANCE = 0.3
"""Of the rate, between the edges of a load that is constant: one scrape that comes late by a second's third."""


@dataclass(frozen=True)
class Shape:
    """A bump: its height (median above half way), how many seconds it is above half way, and where its middle is."""

    height: float
    width: float
    middle: float


def shape(points: Points, *, half: float, grain: float = 1.0) -> Shape | None:
    """Return the shape of what rises above `half`, or None where nothing does; `grain` is the points' distance."""
    above = [(time, value) for time, value in points if value >= half]
    if not above:
        return None
    times = [time for time, _ in above]
    return Shape(statistics.median(value for _, value in above), len(above) * grain, (times[0] + times[-1]) / 2)


def averaged(points: Points, window: float) -> Points:
    """Return what a panel without a fault draws of a line: at each moment the mean of the window before it."""
    found = []
    for now, _ in points:
        values = [value for time, value in points if now - window < time <= now]
        found.append((now, statistics.fmean(values)))
    return found


def half_way(sent: Points, step: Rise) -> float:
    """Return the value half way up a scenario's greatest step: `sent` is a share of what its stages say."""
    return (1 + step.before / step.peak) / 2 * max(value for _, value in sent)


def differences(sent: Shape, drawn: Shape | None) -> list[str]:
    """Return in words where a panel's bump is not the one that was sent."""
    if drawn is None:
        return [f"flat: nothing rises above half of the {sent.height:.1f}/s that were sent"]
    found = []
    if abs(drawn.height - sent.height) > HEIGHT_TOLERANCE * sent.height:
        found.append(f"{drawn.height:.1f}/s tall, sent were {sent.height:.1f}/s (± {HEIGHT_TOLERANCE:.0%})")
    if abs(drawn.width - sent.width) > WIDTH_TOLERANCE:
        found.append(f"{drawn.width:g} s wide, sent were {sent.width:g} s (± {WIDTH_TOLERANCE:g} s)")
    return found


def unsteady(points: Points, *, rate: float) -> Points:
    """Return the points that are further from a constant rate than its tolerance."""
    return [(time, value) for time, value in points if abs(value / rate - 1) > FLAT_TOLERANCE]
