"""A docker command without an engine, and the files of a run: state, temporary files, a project."""

from pathlib import Path

import pytest

from tests.exits.leftovers import Place, project_files
from tests.unit.fixtures.conftest import fake_docker

__all__ = ["fake_docker"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The files of a run that left none."""
    project, state, temporary = (tmp_path / name for name in ("project", "state", "temporary"))
    (project / "fixtures").mkdir(parents=True)
    (project / "conftest.py").touch()
    (state / "plumbline" / "runs").mkdir(parents=True)
    (state / "plumbline" / "host").write_text("here", encoding="ascii")
    temporary.mkdir()
    return Place(project, state, temporary, project_files(project))
