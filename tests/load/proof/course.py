"""What is known of one scenario once it has been lived through: the table that the claims of load walk."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fixtures.collector import Points as CollectorPoints
from fixtures.ledger import Page
from tests.load.proof.alarms import Alarms, Expectation
from tests.load.proof.history import History
from tests.load.proof.pool import Held
from tests.load.proof.probes import Attendance
from tests.load.proof.process import Engine
from tests.load.proof.rows import CREATED
from tests.load.proof.seeing import Seeing
from tests.load.proof.shape import Points
from tests.load.result import Result
from tests.load.scenario import Scenario

SILENCE = 5
"""Seconds of it that are kept around a line: longer than a panel's rate looks back."""


@dataclass(frozen=True)
class Course:
    """Everything that is known of one scenario's run; each list of words is empty when all was well.

    `lost` is what the Collector refused or failed to send, `waited` how many callers got a connection after more than
    half a second, `calm` the second from which nothing of the run was under way.
    """

    engine: Engine
    scenario: Scenario
    result: Result
    attendance: Sequence[Attendance]
    seeing: Seeing
    alarms: Alarms
    expected: Sequence[Expectation]
    lives: Sequence[str]
    interruptions: Sequence[str]
    complaints: Sequence[str]
    pages: Sequence[Page]
    collector: CollectorPoints
    lost: float
    waited: float
    held: Held | None
    calm: float
    history: History = field(repr=False)

    def __repr__(self) -> str:
        return f"<course of {self.scenario.name} by {self.engine}: {self.result.sent} sent, {len(self.pages)} pages>"

    @property
    def answered(self) -> Points:
        """Answers in each second, the run's preparation just before it and its removal just after it included."""
        lines = self.result.operations.values()
        made = sum(each.around.get(CREATED, 0) for each in lines)
        removed = sum(sum(each.around.values()) for each in lines) - made
        seconds = [(float(each.t), float(each.answered)) for each in self.result.seconds]
        return [(-1.0, float(made)), *seconds, (float(len(seconds)), float(removed))]

    def sent_by(self, route: str) -> Points:
        """Answers in each second to requests of a route that prepares and removes nothing; silence before and after."""
        ours = sum(sum(each.statuses.values()) for each in self.result.operations.values() if each.route == route)
        share = ours / self.result.answered
        seconds = [(float(each.t), share * each.answered) for each in self.result.seconds]
        before, after = range(-SILENCE, 0), range(len(seconds), len(seconds) + SILENCE)
        return [*((float(each), 0.0) for each in before), *seconds, *((float(each), 0.0) for each in after)]

    @property
    def ended(self) -> float:
        """Seconds from the beginning to the end of the last request."""
        return self.result.ended - self.result.began
