"""Scenarios as data: stages, a mix of operations, thresholds; read from scenarios.yml and checked."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from fixtures.configuration.findings import UnreadableError
from fixtures.configuration.node import Node
from fixtures.configuration.read_yaml import read_yaml
from tests.load.errors import ScenarioError
from tests.load.operations import OPERATIONS
from tests.load.schedule import Kind, Stage, duration, expected
from tests.load.threshold import Threshold, Verdict

__all__ = ["Hold", "Profile", "Scenario", "Threshold", "Verdict", "scenarios"]

FILE: Final = Path(__file__).with_name("scenarios.yml")
Profile = Literal["full", "short"]
MOST_ARRIVALS: Final = 5_000_000
"""Of one run: the journal then takes 150 MB."""
_BY_PROFILE: Final = ("stages", "hold")
_STRICT: Final = ConfigDict(extra="forbid")


def _known(operation: str) -> str:
    if operation not in OPERATIONS:
        raise ValueError(f"no operation has this name, choose from {', '.join(OPERATIONS)}")
    return operation


@dataclass(frozen=True, config=_STRICT)
class Hold:
    """Seconds after the beginning between which the proof holds a lock on the row that `stress` writes to.

    The generator itself never touches the database; `data.HELD` names the row.
    """

    since: Annotated[float, Field(ge=0)]
    until: float


@dataclass(frozen=True, config=_STRICT)
class Scenario:
    """One scenario: when requests are due, which, how many may be in flight, and what must be true of the result.

    `mix` gives operations their weights; an empty one fetches the URL itself. `timeout` is in seconds, for each
    request; `also_wished` are statuses that are no errors here. Raises pydantic's ValidationError, a ValueError.
    """

    name: str
    proves: str
    stages: Annotated[Sequence[Stage], Field(min_length=1)]
    mix: Mapping[Annotated[str, AfterValidator(_known)], Annotated[int, Field(ge=1, le=1000)]]
    arrivals: Kind = "constant"
    seed: int = 0
    in_flight: Annotated[int, Field(ge=1, le=10_000)] = 256
    timeout: Annotated[float, Field(gt=0, le=600)] = 10.0
    also_wished: Sequence[Annotated[int, Field(ge=100, le=599)]] = ()
    hold: Hold | None = None
    thresholds: Sequence[Threshold] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not 0 < (number := expected(self.stages)) <= MOST_ARRIVALS:
            raise ValueError(f"{number} arrivals, allowed are 1 to {MOST_ARRIVALS}: change rate or seconds")
        if (self.hold is not None) != ("stress" in self.mix):
            raise ValueError("hold and the operation stress belong together: give both or neither")
        if self.hold and not self.hold.since < self.hold.until < duration(self.stages):
            raise ValueError(f"hold must end after it begins and before the stages do, {duration(self.stages):g} s")
        return self


_SCENARIO: Final = TypeAdapter(Scenario)


def scenarios(profile: Profile = "short", file: Path = FILE) -> Mapping[str, Scenario]:
    """Every scenario of scenarios.yml by name, in the file's order.

    Raises:
        ScenarioError: the file is wrong; the message names file, line, key and what is allowed there.
    """
    try:
        root = read_yaml(file.name, file.read_text(encoding="utf-8"))
    except (UnreadableError, OSError) as error:
        raise ScenarioError(f"{file.name} cannot be read: {error}") from error
    if not root.mapping:
        raise ScenarioError(f"{file.name}: no scenarios: a mapping from names to scenarios belongs here")
    return {name: _scenario(name, node, profile) for name, node in root.mapping.items()}


def _scenario(name: str, node: Node, profile: Profile) -> Scenario:
    content = {"name": name, **{key: _plain(each) for key, each in node.mapping.items()}}
    for key in _BY_PROFILE:
        if key in node:
            content[key] = _plain(_of_profile(node.at(key), profile))
    try:
        return _SCENARIO.validate_python(content)
    except ValidationError as error:
        raise ScenarioError("\n".join(_where(node, profile, each) for each in error.errors())) from error


def _of_profile(node: Node, profile: Profile) -> Node:
    allowed = get_args(Profile)
    if set(node.mapping) != set(allowed):
        raise ScenarioError(
            f"{node.file}:{node.line}: {node.path}: give {' and '.join(allowed)} here, and nothing else"
        )
    return node.at(profile)


def _where(node: Node, profile: Profile, error: Any) -> str:
    """One line on one error: the place in the file as its reader sees it."""
    for step in error["loc"]:
        if step in node.mapping or isinstance(step, int):
            node = node.at(step)
            node = node.at(profile) if step in _BY_PROFILE else node
    missing = f".{error['loc'][-1]}" if error["type"] in ("missing", "missing_argument") else ""
    return f"{node.file}:{node.line}: {node.path}{missing}: {error['msg'].removeprefix('Value error, ')}"


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(each) for key, each in node.value.items()}
    return [_plain(each) for each in node.value] if isinstance(node.value, list) else node.value
