"""Private copies of the project, in which anything may be broken: the project itself is never edited."""

import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.sabotage.catalogue import Row, apply

MADE_HERE = {".git", ".venv", ".tox", ".build", ".hypothesis", "report"}
"""What the root holds besides the project."""
MADE_ANYWHERE = {"__pycache__", ".env", ".secrets"}


@contextmanager
def broken(project: Path, rows: Sequence[Row], beside: Path) -> Iterator[Path]:
    """Yield a copy of the project, below the directory `beside`, changed as the rows say; it is deleted afterwards.

    Raises:
        Inapplicable: a row does not fit.
    """

    def ignored(directory: str, names: list[str]) -> Collection[str]:
        top = MADE_HERE if Path(directory) == project else set()
        return {each for each in names if each in top | MADE_ANYWHERE or each.endswith("_cache")}

    copy = Path(tempfile.mkdtemp(dir=beside))
    try:
        shutil.copytree(project, copy, ignore=ignored, dirs_exist_ok=True)
        for row in rows:
            apply(row, copy)
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)
