"""`--explain` says what a layer proves and how a finding is mended, from the one place where that is written."""

import subprocess
import sys

import pytest

from fixtures.configuration import RULES
from fixtures.errors import PlumblineError
from fixtures.explain import explained
from fixtures.exposition.rules import RULES as EXPOSITION
from fixtures.settings import ROOT

LAYERS = sorted(each.name for each in (ROOT / "tests/integration").glob("layer*"))


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_is_told_by_its_modules(layer: str) -> None:
    text = explained(layer)

    modules = sorted((ROOT / "tests/integration" / layer).glob("test_*.py"))
    assert modules
    assert [each.name for each in modules if each.name not in text] == []
    assert explained(layer.partition("_")[0]) == explained(layer[5]) == text


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rule_of_layer_0_says_what_it_checks_and_how_to_mend(rule: str) -> None:
    assert RULES[rule].checks in explained(rule)
    assert RULES[rule].mend in explained(rule)


@pytest.mark.parametrize("rule", sorted(set(EXPOSITION) - set(RULES)))
def test_rule_of_the_linter_says_how_to_mend(rule: str) -> None:
    assert EXPOSITION[rule] in explained(rule)


def test_no_name_means_two_things() -> None:
    assert set(EXPOSITION) & set(RULES) == set()


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("freshness", "test_freshness.py"),
        ("tests/integration/layer3_telemetry/test_freshness.py", "test_freshness.py"),
        ("test_freshness.py::test_each_hop_keeps_its_bound[otlp]", "test_freshness.py::test_each_hop_keeps_its_bound"),
    ],
)
def test_test_is_told_by_its_module(name: str, run: str) -> None:
    text = explained(name)

    assert text.startswith("layer3_telemetry, test_freshness\n")
    assert text.endswith(f"run it: pytest tests/integration/layer3_telemetry/{run}")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("counter-fel", "counter-fell"),
        ("test_each_hop_keeps", "test_each_hop_keeps_its_bound"),
        ("layer9", "layer"),
        ("§", "layer0"),
    ],
)
def test_unknown_name_is_answered_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(PlumblineError, match=f"did you mean .*{near}"):
        explained(name)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [("layer0", 0, "layer0_config"), ("nonsense", 4, "ERROR: nothing is called 'nonsense'")],
)
def test_option_explains_and_stops(name: str, code: int, message: str) -> None:
    argv = [sys.executable, "-m", "pytest", "--explain", name]

    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == code
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "test session starts" not in done.stdout
