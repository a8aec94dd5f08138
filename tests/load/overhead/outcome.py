"""The outcome as rows, its verdict, and the file that machines read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.results import SCHEMA, write_whole
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

    def write(self, directory: Path, *, began: float, command: str) -> None:
        """Write overhead.json, with when (Unix time) and by which command it was measured."""
        rows = {"overhead": self.rows(), "overhead_absolute": [each.row() for each in self.absolutes]}
        if self.costs:
            rows["components"] = [each.row() for each in self.costs]
        run = {"began": round(began, 3), "command": command}
        content = {"schema": SCHEMA, "verdict": self.verdict.value, "run": run, **rows}
        directory.mkdir(parents=True, exist_ok=True)
        write_whole(directory / "overhead.json", json.dumps(content, indent=1, allow_nan=False) + "\n")
