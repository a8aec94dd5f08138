"""What a reader does who follows a page: its changes and commands in order, and for each command how it is checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import yaml

from fixtures.settings import ROOT
from tests.docs.pages import Block, Page, pages

How = Literal["fast", "stack", "shown"]
TABLE = "tests/docs/commands.yml"


@dataclass(frozen=True)
class Command:
    """One row of the table.

    `says` must be in the output; `until` is what it says when it is to be interrupted; who reads what is still on its
    way is asked again for `within` seconds.
    """

    run: str
    how: How
    exit: int = 0
    says: Sequence[str] = ()
    until: str = ""
    because: str = ""
    seconds: float = 60.0
    within: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what would not be a check."""
        if self.how not in ("fast", "stack", "shown") or (self.how == "shown") != bool(self.because):
            raise ValueError(f"{self.run}: it is fast, stack, or shown with the reason why it is not run")


@dataclass(frozen=True)
class Step:
    """One thing that a reader does: apply a change (`diff`), or run a command; `place` is where the page says so."""

    place: str
    diff: str = ""
    command: Command | None = field(default=None)


@cache
def table() -> Mapping[str, Sequence[Command]]:
    """Return the table: each page's commands in the order of the page."""
    raw: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load((ROOT / TABLE).read_text(encoding="utf-8"))
    return {page: [Command(**each) for each in rows] for page, rows in raw.items()}


def unaccounted(page: Page, rows: Sequence[Command]) -> list[str]:
    """Return the differences between a page's commands and its rows, in words."""
    said = [(command, repr(block)) for block in page.blocks for command in block.commands]
    listed = [each.run for each in rows]
    missing = [f"{place}: {command} has no row in {TABLE}" for command, place in said if command not in listed]
    stale = [f"{TABLE}, {page.name}: nobody says {each}" for each in listed if each not in {one for one, _ in said}]
    if not missing and not stale and [command for command, _ in said] != listed:
        return [f"{TABLE}, {page.name}: the rows are not in the order of the page"]
    return missing + stale


def steps(page: Page, rows: Sequence[Command]) -> Iterator[Step]:
    """Yield what a reader of a page does, in order."""
    following = iter(rows)
    for block in page.blocks:
        if block.language == "diff":
            yield Step(repr(block), diff=block.text)
        for command in block.commands:
            row = next(following, None)
            if row is None or row.run != command:
                raise ValueError(f"{block}: {command} is not the next row of {TABLE}: {row}")
            yield Step(repr(block), command=row)


def of(name: str, *hows: How) -> list[Step]:
    """Return the steps of a page that are done: every change, and the commands of these kinds."""
    found = steps(pages()[name], table().get(name, ()))
    return [each for each in found if each.diff or (each.command and each.command.how in hows)]


def having(how: How) -> list[str]:
    """Return the pages that have commands of a kind."""
    return [page for page, rows in table().items() if any(each.how == how for each in rows)]


def languages() -> set[str]:
    """Return the languages of all fenced blocks."""
    return {block.language for page in pages().values() for block in page.blocks if isinstance(block, Block)}
