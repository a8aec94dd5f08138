"""What the ledger of a run counts: three counters of the service, and what its client says each of them must show."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.load.operations import outcome
from tests.load.result import Result

Key = tuple[str, ...]
Counts = Mapping[Key, float]
API_ROUTES = "/api/v1/"


@dataclass(frozen=True)
class Account:
    """A counter by the labels that tell its series apart; `only` names a label and how its value has to begin."""

    title: str
    sample: str
    labels: tuple[str, ...]
    only: tuple[str, str] | None = None

    def expression(self, *matchers: str) -> str:
        """Return the PromQL that sums the counter up by its labels."""
        chosen = [*matchers, *([f'{self.only[0]}=~"{self.only[1]}.*"'] if self.only else [])]
        return f"sum by ({', '.join(self.labels)}) ({self.sample}{{{', '.join(chosen)}}})"

    def tally(self, samples: Iterable[tuple[str, Mapping[str, str], float]]) -> Counts:
        """Sum up those of (sample name, labels, value) that are this counter's."""
        found: Counter[Key] = Counter()
        for name, labels, value in samples:
            if name == self.sample and (self.only is None or labels.get(self.only[0], "").startswith(self.only[1])):
                found[self.key(labels)] += value  # type: ignore[assignment]  # counters may be floats
        return found

    def key(self, labels: Mapping[str, str]) -> Key:
        """Return the values of this counter's labels; one that is missing reads as nothing."""
        return tuple(labels.get(each, "") for each in self.labels)


OPERATIONS = Account("operations", "config_service_operations_total", ("entity", "operation", "outcome"))
# Probes and scrapes are asked for by others too: only the API is the client's alone.
ANSWERS = Account(
    "answers",
    "http_server_request_duration_seconds_count",
    ("http_request_method", "http_route", "http_response_status_code"),
    only=("http_route", API_ROUTES),
)
# No client can count statements: here the service itself is the first station.
STATEMENTS = Account("statements", "db_client_operation_duration_seconds_count", ("db_operation_name",))
ACCOUNTS = (OPERATIONS, ANSWERS, STATEMENTS)


@dataclass(frozen=True)
class Claim:
    """What the client knows of one account: what was answered, and how often it cannot know.

    A request without an answer may have been counted under any key of its `groups` entry, once or not at all.
    """

    certain: Counts
    unknown: Mapping[Key, int] = field(default_factory=dict)
    group: int = 0
    """How many leading labels of a key make its group."""

    def bounds(self, key: Key) -> tuple[float, float]:
        """Return the least and the most that an honest service has counted."""
        least = self.certain.get(key, 0)
        return least, least + self.unknown.get(key[: self.group], 0)


def claims(result: Result) -> Mapping[str, Claim]:
    """Return the client's claims by account title; there is none for statements."""
    operations: Counter[Key] = Counter()
    answers: Counter[Key] = Counter()
    lost_operations: Counter[Key] = Counter()
    lost_answers: Counter[Key] = Counter()
    for each in result.operations.values():
        for status, count in each.answers.items():
            operations[each.entity, each.operation, outcome(status)] += count
            answers[each.method, each.route, str(status)] += count
        if each.unanswered:
            lost_operations[each.entity, each.operation] += each.unanswered
            lost_answers[each.method, each.route] += each.unanswered
    return {
        OPERATIONS.title: Claim(operations, lost_operations, group=2),
        ANSWERS.title: Claim(answers, lost_answers, group=2),
    }
