"""What a request costs: answers per CPU-second of the generator and of Locust's FastHttpUser, in slices by turns."""

from dataclasses import dataclass
from typing import Final

from tests.load.bench.child import child
from tests.load.overhead.intervals import Ratio, ratio_of_sums

CONCURRENT: Final = "16"
SLICE_S: Final = 2.0


@dataclass(frozen=True)
class Capacity:
    """Answers per CPU-second of each, and the generator's over Locust's with its 95 % interval."""

    own_per_cpu_s: float
    locust_per_cpu_s: float
    ratio: Ratio


def capacity(url: str, pairs: int) -> Capacity:
    """Measure both against one target. Each does one slice before it counts; the order within a pair alternates."""
    found: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    with child("own", url) as own, child("rival", url, CONCURRENT) as rival:
        both = (own, rival)
        for number in range(pairs + 1):
            for which in (0, 1) if number % 2 else (1, 0):
                said = both[which].work(SLICE_S)
                if number:
                    found[which].append((said["answered"], said["cpu_s"]))
    mine, theirs = (sum(each[0] for each in one) / sum(each[1] for each in one) for one in found)
    return Capacity(mine, theirs, ratio_of_sums(*found))
