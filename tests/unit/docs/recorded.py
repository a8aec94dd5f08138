"""Every key that the code writes into results.json: by calling what makes a row, or by reading its literals."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, cast

from fixtures import outcomes, sweep
from fixtures.bringup import Stack
from fixtures.events import Event, Recorder
from fixtures.faults.matrix import ROWS
from fixtures.faults.outcome import Outcome as Fault
from fixtures.freshness import Hop
from fixtures.settings import ROOT
from machine.images import Image
from tests.exits.leftovers import Remains
from tests.load.overhead.absolutes import absolutes
from tests.load.overhead.comparison import compare
from tests.load.overhead.components import Cost
from tests.load.overhead.outcome import Outcome as Overhead
from tests.sabotage.catalogue import rows
from tests.sabotage.judging import Red, Verdict
from tests.unit.load.results import READ, result_of
from tests.unit.overhead.findings import findings

RECORDING = "tests/load/proof/recording.py"


@cache
def tree(file: str) -> ast.Module:
    """Return a file of the repository, parsed."""
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def literals(file: str, function: str, variable: str = "") -> set[str]:
    """Return the keys of the dict displays in a function, or in what it assigns to one variable."""
    found: list[ast.AST] = [each for each in ast.walk(tree(file)) if getattr(each, "name", "") == function]
    assert found, f"{file} has no {function}"
    if variable:
        assigned = (each for each in ast.walk(found[0]) if isinstance(each, ast.Assign))
        found = [each.value for each in assigned if getattr(each.targets[0], "id", "") == variable]
        assert found, f"{function} in {file} assigns no {variable}"
    displays = (each for each in ast.walk(found[0]) if isinstance(each, ast.Dict))
    return {str(key.value) for each in displays for key in each.keys if isinstance(key, ast.Constant)}


def constant(file: str, name: str) -> set[str]:
    """Return a tuple of strings that a file defines."""
    assigned = (each for each in tree(file).body if isinstance(each, ast.Assign))
    return set(next(ast.literal_eval(each.value) for each in assigned if getattr(each.targets[0], "id", "") == name))


def sites() -> Iterator[tuple[str, str, str]]:
    """Yield file, function and key of every call of `record` and `record_once`."""
    for folder in ("fixtures", "plumbline", "tests/load", "tests/integration", "tests/exits", "tests/sabotage"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from _sites(path)


def _sites(path: Path) -> Iterator[tuple[str, str, str]]:
    file = str(path.relative_to(ROOT))
    for function in (each for each in ast.walk(tree(file)) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)):
        for call in (each for each in ast.walk(function) if isinstance(each, ast.Call)):
            called = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if called in ("record", "record_once") and call.args and isinstance(call.args[0], ast.Constant):
                yield file, function.name, str(call.args[0].value)


def _timeline() -> set[str]:
    actions = ("create", "start", "health_status: healthy")
    events = [Event("postgres", each, float(number)) for number, each in enumerate(actions, start=1)]
    stack = Stack("run", cast("Any", None), (), Recorder(events), {})
    return set(stack.timeline()[0])


def _load() -> set[str]:
    own = set(result_of([(READ, 0.0, 0.0, 0.1, 200)]).row())
    nested = literals(RECORDING, "_row", "alerts") | literals(RECORDING, "_row", "answering")
    return own | (literals(RECORDING, "_row") - nested)


def _faults() -> set[str]:
    row = next(each for each in ROWS if each.alarm)
    seen = Fault(row, 1, 1, 0.1, 0.1, 0.0, 1.0, 1.0, gaps={"scrape": 1.0, "otlp": 1.0})
    told = (literals(file, function) for file, function, key in sites() if key == "faults")
    return set(seen.figures()).union(*told)


def _overhead() -> Overhead:
    made = findings()
    return Overhead(compare(made), absolutes(made), [Cost("postgres", "at rest", 0.1, 10.0)])


def _sabotage() -> set[str]:
    return set(Verdict(rows()[0], "killed", Red("layer0", "rule")).record())


_COUNTS = outcomes._counts(Counter())
ROW: Mapping[str, Callable[[], set[str]]] = {
    "run.": lambda: literals("fixtures/reporting.py", "_write_results", "run"),
    "images[].": lambda: {each.name for each in fields(Image)} - {"variable"},
    "stack.": lambda: literals("fixtures/stack.py", "stack") - {"timeline"},
    "stack.timeline[].": _timeline,
    "layers[].": lambda: {"name", *_COUNTS},
    "modules[].": lambda: literals("fixtures/outcomes.py", "by_module") | set(_COUNTS),
    "failures[].": lambda: literals("fixtures/outcomes.py", "_failure"),
    "skipped[].": lambda: literals("fixtures/outcomes.py", "take"),
    "freshness[].": lambda: set(Hop("scrape", "emit → service", [0.1], 1.0).row()),
    "ledger[].": lambda: literals("fixtures/ledger.py", "record_page"),
    "panels[].": lambda: literals("fixtures/grafana/gallery.py", "row"),
    "alerts[].": lambda: (
        constant("tests/integration/layer4_dashboards/test_alerts.py", "FIGURES")
        | constant("tests/integration/layer5_faults/test_alerts.py", "FIGURES")
    ),
    "load[].": lambda: _load() - {"alerts", "answering"},
    "load[].alerts[].": lambda: literals(RECORDING, "_row", "alerts"),
    "load[].answering[].": lambda: literals(RECORDING, "_row", "answering"),
    "visible[].": lambda: literals(RECORDING, "record_course"),
    "overhead[].": lambda: set(_overhead().rows()[0]),
    "overhead_absolute[].": lambda: set(_overhead().absolutes[0].row()),
    "components[].": lambda: set(_overhead().costs[0].row()),
    "faults[].": _faults,
    "exits[].": lambda: literals("tests/exits/verdicts.py", "settle") | set(Remains().counts),
    "sabotage[].": _sabotage,
    "leftovers.": lambda: {f"{kind}s" for kind in sweep._ORDER},
}
"""What makes the rows of each key."""
SINGLE = frozenset({"remote"})
"""Keys whose names below depend on what was given."""


def known() -> set[str]:
    """Return every key of results.json, as the reference writes them."""
    head = literals("fixtures/results.py", "write", "content")
    return head | SINGLE | {f"{key}{name}" for key, names in ROW.items() for name in names()}
