"""An end is judged by its exit code, its words and what is left; a run is watched until a sign, or until it is over."""

from pathlib import Path

import pytest

from fixtures import results
from fixtures.errors import Unmet
from tests.exits.leftovers import Remains
from tests.exits.running import Running, begin
from tests.exits.verdicts import UNWANTED, Ended, settle, wrongs

SLEEPING = "import time\ntime.sleep(60)\n"
INTERRUPTIBLE = "import time\nprint('ready', flush=True)\ntry: time.sleep(60)\nexcept KeyboardInterrupt: exit(7)\n"
CLEAN = Ended(2, 1.04, "ended by SIGINT", Remains())


@pytest.fixture(autouse=True)
def nothing_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_rows", {})


def run(folder: Path, program: str) -> Running:
    return begin(folder, folder / "words", ["-c", program], {})


async def saying(run: Running) -> bool:
    return "ready" in run.output


async def test_sign_is_seen_and_interrupt_reaches_the_run(tmp_path: Path) -> None:
    begun = run(tmp_path, INTERRUPTIBLE)

    await begun.until(saying, named="ready", within=20)
    begun.ctrl_c()

    assert await begun.end(20) == 7


async def test_run_that_ends_before_its_sign_is_told(tmp_path: Path) -> None:
    begun = run(tmp_path, "print('last words')")

    with pytest.raises(AssertionError, match=r"(?s)ready was never seen: the run has ended.*last words"):
        await begun.until(saying, named="ready", within=20)


async def test_run_that_does_not_end_is_killed(tmp_path: Path) -> None:
    begun = run(tmp_path, SLEEPING)

    with pytest.raises(Unmet, match="the end of the run"):
        await begun.end(0.3)

    assert begun.process.wait(10) != 0


def test_clean_end_has_nothing_wrong() -> None:
    assert settle("in a test", "Ctrl-C", CLEAN, {2}, ["ended by SIGINT"]) == []
    assert results.recorded("exits") == [
        {
            "phase": "in a test",
            "end": "Ctrl-C",
            "code": 2,
            "ended_s": 1.0,
            **Remains().counts,
            "clean": True,
        }
    ]


def test_other_exit_code_is_wrong() -> None:
    assert wrongs(CLEAN, {0, 1}) == ["exit code 2, not 0 or 1"]


def test_missing_word_is_wrong() -> None:
    assert wrongs(CLEAN, {2}, ["No space left"]) == ["does not say: No space left"]


@pytest.mark.parametrize("words", UNWANTED)
def test_what_no_person_should_read_is_wrong(words: str) -> None:
    shown = Ended(2, 1.0, f"fine\n{words}: and more\nfine", Remains())

    assert wrongs(shown, {2}) == [f"shows: {words}: and more"]


def test_leftover_is_wrong_and_recorded() -> None:
    left = Ended(2, 1.0, "", Remains(things=["network x"]))

    assert settle("coming up", "SIGTERM", left, {2}) == ["network x"]
    assert [each["clean"] for each in results.recorded("exits")] == [False]
