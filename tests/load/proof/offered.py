"""What a scenario offers, as rates: of each operation in each stage, and when the greatest stage begins."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from tests.load.operations import OPERATIONS, Operation
from tests.load.scenario import Scenario
from tests.load.schedule import Stage

Labels = frozenset[tuple[str, str]]
STATEMENT: Final[Mapping[str, str]] = {
    "create": "INSERT",
    "read": "SELECT",
    "list": "SELECT",
    "replace": "UPDATE",
    "delete": "DELETE",
}


@dataclass(frozen=True)
class Rise:
    """The step up to a scenario's greatest stage: seconds of its begin and end, requests a second before and in it."""

    since: float
    until: float
    before: float
    peak: float

    @property
    def step(self) -> float:
        """By how many requests a second it rises."""
        return self.peak - self.before


def rise(stages: Sequence[Stage]) -> Rise:
    """Return the step up to the first of the greatest stages."""
    peak = max(each.rate for each in stages)
    index = next(number for number, each in enumerate(stages) if each.rate == peak)
    since = sum(each.seconds for each in stages[:index])
    before = stages[index - 1].rate if index else 0.0
    return Rise(since, since + stages[index].seconds, before, peak)


def changes(stages: Sequence[Stage]) -> list[float]:
    """Return the seconds at which the rate changes, the begin and the end among them."""
    return [0.0, *accumulate(each.seconds for each in stages)]


def labels(operation: Operation) -> Mapping[str, str]:
    """Return the labels under which a successful operation is counted, over all metrics of the contract."""
    return {
        "entity": operation.entity,
        "operation": operation.operation,
        "outcome": "success",
        "http_request_method": operation.method,
        "http_route": operation.route,
        "http_response_status_code": str(min(operation.wished)),
        "db_operation_name": STATEMENT[operation.operation],
    }


def shares(scenario: Scenario, by: Sequence[str]) -> Mapping[Labels, float]:
    """Return which share of all requests falls to each combination of some labels."""
    total = sum(scenario.mix.values())
    found: Counter[Labels] = Counter()
    for name, weight in scenario.mix.items():
        carried = labels(OPERATIONS[name])
        found[frozenset((each, carried[each]) for each in by)] += weight / total  # type: ignore[assignment]
    return found
