"""One change of one file, from the tables beside this module: breakages/*.yml, and legal*.yml for what is allowed."""

from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Mutation:
    """A replacement of a text that stands in the file, and the rules that must turn red (none: it is legitimate)."""

    name: str
    file: str
    rules: frozenset[str]
    old: str
    new: str

    def apply(self, text: str) -> str:
        """The changed text; raises LookupError when the file no longer has the old one, so that the table is mended."""
        if self.old not in text:
            raise LookupError(f"{self.file} has no {self.old!r} for the mutation {self.name}")
        return text.replace(self.old, self.new, 1)


def mutations(pattern: str) -> list[Mutation]:
    """The rows of every table that matches the pattern."""
    found: list[Mutation] = []
    for path in sorted(FOLDER.glob(pattern)):
        for file, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for name, row in rows.items():
                found.append(Mutation(name, file, frozenset(row.get("rules", "").split()), row["old"], row["new"]))
    return found
