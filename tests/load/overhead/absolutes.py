"""What the ratios are made of: each variant's own figures, in units that a person knows."""

from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

import numpy as np

from tests.load.overhead.experiment import Findings
from tests.load.overhead.variants import VARIANTS

_MIB = 2**20


@dataclass(frozen=True)
class Absolute:
    """One variant; `rest_cpu_ms_per_s` is CPU while nobody sends, `cadvisor` and `engine` their CPU over our own."""

    variant: str
    cpu_us_per_request: float
    requests_per_s: float
    busy: float
    latency_p50_ms: float
    latency_p99_ms: float
    rss_mib: float
    pss_mib: float
    rest_cpu_ms_per_s: float
    cadvisor: float
    engine: float

    def row(self) -> dict[str, Any]:
        """Return it as a row for machines, rounded to four digits after the point."""
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}


def absolutes(findings: Findings) -> list[Absolute]:
    """Return the figures of every variant over the whole run."""
    return [_of(findings, each.name) for each in VARIANTS]


def _of(findings: Findings, name: str) -> Absolute:
    full = [each[name] for each in findings.saturation if name in each]
    cpu, wall, requests = (
        sum(each.cpu_seconds for each in full),
        sum(each.seconds for each in full),
        sum(each.requests for each in full),
    )
    latencies = [latency for each in findings.fixed_rate for latency in each[name].latencies]
    p50, p99 = np.percentile(latencies, [50, 99])
    seen = [each[name] for each in findings.witnesses]
    own = sum(each.own for each in seen)
    return Absolute(
        variant=name,
        cpu_us_per_request=cpu / requests * 1e6,
        requests_per_s=requests / wall,
        busy=cpu / wall,
        latency_p50_ms=float(p50) * 1e3,
        latency_p99_ms=float(p99) * 1e3,
        rss_mib=median(each[name].rss for each in findings.memory) / _MIB,
        pss_mib=median(each[name].pss for each in findings.memory) / _MIB,
        rest_cpu_ms_per_s=fmean(each[name] for each in findings.rest) * 1e3,
        cadvisor=sum(each.cadvisor for each in seen) / own,
        engine=sum(each.engine for each in seen) / own,
    )
