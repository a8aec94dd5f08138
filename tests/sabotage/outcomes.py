"""What a run of pytest in a copy says: the first test that was red, and the layer that it stands for."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from machine.process import Completed
from tests.sabotage.catalogue import LAYERS
from tests.sabotage.judging import Red, Unusable


def first_red(done: Completed, report: Path) -> Red | None:
    """Return what failed first, or None when all was green.

    A stack that never stood is layer 1's matter, whichever test asked for it first; a suite that refuses to begin is
    layer 0's.

    Raises:
        Unusable: no test ran, though pytest found nothing wrong.
    """
    if done.exit_code == pytest.ExitCode.OK:
        return None
    junit = report / "junit.xml"
    tests = list(ElementTree.parse(junit).iter("testcase")) if junit.exists() else []  # noqa: S314  # written by pytest
    for each in tests:
        if each.find("failure") is not None or each.find("error") is not None:
            return _red(each, report)
    if done.exit_code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise Unusable(f"no test was found by: {' '.join(done.argv)}")
    lines = (done.errors or done.text).strip().splitlines() or ["nothing was said"]
    return Red("layer0", f"pytest ended with {done.exit_code}: {lines[-1]}")


def _red(test: ElementTree.Element, report: Path) -> Red:
    place = test.get("classname", "")
    name = f"{place.rpartition('.')[2]}::{test.get('name', '')}"
    layer = next((key for key, folder in LAYERS.items() if folder in place), "layer0")
    if layer != "layer0" and not _stood(report):
        return Red("layer1", f"start-up, before {name}")
    return Red(layer, name)


def _stood(report: Path) -> bool:
    results = report / "results.json"
    return results.exists() and "stack" in json.loads(results.read_text(encoding="utf-8"))
