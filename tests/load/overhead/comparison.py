"""From slices to ratios: every variant against the service with telemetry off, figure by figure."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from tests.load.overhead.experiment import Findings
from tests.load.overhead.intervals import Ratio, median_of_ratios, ratio_of_percentiles, ratio_of_sums
from tests.load.overhead.rounds import Round
from tests.load.overhead.variants import OFF, VARIANTS

Compare: TypeAlias = Callable[[Findings, str, str], Ratio]
"""A figure of the first variant over that of the second."""


def _cpu(rounds: Sequence[Round], mine: str, base: str) -> Ratio:
    """CPU per request. Sums, because what happens once a second is in one slice out of five, and no median sees it."""

    def accounts(name: str) -> list[tuple[float, float]]:
        return [(each[name].cpu_seconds, each[name].requests) for each in rounds]

    return ratio_of_sums(accounts(mine), accounts(base))


def _saturated(compare: Callable[[Sequence[Round], str, str], Ratio]) -> Compare:
    """A figure of the rounds at saturation that both variants are in."""

    def compared(found: Findings, mine: str, base: str) -> Ratio:
        return compare([each for each in found.saturation if mine in each and base in each], mine, base)

    return compared


def _hot_path(rounds: Sequence[Round], mine: str, base: str) -> Ratio:
    def values(name: str) -> list[float]:
        return [each[name].cpu_seconds / each[name].requests for each in rounds]

    return median_of_ratios(values(mine), values(base))


def _throughput(rounds: Sequence[Round], mine: str, base: str) -> Ratio:
    def values(name: str) -> list[float]:
        return [each[name].requests / each[name].seconds for each in rounds]

    return median_of_ratios(values(mine), values(base))


def _latency(rounds: Sequence[Round], mine: str, base: str, q: float) -> Ratio:
    def values(name: str) -> list[Sequence[float]]:
        return [each[name].latencies for each in rounds]

    return ratio_of_percentiles(values(mine), values(base), q)


def _memory(findings: Findings, mine: str, base: str, which: str) -> Ratio:
    def values(name: str) -> list[float]:
        return [getattr(each[name], which) for each in findings.memory]

    return median_of_ratios(values(mine), values(base))


FIGURES: Mapping[str, Compare] = {
    "cpu_per_request": _saturated(_cpu),
    "cpu_per_request_median": _saturated(_hot_path),
    "throughput": _saturated(_throughput),
    "memory": lambda found, mine, base: _memory(found, mine, base, "rss"),
    "memory_pss": lambda found, mine, base: _memory(found, mine, base, "pss"),
    "latency_p50": lambda found, mine, base: _latency(found.fixed_rate, mine, base, 50),
    "latency_p99": lambda found, mine, base: _latency(found.fixed_rate, mine, base, 99),
    "cpu_per_request_fixed_rate": lambda found, mine, base: _cpu(found.fixed_rate, mine, base),
}


def compare(findings: Findings) -> dict[tuple[str, str], Ratio]:
    """Return the ratio of each figure and variant to the service with telemetry off."""
    others = [each.name for each in VARIANTS if each is not OFF]
    return {(figure, name): ratio(findings, name, OFF.name) for figure, ratio in FIGURES.items() for name in others}
