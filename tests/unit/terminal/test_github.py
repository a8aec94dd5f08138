"""On GitHub Actions a failure is an annotation at its line, a finding at its own, and the job's page has the run."""

from pathlib import Path

import pytest

from fixtures.github import annotation, annotations, judged
from tests.unit.fixtures.project import Outcome, Project

CONFTEST = """
import pytest
pytest_plugins = ["fixtures.failures", "fixtures.reporting", "fixtures.terminal", "fixtures.github"]

@pytest.fixture(scope="session")
def broken():
    from fixtures.errors import StackError
    raise StackError("the stack did not come up\\n  postgres: exit code 1")
"""
FINDING = "compose/docker-compose.yml:12: health-checked: the service cadvisor has no health check"
TESTS = f"""
import pytest
def test_files():
    assert not 1, "{FINDING}\\\\n    mend: give it one"
def test_wrong(): assert 1 == 2
def test_without_a_stack(broken): pass
def test_nor_this(broken): pass
@pytest.mark.skip(reason="needs an engine")
def test_elsewhere(): pass
"""
FILE = "tests/integration/layer0_config/test_it.py"


def run(root: Path, **variables: str) -> Outcome:
    page = root / "page.md"
    return Project(root, {FILE: TESTS}, conftest=CONFTEST).run(GITHUB_STEP_SUMMARY=str(page), **variables)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("github")


@pytest.fixture(scope="module")
def there(root: Path) -> Outcome:
    """A run with failures, as GitHub starts it."""
    return run(root, GITHUB_ACTIONS="true")


def commands(outcome: Outcome) -> list[str]:
    return [line for line in outcome.output.splitlines() if line.startswith("::error ")]


def test_finding_is_annotated_at_its_own_line(there: Outcome) -> None:
    wanted = "::error file=compose/docker-compose.yml,line=12,title=health-checked::the service cadvisor has no health"

    assert [line for line in commands(there) if line.startswith(wanted)]


def test_failure_is_annotated_at_its_test(there: Outcome) -> None:
    (line,) = [each for each in commands(there) if "test_wrong" in each]

    assert line.startswith(f"::error file={FILE},line=5,title=layer0_config%3A test_wrong::")
    assert "assert 1 == 2" in line


def test_error_that_tests_share_is_annotated_once(there: Outcome) -> None:
    shared = [each for each in commands(there) if "the stack did not come up%0A  postgres" in each]

    assert len(shared) == 1
    assert len(commands(there)) == 3


def test_page_has_layers_failures_and_what_was_not_run(there: Outcome, root: Path) -> None:
    page = (root / "page.md").read_text(encoding="utf-8")

    assert "begin at `layer0_config`" in page
    assert "| `layer0_config` | 0 | 4 | 1 |" in page
    assert "- not run of `layer0_config`: 1 needs an engine" in page
    assert f"<summary>{FILE}::test_wrong</summary>" in page


GREEN = "import pytest\nfrom fixtures import results\ndef test_it(): {}\n"
BREAKS = "def pytest_runtest_logfinish(): raise RuntimeError('of a plugin')\n"


@pytest.mark.parametrize(
    ("does", "more", "verdict"),
    [
        ("pass", "", "✅ passed"),
        ("results.record_once('leftovers', {'containers': 2, 'networks': 0})", "", "failed: left behind: 2 containers"),
        ("raise KeyboardInterrupt", "", "❌ failed: it was interrupted"),
        ("pass", BREAKS, "❌ failed: an error inside pytest ended it"),
        ("results.record('alerts', {'rule': 'x'})", "", "❌ failed: the page could not be made: "),
    ],
    ids=["passed", "leftovers", "interrupted", "internal error", "no page"],
)
def test_verdict_on_the_page_is_the_run_s(tmp_path: Path, does: str, more: str, verdict: str) -> None:
    page = tmp_path / "page.md"

    Project(tmp_path, {FILE: GREEN.format(does)}, conftest=CONFTEST + more).run(
        GITHUB_STEP_SUMMARY=str(page), GITHUB_ACTIONS="true"
    )

    assert verdict in page.read_text(encoding="utf-8").splitlines()[0]


def test_run_of_which_nothing_was_selected_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    project = Project(tmp_path, {FILE: GREEN.format("pass")}, conftest=CONFTEST)

    project.run("-k", "nothing", GITHUB_STEP_SUMMARY=str(page), GITHUB_ACTIONS="true")

    assert "❌ failed: no test was selected" in page.read_text(encoding="utf-8")


def test_failure_of_a_project_further_below_is_annotated_at_its_file_of_the_repository(tmp_path: Path) -> None:
    project = Project(tmp_path / "examples" / "orders", {FILE: "def test_it(): assert 0\n"}, conftest=CONFTEST)

    outcome = project.run(GITHUB_WORKSPACE=str(tmp_path), GITHUB_ACTIONS="true")

    assert [each for each in commands(outcome) if each.startswith(f"::error file=examples/orders/{FILE},line=1,")]


def test_red_layer_goes_before_how_the_run_ended() -> None:
    assert judged(["layer1"], 2, ["it was interrupted"]) == "❌ begin at `layer1`; it was interrupted"
    assert judged([], 7, []) == "❌ failed: exit code 7"


def test_elsewhere_nothing_is_annotated(tmp_path: Path) -> None:
    outcome = run(tmp_path, GITHUB_ACTIONS="")

    assert commands(outcome) == []
    assert not (tmp_path / "page.md").exists()


def test_command_has_its_special_characters_escaped() -> None:
    line = annotation("a,b.py", 3, "layer: 50%", "first\nsecond: 100%, done")

    assert line == "::error file=a%2Cb.py,line=3,title=layer%3A 50%25::first%0Asecond: 100%25, done"


def test_words_that_only_look_like_a_finding_are_none() -> None:
    failure = {"test": "t.py::test_it", "layer": "layer2", "crash": "", "text": "x.yml:1: no-such-rule: words"}

    assert list(annotations(failure, ("t.py", 7))) == [
        "::error file=t.py,line=7,title=layer2%3A test_it::x.yml:1: no-such-rule: words"
    ]
