"""What became of a run that was ended, judged and recorded as a row of results.json."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from fixtures.results import record
from tests.exits.leftovers import Remains

UNWANTED = (
    "Traceback (most recent call last)",
    "INTERNALERROR",
    "Exception ignored",
    "Task was destroyed",
    "was never awaited",
    "exception was never retrieved",
    "Fatal Python error",
)
"""What no person should read in a terminal, however a run ended."""


@dataclass(frozen=True)
class Ended:
    """A run that is over: its exit code, seconds from its end's cause to its end, what it wrote, what it left."""

    code: int
    seconds: float
    output: str = field(repr=False)
    remains: Remains


def wrongs(ended: Ended, codes: Collection[int], says: Sequence[str] = ()) -> list[str]:
    """Return everything that should not be, or is missing."""
    shown = [line for line in ended.output.splitlines() if any(each in line for each in UNWANTED)]
    return [
        *([] if ended.code in codes else [f"exit code {ended.code}, not {' or '.join(map(str, sorted(codes)))}"]),
        *(f"shows: {each}" for each in shown),
        *(f"does not say: {each}" for each in says if each not in ended.output),
        *ended.remains.lines,
    ]


def settle(phase: str, end: str, ended: Ended, codes: Collection[int], says: Sequence[str] = ()) -> list[str]:
    """Judge an end, record it, and return what is wrong with it."""
    found = wrongs(ended, codes, says)
    row = {"phase": phase, "end": end, "code": ended.code, "ended_s": round(ended.seconds, 1)}
    record("exits", {**row, **ended.remains.counts, "clean": not found})
    return found
