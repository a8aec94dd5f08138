"""What is wanted of the generator, held against what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.load.bench.capacity import Capacity
from tests.load.bench.pace import Pace, Stall

RATE_ERROR: Final = 0.001
LAG_P99_S: Final = 0.003
CALM_S: Final = 0.05
"""The 99th percentile of the second in which a stall is long over."""
_SLACK: Final = 0.97


@dataclass(frozen=True)
class Claim:
    """Something wanted, what was seen, and whether it holds."""

    claim: str
    seen: str
    holds: bool


def claims(paces: Sequence[Pace], told: Sequence[Stall], costs: Capacity, stall_s: float) -> list[Claim]:
    """Every claim, in the order of the tables; the first of those that tell of a stall is the generator."""
    own, after = told[0], told[0].after_p99_s
    # Of ten seconds at an even rate the last hundredth waits for all but a tenth of a second of the stall.
    truth = (stall_s - 0.1) * _SLACK
    return [
        *(claim for each in paces for claim in _kept(each)),
        Claim(f"p99 over a stall of {stall_s:g} s is {truth:.2f} s at least", f"{own.p99_s:.2f} s", own.p99_s > truth),
        Claim(f"p99 afterwards is under {CALM_S * 1000:.0f} ms", f"{_ms(after)}", after is not None and after < CALM_S),
        Claim("more answers per CPU-second than Locust", f"{costs.ratio.low:.2f} times at least", costs.ratio.low > 1),
    ]


def _kept(pace: Pace) -> list[Claim]:
    sums = f"{pace.scheduled} = {pace.sent} + {pace.dropped}"
    return [
        Claim(f"{pace.rate:g}/s: scheduled = sent + dropped", sums, pace.scheduled == pace.sent + pace.dropped),
        Claim(f"{pace.rate:g}/s: rate within {RATE_ERROR:.1%}", f"{pace.error:.4%}", pace.error < RATE_ERROR),
        Claim(f"{pace.rate:g}/s: send lag p99 under 3 ms", _ms(pace.lag_p99_s), pace.lag_p99_s < LAG_P99_S),
    ]


def _ms(seconds: float | None) -> str:
    return "nothing" if seconds is None else f"{seconds * 1000:.2f} ms"
