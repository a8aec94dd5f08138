"""The shape of load over time, measured in the same way in what was sent and in what a panel draws."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.load.proof.offered import Rise

Points = Sequence[tuple[float, float]]
"""A line over time: seconds since the beginning of the load, and a value."""
HEIGHT_TOLERANCE = 0.34
"""Of the height: a window of four scrapes spans three exports, and one more or less of them may fall into it."""
TOTAL_TOLERANCE = 0.1
"""Of all requests of the line: what one window lacks the next one has."""
WIDTH_TOLERANCE = 2.5
"""Seconds: both edges move by half the panel's window alike, so only their grain, a second each, is left."""
FLAT_TOLERANCE = 0.25
"""Of the rate, between the edges of a load that is constant, averaged over `FLAT_WINDOW` seconds of drawing."""
FLAT_WINDOW = 5.0


@dataclass(frozen=True)
class Shape:
    """A bump: its height (median above half way), the seconds from its rise to its fall, all requests of the line.

    A moment's dip between does not make it shorter: what an export lacks the next one has.
    """

    height: float
    width: float
    total: float


def shape(points: Points, *, half: float) -> Shape | None:
    """Return the shape of what rises above `half`, or None where nothing does; points are a second apart."""
    above = [(time, value) for time, value in points if value >= half]
    if not above:
        return None
    height = statistics.median(value for _, value in above)
    return Shape(height, round(above[-1][0] - above[0][0] + 1, 1), sum(value for _, value in points))


def averaged(points: Points, window: float) -> Points:
    """Return what a panel without a fault draws of a line: at each moment the mean of the window before it.

    The first moments, which have no whole window before them, are left out.
    """
    found = []
    for now, _ in points:
        values = [value for time, value in points if now - window < time <= now]
        if now - points[0][0] > window - 1.5:  # points are a second apart, give or take
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
    if abs(drawn.total - sent.total) > TOTAL_TOLERANCE * sent.total:
        found.append(f"{drawn.total:.0f} requests, sent were {sent.total:.0f} (± {TOTAL_TOLERANCE:.0%})")
    return found


def unsteady(points: Points, *, rate: float) -> Points:
    """Return the points that are further from a constant rate than its tolerance."""
    return [(time, value) for time, value in points if abs(value / rate - 1) > FLAT_TOLERANCE]
