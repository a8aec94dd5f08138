"""A copy of the files that layer 0 judges, and what is wrong with them already: tests see only what they broke."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.configuration import Finding, check, load
from tests.unit.configuration.mutation import Mutation

ROOT = Path(__file__).parents[3]
JUDGED = ("compose", "service", "locks", ".gitignore")
Breaks = Callable[[Mutation], list[Finding]]


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of everything that layer 0 reads; each test puts back what it changes."""
    copy = tmp_path_factory.mktemp("tree")
    for name in JUDGED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".secrets", ".env"))
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture(scope="session")
def known(tree: Path) -> set[tuple[str, str, str]]:
    """What is wrong with the files before anything is broken: file, rule, message."""
    return {(one.file, one.rule, one.message) for one in check(load(tree))}


@pytest.fixture
def found_by(tree: Path, known: set[tuple[str, str, str]]) -> Breaks:
    """Breaks one file, gives the new findings, and puts the file back; a row that no longer fits is not run."""

    def run(mutation: Mutation) -> list[Finding]:
        path = tree / mutation.file
        if not mutation.fits(tree):  # somebody changed the file, which is no fault of any rule
            pytest.skip(f"{mutation.file} has no {mutation.old!r} any more: the row is to be mended")
        sound = path.read_text(encoding="utf-8")
        try:
            path.write_text(sound.replace(mutation.old, mutation.new, 1), encoding="utf-8")
            return [one for one in check(load(tree)) if (one.file, one.rule, one.message) not in known]
        finally:
            path.write_text(sound, encoding="utf-8")

    return run
