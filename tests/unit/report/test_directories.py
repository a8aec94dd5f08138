"""Where results go: no target of make overwrites the report of the pipeline, and a directory that is named wins."""

import re
import subprocess
import tomllib

import pytest

from fixtures.report.elsewhere import KINDS
from fixtures.settings import ROOT
from tests.unit.making import dry_run, environment

WHOLE = ("pipeline", "test")
"""Targets whose results lie in report/ itself."""
PARTS = ("config", "unit", "docs-check")
"""Targets that `test` and `nightly` run beside others, and that therefore write below whatever directory is named."""
RUN = re.compile(r"-m (?:pytest|tests\.\S+)")


def runs(target: str, **variables: str) -> list[str]:
    """Return what a target runs that writes results, each with its directory put in, as a shell would."""
    lines = [line for line in dry_run(target) if RUN.search(line)]
    echo = "\n".join(re.sub(r"\.venv/bin/python.*", "printenv PLUMBLINE_REPORT || echo none", line) for line in lines)
    done = subprocess.run(
        ["bash", "-c", echo], env=environment() | variables, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def targets() -> list[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z-]+):[^\n]*\n((?:\t.*\n)+)", text, re.MULTILINE)
    running = [name for name, recipe in found if "$(PYTEST)" in recipe or "-m tests." in recipe]
    return [each for each in running if each not in (*WHOLE, "report-check") and not each.startswith("nightly")]


@pytest.mark.parametrize("target", targets())
def test_target_has_a_directory_of_its_own(target: str) -> None:
    name = target.removesuffix("-check")
    elsewhere = f"/elsewhere/{name}" if target in PARTS else "/elsewhere"

    assert runs(target) == [f"report/{name}"]
    assert runs(target, PLUMBLINE_REPORT="/elsewhere") == [elsewhere]


def test_every_kind_of_run_is_a_target() -> None:
    assert set(KINDS) <= set(targets())


@pytest.mark.parametrize("named", ["", "/elsewhere"])
def test_parts_of_the_nightly_job_do_not_overwrite_each_other(named: str) -> None:
    directories = runs("nightly", **({"PLUMBLINE_REPORT": named} if named else {}))

    assert [each.rpartition("/")[2] for each in directories[-5:]] == ["faults", "load", "exits", "sabotage", "overhead"]
    assert {each.rpartition("/")[0] for each in directories[-5:]} == {named or "report"}


def test_environments_of_tox_keep_to_their_own_too() -> None:
    tox = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["tox"]

    own = {name: each["set_env"]["PLUMBLINE_REPORT"] for name, each in tox["env"].items() if "set_env" in each}

    assert tox["env_run_base"]["set_env"]["PLUMBLINE_REPORT"] == "{env:PLUMBLINE_REPORT:report/{env_name}}"
    assert own == {"pipeline": "{env:PLUMBLINE_REPORT:report}"}
