"""What was measured of the generator, as tables for people."""

from collections.abc import Sequence

from rich.table import Table

from tests.load.bench.capacity import Capacity
from tests.load.bench.claims import Claim
from tests.load.bench.pace import Pace, Stall


def tables(paces: Sequence[Pace], told: Sequence[Stall], costs: Capacity, found: Sequence[Claim]) -> list[Table]:
    """One table for each part, and the claims."""
    return [_paces(paces), _stalls(told), _capacity(costs), _claims(found)]


def _paces(paces: Sequence[Pace]) -> Table:
    table = Table(
        "rate /s",
        "scheduled",
        "sent",
        "dropped",
        "rate error",
        "lag p50",
        "lag p99",
        "lag max",
        "busiest second",
        "machine busy",
    )
    for each in paces:
        counts = (f"{each.rate:g}", f"{each.scheduled}", f"{each.sent}", f"{each.dropped}", f"{each.error:.4%}")
        lags = (f"{lag * 1000:.2f} ms" for lag in (each.lag_p50_s, each.lag_p99_s, each.lag_max_s))
        table.add_row(*counts, *lags, f"{each.cpu_share:.0%} of a core", f"{each.machine_busy:.0%}")
    return table


def _stalls(told: Sequence[Stall]) -> Table:
    table = Table("over a stall", "answered", "p99", "max", "p99 afterwards")
    for each in told:
        after = "-" if each.after_p99_s is None else f"{each.after_p99_s * 1000:.1f} ms"
        table.add_row(each.generator, f"{each.requests}", f"{each.p99_s:.3f} s", f"{each.max_s:.3f} s", after)
    return table


def _capacity(costs: Capacity) -> Table:
    table = Table("answers per CPU-second", "", "ratio to Locust")
    ratio = costs.ratio
    interval = f"{ratio.ratio:.2f} [{ratio.low:.2f}, {ratio.high:.2f}], {ratio.pairs} pairs"
    table.add_row("plumbline", f"{costs.own_per_cpu_s:,.0f}", interval)
    table.add_row("Locust FastHttpUser", f"{costs.locust_per_cpu_s:,.0f}", "1")
    return table


def _claims(found: Sequence[Claim]) -> Table:
    table = Table("wanted", "seen", "")
    for each in found:
        table.add_row(each.claim, each.seen, "holds" if each.holds else "MISSED")
    return table
