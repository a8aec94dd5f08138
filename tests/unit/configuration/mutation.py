"""One way to break a file: a name, the rules that must turn red (the first is the one meant), a text and its replacement."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """A replacement of a text that stands in the file; `rules` is empty for a change that is legitimate."""

    name: str
    file: str
    rules: frozenset[str]
    old: str
    new: str

    def apply(self, text: str) -> str:
        """The broken text; raises LookupError when the file no longer has the old one, so that the table is mended."""
        if self.old not in text:
            raise LookupError(f"{self.file} has no {self.old!r} for the mutation {self.name}")
        return text.replace(self.old, self.new, 1)


def of(file: str) -> Callable[[str, str, str, str], Mutation]:
    """A short form for rows of one file: name, rules separated by spaces, old text, new text."""

    def row(name: str, rules: str, old: str, new: str) -> Mutation:
        return Mutation(name, file, frozenset(rules.split()), old, new)

    return row
