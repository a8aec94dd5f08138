"""Results made line by line, without a run."""

from collections.abc import Sequence

from tests.load.journal import Journal
from tests.load.operations import OPERATIONS
from tests.load.result import Health, Result
from tests.load.scenario import Scenario
from tests.load.schedule import Stage
from tests.load.summary import summed

READ, CREATE, REPLACE = (
    list(OPERATIONS).index(name) for name in ("read_configuration", "create_configuration", "stress")
)
WELL = Health(loop_lag_p99_s=0.001, loop_lag_max_s=0.002, cpu_share=0.1)
Line = tuple[int, float, float, float, int]
"""Operation, due, sent and ended in seconds, status: 0 for dropped, negative for an answer that did not come."""


def written(lines: Sequence[Line], also_wished: Sequence[int] = ()) -> Journal:
    """A journal of these arrivals."""
    journal = Journal(list(OPERATIONS.values()), also_wished)
    for operation, due, sent, ended, status in lines:
        if status == 0:
            journal.drop(operation, due)
            continue
        number = journal.send(operation, due, due)
        journal.left(number, sent)
        journal.end(number, ended, status)
    return journal


def result_of(
    lines: Sequence[Line], *, name: str = "made", began: float = 1000.0, health: Health = WELL, remains: str = ""
) -> Result:
    """The result of these arrivals, half a second after the last one ended."""
    scenario = Scenario(name, "a claim", [Stage(seconds=2, rate=10)], {})
    lasted = max((ended for _, _, _, ended, _ in lines), default=0.0) + 0.5
    return summed(written(lines), scenario, "http://nowhere/", health, began=began, lasted=lasted, remains=remains)
