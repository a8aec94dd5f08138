"""What people and CI type runs everything it names, and nothing on the way forgives, narrows or leaves out."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from fixtures.settings import ROOT
from tests.unit.making import dry_run

WORKFLOWS = {"pull-request.yml": ".ci/run", "nightly.yml": "make nightly"}
"""Each workflow, and the command that it exists for."""
ACTIONS = {"actions/checkout", "actions/setup-python", "actions/cache", "actions/upload-artifact"}
NEEDED = {
    "pipeline": ["-m pytest -m pipeline"],
    "test": [
        "-m pytest tests/integration/layer0_config",
        "-m ruff check",
        "-m ruff format --check",
        "-m machine.scan",
        "-m mypy",
        "-m pytest tests/unit -n auto",
        "-m pytest tests/service",
        "-m pytest tests/integration --ignore tests/integration/layer5_faults tests/load",
        "-m pytest examples/orders",
    ],
    "nightly": [
        "-m pytest tests/integration --ignore tests/integration/layer5_faults tests/load",
        "-m pytest tests/docs tests/examples",
        "-m pytest -m faults",
        "-m pytest tests/load -m load --load-profile full",
        "-m pytest tests/exits",
        "-m tests.sabotage",
        "-m tests.load.overhead",
    ],
}
"""What a target of make has to run, each whole line after the interpreter."""
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PLUGINS_OFF = {"no:schemathesis", "no:locust"}


def steps(workflow: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))


def keys(node: Any) -> Iterator[tuple[str, Any]]:
    """Every key below a node, with its value."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key), value
            yield from keys(value)
    elif isinstance(node, list):
        for each in node:
            yield from keys(each)


@pytest.mark.parametrize("target", NEEDED)
def test_target_runs_all_that_it_says(target: str) -> None:
    ran = [line.partition(".venv/bin/python ")[2].strip() for line in dry_run(target)]

    assert [each for each in NEEDED[target] if each not in ran] == []


def test_recipes_forgive_nothing() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert ".SHELLFLAGS := -euo pipefail -c" in text
    assert re.findall(r"^\t@?-.*|.*\|\| (?:true|:|exit 0)\b.*|^\.IGNORE.*", text, re.MULTILINE) == []


def test_ci_ends_as_what_it_ran() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert re.findall(r"^make .*", script, re.MULTILINE) == ["make test </dev/null &"]
    assert script.rstrip().endswith('\nexit "$status"')
    assert re.findall(r"^ *(?:status=0|exit 0)$", script, re.MULTILINE) == []


@pytest.mark.parametrize(("name", "command"), WORKFLOWS.items())
def test_workflow_runs_its_command_unconditionally(name: str, command: str) -> None:
    workflow = read(name)
    (running,) = [each for each in steps(workflow) if each.get("run") == command]

    assert set(running) == {"run"}
    assert all("if" not in job for job in workflow["jobs"].values())
    assert {each["if"] for each in steps(workflow) if "if" in each} == {"always()"}
    assert "continue-on-error" not in dict(keys(workflow))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_opens_no_hole(name: str) -> None:
    workflow = read(name)
    used = [value for key, value in keys([workflow, _prepare()]) if key == "uses"]

    assert workflow["permissions"] == {"contents": "read"}
    assert [value for key, value in keys(workflow["jobs"]) if key == "permissions"] == []
    assert {each.partition("@")[0] for each in used if not each.startswith("./")} <= ACTIONS
    assert [each for each in used if not re.search(r"@v\d+$|^\./", each)] == []
    assert [each["with"]["persist-credentials"] for each in steps(workflow) if "checkout" in each.get("uses", "")] == [
        False
    ]
    assert "${{ github.event" not in (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")


def _prepare() -> Any:
    return yaml.safe_load((ROOT / ".github" / "actions" / "prepare" / "action.yml").read_text(encoding="utf-8"))


def test_caches_hold_for_what_they_were_made_of() -> None:
    caches = [each["with"] for each in _prepare()["runs"]["steps"] if "actions/cache" in each.get("uses", "")]

    assert {each["path"]: "hashFiles(" in each["key"] for each in caches} == {".venv": True, ".build/images.tar": True}
    assert [each for each in caches if "restore-keys" in each] == []


def test_workflows_start_of_themselves() -> None:
    # YAML 1.1 reads the key `on` as true.
    changes, nights = (read(name)[True] for name in WORKFLOWS)

    assert changes == {"pull_request": None, "push": {"branches": ["main"]}}
    assert set(nights) == {"schedule", "workflow_dispatch"}
    assert all(re.fullmatch(r"\d+ \d+ \* \* \*", each["cron"]) for each in nights["schedule"])


def test_pytest_narrows_and_forgives_nothing() -> None:
    told = PYPROJECT["tool"]["pytest"]["ini_options"]

    assert told["testpaths"] == ["tests/integration"]
    assert {each for each in told["addopts"] if not each.startswith("--")} - {"-p"} == PLUGINS_OFF
    assert {each for each in told["addopts"] if each.startswith("--")} == {
        "--strict-markers",
        "--strict-config",
        "--import-mode=importlib",
    }
    assert told["filterwarnings"] == ["error"]
    assert 0 < told["timeout"] <= 900


def test_types_are_checked_everywhere() -> None:
    told = PYPROJECT["tool"]["mypy"]

    assert told["strict"] is True
    assert set(told["files"]) >= {"service", "machine", "fixtures", "plumbline", "tests", "examples", "conftest.py"}
    assert not {"ignore_errors", "exclude", "follow_imports"} & {key for key, _ in keys(told)}


def test_rules_hold_everywhere() -> None:
    assert not {"exclude", "extend-exclude", "exit-zero"} & {key for key, _ in keys(PYPROJECT["tool"]["ruff"])}


def test_tox_forgives_nothing() -> None:
    told = list(keys(PYPROJECT["tool"]["tox"]))

    assert not {"ignore_outcome", "ignore_errors"} & {key for key, _ in told}
    assert [each for key, value in told if key == "commands" for each in value if str(each[0]).startswith("-")] == []
