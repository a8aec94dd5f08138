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

    def fits(self, root: Path) -> bool:
        """Whether the file is there and has the old text."""
        path = root / self.file
        return path.is_file() and self.old in path.read_text(encoding="utf-8")


def mutations(pattern: str) -> list[Mutation]:
    """The rows of every table that matches the pattern."""
    found: list[Mutation] = []
    for path in sorted(FOLDER.glob(pattern)):
        for file, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for name, row in rows.items():
                found.append(Mutation(name, file, frozenset(row.get("rules", "").split()), row["old"], row["new"]))
    return found
