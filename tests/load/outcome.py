"""How a run ended, for people and for machines: its figures, the verdicts of its thresholds, one exit code."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.load.histogram import Histogram
from tests.load.result import Result
from tests.load.scenario import Scenario
from tests.load.threshold import Verdict

SCHEMA: Final = 1
MET, MISSED, INVALID = 0, 1, 3
_WIDTH: Final = 120


class Outcome:
    """A result held against its scenario."""

    def __init__(self, scenario: Scenario, result: Result) -> None:
        self.scenario, self.result = scenario, result

    @cached_property
    def verdicts(self) -> Sequence[Verdict]:
        """What each threshold says."""
        return [each.judge(self.result) for each in self.scenario.thresholds]

    @property
    def code(self) -> int:
        """The exit code: an invalid run is neither good nor bad; what remains of a run's data is never good."""
        if self.result.invalid:
            return INVALID
        return MET if all(each.met for each in self.verdicts) and not self.result.remains else MISSED

    def show(self, console: Console | None = None) -> None:
        """Print it."""
        console = console or Console(highlight=False, soft_wrap=True)
        console.width = max(console.width, _WIDTH)  # a log has no width; rows must stay whole
        result = self.result
        console.print(_operations(result))
        lines = [_counts(result), _cut(result), *(str(each) for each in self.verdicts)]
        lines += [f"invalid: {each}" for each in result.invalid]
        lines += [f"data of this run remains: {result.remains}"] if result.remains else []
        for line in filter(None, lines):
            console.print(line, markup=False)

    def write(self, file: Path) -> None:
        """Write the row of results.json, the verdicts and the whole result, all or nothing."""
        content = {
            "schema": SCHEMA,
            "verdict": {MET: "passed", MISSED: "failed", INVALID: "invalid"}[self.code],
            "load": [self.result.row()],
            "thresholds": [{"figure": each.figure, "met": each.met, "text": each.text} for each in self.verdicts],
            "result": self.result.mapping(),
        }
        temporary = file.with_name(f"{file.name}.tmp")
        temporary.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        temporary.replace(file)


def _operations(result: Result) -> Table:
    table = Table("operation", "sent", "answered", "p50", "p99", "max", "statuses")
    for name, each in result.operations.items():
        if each.sent:
            statuses = ", ".join(f"{number} x {status}" for status, number in each.statuses.items())
            table.add_row(name, f"{each.sent}", f"{each.sent - each.unanswered}", *_times(each.latency), statuses)
    table.add_row("all", f"{result.sent}", f"{result.answered}", *_times(result.latency), _words(result))
    return table


def _times(latency: Histogram) -> Sequence[str]:
    values = (latency.quantile(0.5), latency.quantile(0.99), latency.longest)
    return ["-" if each is None else f"{each * 1000:.1f} ms" for each in values]


def _words(result: Result) -> str:
    return ", ".join(f"{number} x {reason}" for reason, number in result.errors.items())


def _counts(result: Result) -> str:
    lag = result.lag.quantile(0.99)
    late = "nothing sent" if lag is None else f"p99 of sending late {lag * 1000:.1f} ms, {result.late} later than 10 ms"
    return (
        f"{result.scenario}: {result.scheduled} scheduled = {result.sent} sent + {result.dropped} dropped; "
        f"{result.rate_per_s:.3f}/s of {result.offered_per_s:.3f}/s; {late}"
    )


def _cut(result: Result) -> str:
    seconds = result.ended - result.began
    return f"stopped after {seconds:.1f} s: {result.cut} more arrivals were not due yet" if result.cut else ""
