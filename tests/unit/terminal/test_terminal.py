"""What a run shows while it goes on and at its end: phases, layers, what was not run; and no colours where unwanted."""

from pathlib import Path

import pytest

from tests.unit.fixtures.project import Outcome, Project

CONFTEST = """
import pytest
pytest_plugins = ["fixtures.failures", "fixtures.reporting", "fixtures.terminal"]

@pytest.fixture(scope="session")
def stack(): return object()

@pytest.fixture
def service_ready(): return "of one test"
"""
FIRST = """
import pytest
def test_fine(stack): print("printed by a test")
def test_other(service_ready): pass
@pytest.mark.skip(reason="needs an engine")
def test_elsewhere(): pass
"""
SECOND = """
import pytest
pytestmark = pytest.mark.skip(reason="needs an engine")
def test_one(): pass
def test_two(): pass
"""
FILES = {
    "tests/integration/layer0_config/test_a.py": FIRST,
    "tests/integration/layer1_containers/test_b.py": SECOND,
    "tests/unit/test_own.py": "def test_it(): pass\n",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run of two layers, one of which cannot run at all."""
    return Project(tmp_path_factory.mktemp("shown"), FILES, conftest=CONFTEST).run("tests")


def test_each_layer_is_announced_once(shown: Outcome) -> None:
    heads = [line.split(" s  ")[1] for line in shown.output.splitlines() if " s  layer" in line]

    assert heads == ["layer0_config: 3 tests", "layer1_containers: 2 tests"]


def test_phase_is_told_when_it_is_reached(shown: Outcome) -> None:
    (line,) = [each for each in shown.output.splitlines() if "the stack is up (waited 0.0 s)" in each]

    assert float(line.split(" s  ")[0]) < 30
    assert "the service is ready" not in shown.output, "a test's own fixture is no phase"


def test_what_was_not_run_is_told_with_its_reason(shown: Outcome) -> None:
    end = shown.output.split("= not run =")[1]

    assert "layer0_config\n      1  needs an engine" in end
    assert "layer1_containers: NOTHING of it ran, so it proves nothing\n      2  needs an engine" in end


def test_output_of_a_test_stays_captured(shown: Outcome) -> None:
    assert "printed by a test" not in shown.output


def test_plain_output_has_no_colours(shown: Outcome) -> None:
    assert "\x1b[" not in shown.output


@pytest.mark.parametrize(("variables", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_shown_where_wanted(tmp_path: Path, variables: dict[str, str], coloured: bool) -> None:
    outcome = Project(tmp_path, FILES, conftest=CONFTEST).run("tests", **variables)

    assert ("\x1b[" in outcome.output) == coloured


def test_quiet_run_has_no_phases(tmp_path: Path) -> None:
    outcome = Project(tmp_path, FILES, conftest=CONFTEST).run("tests", "-q")

    assert " s  layer" not in outcome.output
    assert "the stack is up" not in outcome.output


def test_run_in_which_all_ran_has_no_such_section(tmp_path: Path) -> None:
    outcome = Project(tmp_path, {"tests/unit/test_own.py": "def test_it(): pass\n"}, conftest=CONFTEST).run("tests")

    assert "not run" not in outcome.output


def test_report_that_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    project = Project(tmp_path, {**FILES, "full": ""}, conftest=CONFTEST)

    outcome = project.run("tests", PLUMBLINE_REPORT=str(tmp_path / "full" / "report"))

    assert outcome.code == pytest.ExitCode.TESTS_FAILED
    assert "the report could not be written: [Errno 20] Not a directory" in outcome.output
    assert "could not be written: [Errno 20] Not a directory" in outcome.line("could not be written")
    assert "Traceback" not in outcome.output
    assert "= layers =" in outcome.output
