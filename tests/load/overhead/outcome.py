"""The outcome as rows, its verdict, and the files that machines read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.errors import PlumblineError
from fixtures.results import SCHEMA
from tests.load.overhead.absolutes import Absolute
from tests.load.overhead.components import Cost
from tests.load.overhead.intervals import Ratio
from tests.load.overhead.variants import OFF
from tests.load.overhead.verdicts import Verdict, verdicts


@dataclass(frozen=True)
class Outcome:
    """All that a run found: ratios by figure and variant, the absolute figures behind them, the components' costs."""

    ratios: Mapping[tuple[str, str], Ratio]
    absolutes: Sequence[Absolute]
    costs: Sequence[Cost]

    @property
    def verdict(self) -> Verdict:
        """Missed if any wish was, else undecided if any is, else passed."""
        found = set(verdicts(self.ratios).values())
        return next((each for each in (Verdict.MISSED, Verdict.UNDECIDED) if each in found), Verdict.PASSED)

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the key `overhead` of results.json."""
        judged = verdicts(self.ratios)
        return [
            {
                "figure": figure,
                "variant": variant,
                "against": OFF.name,
                "ratio": round(seen.ratio, 4),
                "low": round(seen.low, 4),
                "high": round(seen.high, 4),
                "pairs": seen.pairs,
                "verdict": judged[figure, variant].value,
            }
            for (figure, variant), seen in self.ratios.items()
        ]

    def write(self, directory: Path) -> None:
        """Write overhead.json, and put the same rows into the results.json that stands beside it, if one does.

        Raises:
            PlumblineError: results.json is not one of this schema; overhead.json is written nevertheless.
        """
        rows = {"overhead": self.rows(), "overhead_absolute": [each.row() for each in self.absolutes]}
        if self.costs:
            rows["components"] = [each.row() for each in self.costs]
        directory.mkdir(parents=True, exist_ok=True)
        _replace(directory / "overhead.json", {"schema": SCHEMA, "verdict": self.verdict.value, **rows})
        results = directory / "results.json"
        if results.exists():
            _replace(results, {**_read(results), **rows})


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PlumblineError(f"{path} is no JSON ({error})\n  to do: delete it; overhead.json is written") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise PlumblineError(f"{path} does not have schema {SCHEMA}\n  to do: delete it; overhead.json is written")
    return content


def _replace(path: Path, content: Mapping[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    temporary.replace(path)
