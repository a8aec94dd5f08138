"""Runs a target over spoiled documents: a few, always the same ones, or as many new ones as fit into some seconds."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

BATCH = 40


class TooSlow(AssertionError):
    """A document took more processor time than any may."""


@dataclass(frozen=True)
class Target:
    """Something of ours that reads what others wrote: what it is given, and a check that only findings pass.

    `examples` is how many documents the ordinary unit tests try, `bound` the processor seconds that each may take.
    """

    name: str
    documents: st.SearchStrategy[bytes]
    check: Callable[[bytes], None]
    examples: int
    bound: float = 2.0


@dataclass
class Ran:
    """How many documents were tried, and the processor seconds that the slowest took."""

    documents: int = 0
    slowest: float = 0.0


def seconds_given(targets: int) -> float | None:
    """Seconds for each target where FUZZ_SECONDS says how many there are for all; else None."""
    given_in_all = os.environ.get("FUZZ_SECONDS")
    return float(given_in_all) / targets if given_in_all else None


def fuzz(target: Target, seconds: float | None) -> Ran:
    """Try the target's documents; raises what the check raises, with the smallest document that does it."""
    ran = Ran()
    deadline = time.monotonic() + (seconds or 0.0)
    _try(target, ran, target.examples if seconds is None else BATCH, always_the_same=seconds is None)
    while time.monotonic() < deadline:
        _try(target, ran, BATCH, always_the_same=False)
    return ran


def _try(target: Target, ran: Ran, examples: int, *, always_the_same: bool) -> None:
    @settings(
        max_examples=examples,
        derandomize=always_the_same,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(document=target.documents)
    def example(document: bytes) -> None:
        began = time.process_time()
        with bounded(target.bound):
            target.check(document)
        ran.documents += 1
        ran.slowest = max(ran.slowest, time.process_time() - began)

    example()


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise TooSlow in the block as soon as it has used this much processor time, even in one regular expression."""

    def ring(signum: int, frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds:g} s of processor time")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
