"""The generator's process as the proof sees it: what it says, how it ends, and what is said when it ends too soon."""

import asyncio
import sys
import textwrap
from pathlib import Path

import pytest

from fixtures.settings import ROOT
from tests.load.errors import LoadError
from tests.load.proof import process
from tests.load.proof.process import generating


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that stands in for the generator: what it says is up to the test."""
    package = tmp_path / "stand_in.py"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(process, "_MODULES", {"asyncio": "stand_in"})
    return package


def says(program: Path, text: str) -> None:
    program.write_text(textwrap.dedent(text), encoding="utf-8")


async def test_beginning_and_end_of_load_are_heard(program: Path) -> None:
    says(program, """print('{"began": 12.5}\\n{"loaded": true}', flush=True); input()""")

    async with generating("asyncio") as load, asyncio.timeout(20):
        assert await load.began() == 12.5
        await load.loaded()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("""print('{"error": "nothing listens there"}')""", "nothing listens there", id="its own words"),
        pytest.param("raise SystemExit('no scenario')", "ended with 1 before its end: no scen", id="its complaint"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "ended with -9 before its end", id="killed"),
    ],
)
async def test_generator_that_ends_too_soon_is_told_to_whoever_waits(program: Path, text: str, words: str) -> None:
    says(program, text)

    async with generating("asyncio") as load, asyncio.timeout(20):
        with pytest.raises(LoadError, match=words):
            await load.began()
        with pytest.raises(LoadError, match=words):
            await load.result()


async def test_end_of_the_block_ends_its_input_and_waits(program: Path, tmp_path: Path) -> None:
    done = tmp_path / "removed"
    says(program, f"""print('{{"began": 1}}', flush=True); import sys; sys.stdin.read(); open({str(done)!r}, "w")""")

    async with generating("asyncio") as load, asyncio.timeout(20):
        await load.began()

    assert done.exists()


async def test_generator_that_does_not_end_is_killed(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixtures.deadlines.COMMAND", 0.2)
    says(program, """print('{"began": 1}', flush=True); import time; time.sleep(600)""")

    async with asyncio.timeout(20), generating("asyncio") as load:
        await load.began()

    with pytest.raises(LoadError, match="ended with -9"):
        await load.loaded()


def test_engines_are_modules_of_this_repository() -> None:
    for module in process._MODULES.values():
        assert Path(ROOT, *module.split(".")).with_suffix(".py").is_file()
    assert "locust" not in sys.modules, "it patches every socket of the process that imports it"
