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
    """Changes the files, gives the new findings, and puts every file back; a row that no longer fits is not run."""

    def run(mutation: Mutation) -> list[Finding]:
        changed = mutation.changed(tree)
        if changed is None:  # somebody changed a file, which is no fault of any rule
            pytest.skip(f"the files have no longer what {mutation.name} changes: the row is to be mended")
        sound = {name: (tree / name).read_text(encoding="utf-8") for name in changed if (tree / name).exists()}
        try:
            for name, text in changed.items():
                (tree / name).write_text(text, encoding="utf-8")
            return [one for one in check(load(tree)) if (one.file, one.rule, one.message) not in known]
        finally:
            for name in changed:
                if name in sound:
                    (tree / name).write_text(sound[name], encoding="utf-8")
                else:
                    (tree / name).unlink()

    return run
