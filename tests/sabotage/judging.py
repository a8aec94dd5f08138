"""What became of a row: who turned red, and whether that is who should have."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fixtures.errors import PlumblineError
from tests.sabotage.catalogue import LAYERS, Inapplicable, Row

NOT_APPLICABLE = "does not apply"
GOOD = ("killed", "killed early", "stayed green")


class Unusable(PlumblineError):
    """A run said nothing about its row: no test ran."""


@dataclass(frozen=True)
class Red:
    """What failed first: its layer, and the test or the rule of layer 0."""

    layer: str
    test: str


Stage = Callable[[Row], Awaitable[Red | None]]
"""One way to look at a row, cheapest first: what turned red, or None."""
Joint = Callable[[Sequence[Row]], Awaitable[Red | None]]
"""The whole pipeline on several harmless changes at once."""


@dataclass(frozen=True)
class Verdict:
    """The end of one row: the state is one of those that `state_of` and `culprits` give."""

    row: Row
    state: str
    red: Red | None = None
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether the suite did as it should."""
        return self.state in GOOD

    def record(self) -> dict[str, Any]:
        """Return the row of results.json."""
        told = {"mutant": self.row.id, "layer_expected": self.row.layer, "killed": self.state.startswith("killed")}
        red = {"layer_red": self.red.layer, "test": self.red.test} if self.red else {"layer_red": ""}
        return told | red | {"state": self.state, "seconds": round(self.seconds, 1)}


def state_of(row: Row, red: Red | None) -> str:
    """Say what a first red, or none, means for a row."""
    if row.harmless:
        return "wrongly red" if red else "stayed green"
    if red is None:
        return "survived"
    order = [*LAYERS]
    if red.layer == row.layer:
        return "killed"
    return "killed early" if order.index(red.layer) < order.index(row.layer) else "wrong layer"


async def judge(row: Row, stages: Sequence[Stage]) -> Verdict:
    """Look at a row in one way after the other until something is red."""
    began = time.monotonic()
    red = None
    for stage in stages:
        try:
            red = await stage(row)
        except (Inapplicable, Unusable) as error:
            state = NOT_APPLICABLE if isinstance(error, Inapplicable) else "says nothing"
            return Verdict(row, state, Red("", str(error)), time.monotonic() - began)
        if red is not None:
            break
    return Verdict(row, state_of(row, red), red, time.monotonic() - began)


async def culprits(rows: Sequence[Row], pipeline: Joint) -> list[Verdict]:
    """Judge harmless changes together; where they are red, by halves, until each that is wrongly red stands alone."""
    if not rows:
        return []
    began = time.monotonic()
    red = await pipeline(rows)
    if red is None or len(rows) == 1:
        each = (time.monotonic() - began) / len(rows)
        return [Verdict(row, state_of(row, red), red, each) for row in rows]
    middle = len(rows) // 2
    return [*await culprits(rows[:middle], pipeline), *await culprits(rows[middle:], pipeline)]
