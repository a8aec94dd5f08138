"""Which alert rules a scenario must bring to fire, which it may, and which have to stay quiet."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from fixtures.errors import PlumblineError
from fixtures.expectations import SERVICES
from fixtures.grafana.alerts import Alert, RuleState, states
from fixtures.grafana.client import Grafana
from fixtures.grafana.rules import Rule, shipped
from tests.load.scenario import Hold, Scenario

TICK = 10.0
"""Seconds between two evaluations at the least (grafana.ini: min_interval)."""
ARRIVES = 4.0
"""Seconds until a change is in Prometheus, by both paths."""
Part = Literal["must", "may", "quiet"]
_OURS: Mapping[str, frozenset[str]] = {
    "service_name": frozenset({"config-service"}),
    "container_label_com_docker_compose_service": frozenset(each.name for each in SERVICES),
}
_WINDOW = re.compile(r"\[(\d+)s\]")

BY_HOLD: Mapping[str, bool] = {
    "Connection pool exhausted": True,
    "High error ratio": False,
    "High latency": False,
}
"""Rules that a held row brings about; True where its condition needs the whole of its window, and ends with the hold.

The others look back: their condition holds from soon after the beginning until the hold has left their window.
"""


@dataclass(frozen=True)
class Expectation:
    """What one rule has to do under a scenario, and why."""

    rule: str
    part: Part
    reason: str


def _lasts(rule: Rule, hold: Hold) -> float:
    """Return for how many seconds a rule's condition is true when a row is held."""
    window = max((float(each) for each in _WINDOW.findall(rule.expr)), default=0.0)
    held = hold.until - hold.since
    return held - window if BY_HOLD[rule.title] else held + window - ARRIVES


def expectations(scenario: Scenario, rules: Sequence[Rule] | None = None) -> list[Expectation]:
    """Return what every shipped rule has to do.

    Grafana looks every ten seconds and then again after `for`: a condition is sure to be seen both times only when it
    lasts for `for`, a tick before it and the way of the data. One that does not last so long may fire, or not.
    """
    found = []
    for rule in shipped() if rules is None else rules:
        if scenario.hold is None or rule.title not in BY_HOLD:
            found.append(Expectation(rule.title, "quiet", "nothing in this scenario is its cause"))
            continue
        lasts, needed = _lasts(rule, scenario.hold), rule.hold + TICK + ARRIVES
        part: Part = "must" if lasts >= needed else "may"
        reason = f"its condition lasts {max(lasts, 0.0):g} s, {needed:g} s are seen for sure"
        found.append(Expectation(rule.title, part, reason))
    return found


@dataclass
class Alarms:
    """When each rule was first pending and firing for the stack's own parts, in Unix time by Grafana's clock."""

    began: float
    pending: dict[str, float] = field(default_factory=dict)
    firing: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def note(self, found: Mapping[str, RuleState]) -> None:
        """Take in what Grafana says now; what began before the run is another's."""
        for title, state in found.items():
            for each in filter(self._is_ours, state.alerts):
                kept = self.firing if each.state.startswith("Alerting") else self.pending
                if each.state.startswith(("Alerting", "Pending")):
                    kept[title] = min(kept.get(title, each.since), each.since)

    def _is_ours(self, alert: Alert) -> bool:
        return alert.since >= self.began and all(
            alert.labels[name] in values for name, values in _OURS.items() if name in alert.labels
        )

    async def look(self, grafana: Grafana) -> None:
        """Take in what Grafana says now."""
        try:
            self.note(await states(grafana))
        except PlumblineError as error:
            self.errors.append(f"{time.time() - self.began:.1f} s: {error}")

    def complaints(self, expected: Sequence[Expectation]) -> list[str]:
        """Return in words which rule did not do its part."""
        found = []
        for each in expected:
            if each.part == "must" and each.rule not in self.firing:
                found.append(f"{each.rule} did not fire: {each.reason}")
            if each.part == "quiet" and each.rule in self.firing:
                after = self.firing[each.rule] - self.began
                found.append(f"{each.rule} fired {after:.0f} s after the beginning: {each.reason}")
        return found
