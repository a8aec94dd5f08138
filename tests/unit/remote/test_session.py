"""A run against a remote stack: what it cannot be asked is not run and says why; wrong addresses end it at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.settings import ROOT
from tests.unit.fixtures.project import Outcome, Project

CONFTEST = """
import pytest
pytest_plugins = ["fixtures.failures", "fixtures.remote.session", "fixtures.stack", "fixtures.reporting"]

@pytest.fixture(scope="session")
def database(stack): raise AssertionError("this fixture is out of reach")

@pytest.fixture(scope="session")
async def containers(stack): return await stack.containers()
"""
TESTS = """
import os
import pytest
pytestmark = pytest.mark.pipeline

def test_by_url(stack): assert stack.url("prometheus").startswith("http")
def test_rows(database): pass
async def test_containers(stack): await stack.containers()
def test_containers_of_a_fixture(containers): pass
def test_silent_part(stack): stack.url("cadvisor")
@pytest.mark.faults
def test_fault(stack): pass
def test_wrong(stack): assert stack.url("prometheus") == "elsewhere"
def test_secret(stack): assert "the token is " + os.environ["PLUMBLINE_REMOTE_GRAFANA_TOKEN"] == ""
def test_without_a_stack(): pass
"""
LAYER = "tests/integration/layer3_telemetry/test_it.py"
CONTAINERS = "needs the Docker engine of the stack (containers), which --stack=remote does not have"
PARTS = """
import asyncio, sys
from tests.unit.remote.parts import part
async def serve():
    async with part() as url:
        print(url, flush=True)
        await asyncio.Event().wait()
asyncio.run(serve())
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run of every kind of test against parts that answer, with a token that nothing may show."""
    parts = subprocess.Popen([sys.executable, "-c", PARTS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert parts.stdout is not None
        url = parts.stdout.readline().strip()
        names = ("CONFIG_SERVICE", "PROMETHEUS", "GRAFANA")
        given = {f"PLUMBLINE_REMOTE_{name}": url for name in names}
        project = Project(tmp_path_factory.mktemp("remote"), {LAYER: TESTS}, conftest=CONFTEST)
        return project.run("--stack=remote", PLUMBLINE_REMOTE_GRAFANA_TOKEN="glsa_hidden", **given)
    finally:
        parts.kill()
        parts.communicate(timeout=10)


def test_what_is_out_of_reach_is_not_run_with_its_reason(outcome: Outcome) -> None:
    told = {each["test"].split("::")[1]: each["reason"] for each in outcome.results["skipped"]}

    assert told == {
        "test_rows": "reads the service's database, to which a remote stack gives no way",
        "test_containers": CONTAINERS,
        "test_containers_of_a_fixture": CONTAINERS,
        "test_silent_part": "needs cadvisor: PLUMBLINE_REMOTE_CADVISOR is not set",
        "test_fault": "breaks a part of the stack on purpose",
    }


def test_what_is_within_reach_passes_or_fails(outcome: Outcome) -> None:
    assert outcome.layers == {"layer3_telemetry": (2, 2, 5)}
    assert outcome.code == pytest.ExitCode.TESTS_FAILED


def test_addresses_are_in_the_results(outcome: Outcome) -> None:
    assert set(outcome.results["remote"]) == {"config_service", "prometheus", "grafana"}
    assert "the stack is remote: config_service http://127.0.0.1:" in outcome.output


def test_token_is_shown_nowhere(outcome: Outcome) -> None:
    files = [each.read_text(encoding="utf-8") for each in outcome.report.iterdir() if each.is_file()]

    assert "the token is ***" in outcome.output
    assert [text for text in (outcome.output, *files) if "glsa_hidden" in text] == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "PLUMBLINE_REMOTE_PROMETHEUS: Field required"),
        ({"CONFIG_SERVICE": "x", "PROMETHEUS": "http://127.0.0.1:9"}, "PLUMBLINE_REMOTE_CONFIG_SERVICE: Input should"),
        ({"CONFIG_SERVICE": "http://127.0.0.1:9", "PROMETHEUS": "http://127.0.0.1:9"}, "nothing answers at any addr"),
    ],
    ids=["missing", "no URL", "unreachable"],
)
def test_wrong_address_is_one_error(tmp_path: Path, given: dict[str, str], message: str) -> None:
    variables = {f"PLUMBLINE_REMOTE_{name}": value for name, value in given.items()}
    kept = {name: "" for name in os.environ if name.startswith("PLUMBLINE_REMOTE_")}

    done = Project(tmp_path, {LAYER: TESTS}, conftest=CONFTEST).run("--stack=remote", **kept, **variables)

    assert message in done.output
    assert done.output.count("ERROR: ") == 1
    assert "Traceback" not in done.output
    assert done.code == pytest.ExitCode.USAGE_ERROR
