"""The catalogue: ways to break the pipeline silently, and changes that break nothing, read from the tables beside this.

mutants/*.yml and harmless.yml say, file by file, what is changed: `old` becomes `new`, and so on in `also`, there or in
another `file`. The text must stand in the file exactly once, or be the first after the words of `after`, which must: a
table that no longer fits its files is itself in error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fixtures.errors import PlumblineError

FOLDER = Path(__file__).parent
LAYERS: Mapping[str, str] = {
    "layer0": "layer0_config",
    "layer1": "layer1_containers",
    "layer2": "layer2_service",
    "layer3": "layer3_telemetry",
    "layer4": "layer4_dashboards",
}
"""What may have to turn red, in the order in which it runs; the folder below tests/integration of each layer."""


class Inapplicable(PlumblineError):
    """A row does not fit the files as they are: the catalogue must be mended."""


@dataclass(frozen=True)
class Change:
    """One replacement in one file of the project."""

    file: str
    old: str
    new: str
    after: str = ""

    def apply(self, text: str) -> str:
        """Return the changed text.

        Raises:
            Inapplicable: the old text, or what it stands after, is not there exactly once.
        """
        begin = self._place(text, self.after) + len(self.after) if self.after else 0
        at = text.find(self.old, begin) if self.after else self._place(text, self.old)
        if at < 0:
            raise Inapplicable(f"{self.file} has no {self.old!r} after {self.after!r}")
        if self.old == self.new:
            raise Inapplicable(f"{self.file}: {self.old!r} is replaced by itself")
        return text[:at] + self.new + text[at + len(self.old) :]

    def _place(self, text: str, words: str) -> int:
        if text.count(words) != 1:
            raise Inapplicable(f"{self.file} has {words!r} {text.count(words)} times, not once")
        return text.index(words)


@dataclass(frozen=True)
class Row:
    """One row: what is changed, what that breaks, and who must notice; a harmless one has no layer."""

    id: str
    breaks: str
    changes: tuple[Change, ...]
    layer: str = ""
    by: str = ""
    """In layer 0 the rule, elsewhere the test file below its layer."""
    component: str = ""
    """The component whose part of the stack is enough to see it."""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def harmless(self) -> bool:
        """Whether the pipeline must stay green."""
        return not self.layer

    @property
    def killers(self) -> str:
        """The test file, from the project's root, that must turn red; nothing for layer 0."""
        return "" if self.layer in ("", "layer0") else f"tests/integration/{LAYERS[self.layer]}/{self.by}"


def rows(folder: Path = FOLDER) -> list[Row]:
    """Return every row: the mutants in the order of their tables, then the harmless changes.

    Raises:
        Inapplicable: a row lacks something, names an unknown layer, or has the name of another.
    """
    found: list[Row] = []
    for path in [*sorted((folder / "mutants").glob("*.yml")), folder / "harmless.yml"]:
        for file, table in _read(path).items():
            found += [_row(path, name, file, row) for name, row in table.items()]
    names = [each.id for each in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Inapplicable(f"several rows of the catalogue are called {', '.join(twice)}")
    return found


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        table: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise Inapplicable(f"{path.name} is not YAML: {error}") from None
    return table


def _row(path: Path, name: str, file: str, row: Mapping[str, Any]) -> Row:
    mutant = path.name != "harmless.yml"
    needed = {"breaks", "layer", "by"} if mutant else set()
    known = {"old", "new", "after", "also", "component", "environment", *needed}
    if row.keys() - known or not needed <= row.keys() or (mutant and row["layer"] not in LAYERS):
        raise Inapplicable(f"{path.name}: {name} needs {sorted(needed)} with a known layer, and takes {sorted(known)}")
    first = [{key: row[key] for key in ("old", "new", "after") if key in row}] if "old" in row else []
    changes = tuple(Change(**{"file": file, **each}) for each in [*first, *row.get("also", [])])
    stated = {key: row[key] for key in ("layer", "by", "component", "environment") if key in row}
    return Row(name, row.get("breaks", ""), changes, **stated)


def apply(row: Row, root: Path) -> None:
    """Change the files of a project as a row says.

    Raises:
        Inapplicable: one of its changes does not fit.
    """
    for each in row.changes:
        path = root / each.file
        if not path.is_file():
            raise Inapplicable(f"{row.id}: there is no file {each.file}")
        try:
            path.write_text(each.apply(path.read_text(encoding="utf-8")), encoding="utf-8")
        except Inapplicable as error:
            raise Inapplicable(f"{row.id}: {error}") from None
