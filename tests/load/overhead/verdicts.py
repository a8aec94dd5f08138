"""What is wanted, and what an interval says of it: passed, missed, or undecided."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tests.load.overhead.intervals import Ratio
from tests.load.overhead.variants import BOTH, FLOOR


class Verdict(StrEnum):
    """What became of a wish; `reported` where nothing is wished for."""

    PASSED = "passed"
    MISSED = "missed"
    UNDECIDED = "undecided"
    REPORTED = "reported"


@dataclass(frozen=True)
class Wanted:
    """Where the whole interval of a ratio should lie, ends excluded."""

    above: float
    below: float

    def judge(self, seen: Ratio) -> Verdict:
        """Passed when the interval lies inside, missed when no part of it does, else undecided."""
        if self.above < seen.low and seen.high < self.below:
            return Verdict.PASSED
        missed = seen.low >= self.below or seen.high <= self.above
        return Verdict.MISSED if missed else Verdict.UNDECIDED


WANTED: Mapping[str, Wanted] = {
    "cpu_per_request": Wanted(-math.inf, 1.05),
    "throughput": Wanted(0.90, math.inf),
    "memory": Wanted(-math.inf, 1.05),
}
"""What the specification wants of the service with both paths on."""
RESOLVED = Wanted(0.97, 1.03)
"""Where off against off must lie in a run that can decide anything; what a wish needs of the figure it speaks of."""


def verdicts(seen: Mapping[tuple[str, str], Ratio]) -> dict[tuple[str, str], Verdict]:
    """Judge each ratio by figure and variant; a figure whose noise floor is too high decides nothing."""
    found = {}
    for (figure, variant), ratio in seen.items():
        verdict = Verdict.REPORTED
        if variant == BOTH.name and figure in WANTED:
            floor = seen.get((figure, FLOOR.name))
            resolved = floor is not None and RESOLVED.judge(floor) is Verdict.PASSED
            verdict = WANTED[figure].judge(ratio) if resolved else Verdict.UNDECIDED
        found[figure, variant] = verdict
    return found
