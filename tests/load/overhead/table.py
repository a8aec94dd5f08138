"""The outcome for people: ratios with intervals and verdicts, what they are made of, and what each component costs."""

import math
from collections.abc import Iterable, Mapping

from rich.table import Table

from tests.load.overhead.absolutes import Absolute
from tests.load.overhead.components import Cost
from tests.load.overhead.outcome import Outcome
from tests.load.overhead.variants import BOTH, OFF, VARIANTS
from tests.load.overhead.verdicts import WANTED, Verdict, Wanted, verdicts

_ALONE = 0.9
"""The share of its core that a saturated service has on a machine that does nothing else."""
_COLORS: Mapping[Verdict, str] = {
    Verdict.PASSED: "green",
    Verdict.MISSED: "red",
    Verdict.UNDECIDED: "yellow",
    Verdict.REPORTED: "dim",
}


def tables(outcome: Outcome) -> Iterable[Table]:
    """Yield what there is to show."""
    yield _ratios(outcome)
    yield _absolutes(outcome)
    if outcome.costs:
        yield _costs(outcome.costs)


def remark(outcome: Outcome) -> str:
    """Say in a line how it ended, and what stood in the way of an exact measurement."""
    busy = min(each.busy for each in outcome.absolutes)
    if busy >= _ALONE:
        return str(outcome.verdict)
    had = f"the services had {busy:.0%} of their core"
    return f"{outcome.verdict}; {had}: something else was running, or the load was too small; repeat it alone"


def _ratios(outcome: Outcome) -> Table:
    others = [each.name for each in VARIANTS if each is not OFF]
    title = f"over telemetry {OFF.name}: ratio [95 % interval]"
    of_both = [f"{BOTH.name}: {each}" for each in ("pairs", "wanted")]
    shown = Table("figure", *others, *of_both, "verdict", title=title, title_justify="left", box=None)
    judged = verdicts(outcome.ratios)
    for figure in dict.fromkeys(figure for figure, _ in outcome.ratios):
        seen = [outcome.ratios[figure, name] for name in others]
        cells = [f"{each.ratio:.3f} [{each.low:.3f}, {each.high:.3f}]" for each in seen]
        verdict, pairs = judged[figure, BOTH.name], str(outcome.ratios[figure, BOTH.name].pairs)
        shown.add_row(figure, *cells, pairs, _wanted(WANTED.get(figure)), f"[{_COLORS[verdict]}]{verdict}")
    return shown


def _wanted(wanted: Wanted | None) -> str:
    if wanted is None:
        return ""
    return f"below {wanted.below:g}" if math.isfinite(wanted.below) else f"above {wanted.above:g}"


def _absolutes(outcome: Outcome) -> Table:
    columns: Mapping[str, str] = {
        "CPU per request, us": "cpu_us_per_request",
        "requests/s": "requests_per_s",
        "core busy": "busy",
        "p50, ms": "latency_p50_ms",
        "p99, ms": "latency_p99_ms",
        "RSS, MiB": "rss_mib",
        "PSS, MiB": "pss_mib",
        "CPU at rest, ms/s": "rest_cpu_ms_per_s",
        "cAdvisor / own": "cadvisor",
        "engine / own": "engine",
    }
    shown = Table("telemetry", *columns, title="absolute figures", title_justify="left", box=None)
    for each in outcome.absolutes:
        shown.add_row(each.variant, *(_number(each, name) for name in columns.values()))
    return shown


def _number(each: Absolute, name: str) -> str:
    return f"{getattr(each, name):.4g}"


def _costs(costs: Iterable[Cost]) -> Table:
    states = list(dict.fromkeys(each.state for each in costs))
    columns = [f"{what}, {state}" for what in ("cores", "MiB") for state in states]
    shown = Table("component", *columns, title="cost of each component", title_justify="left", box=None)
    found = {(each.service, each.state): each for each in costs}
    for service in dict.fromkeys(each.service for each in costs):
        of = [found[service, state] for state in states]
        cells = [f"{each.cpu_cores:.3f}" for each in of] + [f"{each.memory_mib:.1f}" for each in of]
        shown.add_row(service, *cells)
    return shown
