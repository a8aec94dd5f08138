"""The options of a foreign project: what is missing or wrong ends the run in one usage error."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.settings import ROOT

EXAMPLE = ROOT / "examples" / "orders"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example, elsewhere."""
    copy = shutil.copytree(EXAMPLE, tmp_path / "orders", ignore=shutil.ignore_patterns("__pycache__"))
    ini = copy / "pytest.ini"
    ini.write_text(ini.read_text().replace("pythonpath = ../..", f"pythonpath = {ROOT}"))
    return copy


def collected(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Collect the tests of a project."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_row_of_the_table_has_its_claims(example: Path) -> None:
    done = collected(example)

    names = [line.split("::")[1] for line in done.stdout.splitlines() if "::" in line]
    assert done.returncode == 0, done.stderr
    assert len(names) == 20
    assert "test_flow_is_equal_at_every_station[refused orders]" in names
    assert "test_metric_arrives[orders_placed_total by otlp]" in names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--compose-file=nowhere.yml",), "there is no compose file at nowhere.yml"),
        (("--expectations=nowhere.py",), "there is no table of expectations at "),
        (("--expectations=orders.py",), "there is no EXPECTED = Expected(…) in it"),
    ],
)
def test_wrong_option_is_one_error(example: Path, arguments: tuple[str, ...], message: str) -> None:
    done = collected(example, *arguments)

    assert message in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == pytest.ExitCode.USAGE_ERROR


def test_proof_of_the_example_is_short() -> None:
    proof = [EXAMPLE / name for name in ("conftest.py", "expectations.py", "test_orders.py")]

    assert sum(len(each.read_text().splitlines()) for each in proof) < 60
