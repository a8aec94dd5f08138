"""One change of the files, from the tables beside this module: breakages/*.yml, and legal*.yml for what is allowed."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Edit:
    """A text put in place of another, once or `everywhere`; without an old text it is added, or makes the file."""

    file: str
    old: str
    new: str
    everywhere: bool = False

    def apply(self, text: str) -> str:
        """The changed text."""
        return text.replace(self.old, self.new, -1 if self.everywhere else 1) if self.old else text + self.new


@dataclass(frozen=True)
class Mutation:
    """One or more edits that belong together, and the rules that must turn red (none: it is legitimate)."""

    name: str
    rules: frozenset[str]
    edits: tuple[Edit, ...]

    def changed(self, root: Path) -> dict[str, str] | None:
        """The text of each file after all edits; None where one of them speaks of words that its file does not have."""
        texts: dict[str, str] = {}
        for edit in self.edits:
            path = root / edit.file
            text = texts.get(edit.file) or (path.read_text(encoding="utf-8") if path.is_file() else "")
            if edit.old not in text:
                return None
            texts[edit.file] = edit.apply(text)
        return texts


def mutations(pattern: str) -> list[Mutation]:
    """The rows of every table that matches the pattern."""
    return [one for path in sorted(FOLDER.glob(pattern)) for one in _rows(path)]


def _rows(path: Path) -> Iterator[Mutation]:
    for file, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for name, row in rows.items():
            edits = [_edit(one.get("file", file), one) for one in (row, *row.get("also", ()))]
            yield Mutation(name, frozenset(row.get("rules", "").split()), tuple(edits))


def _edit(file: str, row: Mapping[str, Any]) -> Edit:
    for key, (place, made) in MADE.items():
        if key in row:
            return Edit(file, place, f"{place}{json.dumps(made(row[key]))}, ")
    return Edit(file, row.get("old", ""), row["new"], everywhere=row.get("everywhere", False))


SOURCE = {"type": "prometheus", "uid": "prometheus"}


def _panel(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """One more panel: `expr`, `unit`, `legend`, `target` and `defaults` go where they belong, the rest as it is."""
    asked = {"refId": "A", "datasource": SOURCE, "range": True, "legendFormat": row.get("legend", "new")}
    known = {"expr", "unit", "legend", "target", "defaults"}
    return {
        **{"id": 900, "type": "timeseries", "title": "New", "datasource": SOURCE},
        "gridPos": {"h": 8, "w": 8, "x": 0, "y": 900},
        "fieldConfig": {"defaults": {"unit": row.get("unit", "short"), **row.get("defaults", {})}, "overrides": []},
        **({"targets": [{**asked, "expr": row["expr"], **row.get("target", {})}]} if "expr" in row else {}),
        **{key: value for key, value in row.items() if key not in known},
    }


def _variable(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """One more variable, of a query where it states no type."""
    asks = {"type": "query", "datasource": SOURCE, "refresh": 1, "regex": "", "options": [], "current": {}}
    return {"name": "new", **({} if "type" in row else asks), **row}


MADE: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]] = {
    "panel": ('"panels": [', _panel),
    "variable": ('"templating": {\n    "list": [', _variable),
    "annotation": ('"annotations": {\n    "list": [', dict),
}
"""What a row may state in place of a text: where it goes in a dashboard, and how it is completed."""
