"""The runner tells killed, killed early, wrong layer, survived and what does not apply, from what runs say."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from fixtures.settings import ROOT
from machine.process import Completed
from tests.sabotage import __main__ as command
from tests.sabotage.bench import Bench
from tests.sabotage.catalogue import Change, Inapplicable, Row
from tests.sabotage.judging import Red, Stage, Unusable, Verdict, culprits, judge
from tests.sabotage.outcomes import first_red

MUTANT = Row("mutant", "something", (), layer="layer3", by="test_x.py")
HARMLESS = [Row(f"harmless {number}", "", ()) for number in range(5)]
TEST = '<testcase classname="tests.integration.{folder}.test_x" name="test_y[z]">{end}</testcase>'
FAILED, ERROR = '<failure message="no"/>', '<error message="no"/>'


def stage(red: Red | None, asked: list[str] | None = None) -> Stage:
    """A stage that always says the same."""

    async def say(row: Row) -> Red | None:
        if asked is not None:
            asked.append(row.id)
        return red

    return say


@pytest.mark.parametrize(
    ("red", "state", "good"),
    [
        (Red("layer3", "test"), "killed", True),
        (Red("layer1", "test"), "killed early", True),
        (Red("layer4", "test"), "wrong layer", False),
        (None, "survived", False),
    ],
)
async def test_first_red_layer_decides(red: Red | None, state: str, good: bool) -> None:
    verdict = await judge(MUTANT, [stage(None), stage(red)])

    assert (verdict.state, verdict.good) == (state, good)
    assert verdict.record()["killed"] is (state in ("killed", "killed early"))


async def test_what_is_red_is_not_looked_at_further() -> None:
    asked: list[str] = []

    await judge(MUTANT, [stage(Red("layer0", "rule")), stage(None, asked)])

    assert asked == []


async def test_row_that_does_not_fit_is_neither_killed_nor_survived() -> None:
    async def refuse(row: Row) -> Red | None:
        raise Inapplicable("it does not fit")

    verdict = await judge(MUTANT, [refuse])

    assert (verdict.state, verdict.good) == ("does not apply", False)


async def test_run_without_a_test_says_nothing_of_its_row() -> None:
    async def find_nothing(row: Row) -> Red | None:
        raise Unusable("no test")

    assert (await judge(MUTANT, [find_nothing])).state == "says nothing"


@pytest.mark.parametrize(("red", "state"), [(None, "stayed green"), (Red("layer0", "rule"), "wrongly red")])
async def test_harmless_change_must_stay_green(red: Red | None, state: str) -> None:
    assert (await judge(HARMLESS[0], [stage(red)])).state == state


@pytest.mark.parametrize("guilty", [set(), {0}, {1, 4}, {0, 1, 2, 3, 4}])
async def test_culprits_are_found_by_halves(guilty: set[int]) -> None:
    async def pipeline(rows: Sequence[Row]) -> Red | None:
        return Red("layer3", "test") if {f"harmless {each}" for each in guilty} & {row.id for row in rows} else None

    verdicts = await culprits(HARMLESS, pipeline)

    assert [each.row for each in verdicts] == HARMLESS
    assert [not each.good for each in verdicts] == [number in guilty for number in range(5)]


def report(folder: Path, *tests: str, results: str = '{"stack": {}}') -> Path:
    """A report as a run of pytest leaves it."""
    (folder / "junit.xml").write_text(f"<testsuite>{''.join(tests)}</testsuite>", encoding="utf-8")
    if results:
        (folder / "results.json").write_text(results, encoding="utf-8")
    return folder


def done(code: int, errors: str = "") -> Completed:
    """A process that ended."""
    return Completed(("pytest",), code, b"", errors.encode(), 0.0)


def test_first_failed_test_is_the_killer(tmp_path: Path) -> None:
    tests = [TEST.format(folder="layer2_service", end=""), TEST.format(folder="layer3_telemetry", end=FAILED)]
    tests.append(TEST.format(folder="layer4_dashboards", end=FAILED))

    assert first_red(done(1), report(tmp_path, *tests)) == Red("layer3", "test_x::test_y[z]")
    assert first_red(done(0), tmp_path) is None


def test_stack_that_never_stood_is_layer_one(tmp_path: Path) -> None:
    test = TEST.format(folder="layer4_dashboards", end=ERROR)

    red = first_red(done(1), report(tmp_path, test, results='{"verdict": "failed"}'))

    assert red is not None
    assert (red.layer, "start-up" in red.test) == ("layer1", True)


def test_what_fails_outside_of_every_layer_is_the_suite_s_own(tmp_path: Path) -> None:
    test = f'<testcase classname="tests.other.test_x" name="test_y">{FAILED}</testcase>'

    assert first_red(done(1), report(tmp_path, test, results="")) == Red("layer0", "test_x::test_y")


def test_suite_that_refuses_to_begin_is_red(tmp_path: Path) -> None:
    assert first_red(done(4, "usage\nERROR: no such variable"), tmp_path) == Red(
        "layer0", "pytest ended with 4: ERROR: no such variable"
    )


def test_run_without_a_test_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no test was found by: pytest"):
        first_red(done(5), tmp_path)


SCRAPE = "compose/prometheus/prometheus.yml"


@pytest.mark.parametrize(
    ("new", "state"),
    [("scrape_configs: # every part", "survived"), ("scrape_configs_:", "killed")],
    ids=["a comment alone", "a misspelt key"],
)
def test_layer_0_sees_what_is_broken_and_nothing_else(tmp_path: Path, new: str, state: str) -> None:
    row = Row("try", "something", (Change(SCRAPE, "scrape_configs:", new),), layer="layer0", by="keys-known")
    untouched = (ROOT / SCRAPE).read_bytes()

    verdict = asyncio.run(judge(row, [Bench(ROOT, tmp_path).layer0]))

    assert verdict.state == state
    assert (ROOT / SCRAPE).read_bytes() == untouched
    assert list(tmp_path.iterdir()) == []


def test_command_refuses_a_row_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--only", "no-such-row"]) == 2
    assert "the catalogue has no no-such-row" in capsys.readouterr().err


def test_command_lists_rows_of_a_layer(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list", "--layer", "3"]) == 0

    shown = capsys.readouterr().out
    assert "temporality-delta" in shown
    assert "unlogged-table" not in shown


def test_record_says_who_was_expected_and_who_came() -> None:
    assert Verdict(MUTANT, "wrong layer", Red("layer4", "test_y"), 1.26).record() == {
        "mutant": "mutant",
        "layer_expected": "layer3",
        "layer_red": "layer4",
        "killed": False,
        "test": "test_y",
        "state": "wrong layer",
        "seconds": 1.3,
    }
