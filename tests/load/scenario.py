"""Scenarios as data: stages, a mix of operations, thresholds; read from scenarios.yml and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.load.result import Result
from tests.load.schedule import Kind, Stage

Profile = Literal["full", "short"]


@dataclass(frozen=True)
class Verdict:
    """What a threshold says of a result; printed, it is one line for a person."""

    figure: str
    value: float | None
    met: bool
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Threshold:
    """A figure of a result held against a bound, in the figure's unit, with the reason for the bound."""

    figure: str
    bound: float
    unit: str
    reason: str
    at_least: bool = False

    def judge(self, result: Result) -> Verdict:
        """Hold a result against it; a figure that was not measured does not meet it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Hold:
    """Seconds after the beginning between which the proof holds a lock on the row that `stress` writes to.

    The generator itself never touches the database: `Data.held` names the configuration.
    """

    since: float
    until: float


@dataclass(frozen=True)
class Scenario:
    """One scenario: when requests are due, which, how many may be in flight, and what must be true of the result."""

    name: str
    proves: str
    stages: Sequence[Stage]
    mix: Mapping[str, int]
    arrivals: Kind = "constant"
    seed: int = 0
    in_flight: int = 256
    timeout: float = 10.0
    also_wished: Sequence[int] = ()
    hold: Hold | None = None
    thresholds: Sequence[Threshold] = ()


def scenarios(profile: Profile = "short") -> Mapping[str, Scenario]:
    """Every scenario of scenarios.yml by name, in the file's order.

    Raises:
        ScenarioError: the file is wrong; the message names file, line, key and what is allowed there.
    """
    raise NotImplementedError
