"""`machine/environment.sh` with a stand-in for Python: when it builds, when it does not, and what it says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "machine" / "environment.sh"
# Makes an "environment" whose Python is itself, and notes what it was asked.
PYTHON = """#!/bin/sh
case "$*" in
  *"-m venv"*) echo venv >>calls; [ -e disk_full ] && { echo "No space left on device"; exit 1; }
    mkdir -p .venv/bin && cp "$0" .venv/bin/python;;
  *"-m pip"*) echo pip >>calls; sleep 0.3
    echo "Looking in indexes: https://me:secret@index.test/simple"
    [ -e offline ] && { echo "ERROR: nothing at https://me:secret@index.test/simple"; exit 1; }
    mkdir -p .venv/lib/python3.11/site-packages/thing-1.dist-info;;
  *platform*) echo 3.11.0;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the script, a lock file and the stand-in."""
    for directory in ("machine", "locks"):
        (tmp_path / directory).mkdir()
    shutil.copy(SCRIPT, tmp_path / "machine")
    (tmp_path / "locks" / "suite.txt").write_text("thing==1 --hash=sha256:00\n")
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return tmp_path


def start(project: Path, python: str = "") -> "subprocess.Popen[str]":
    """Start the script in a project."""
    return subprocess.Popen(
        [project / "machine" / "environment.sh"],
        env={**os.environ, "PLUMBLINE_PYTHON": python or str(project / "python")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def make(project: Path, python: str = "") -> tuple[int, str]:
    """Run the script to its end; its exit code and everything it said."""
    process = start(project, python)
    out, err = process.communicate(timeout=30)
    return process.returncode, out + err


def calls(project: Path) -> list[str]:
    """What Python was asked to do so far."""
    return (project / "calls").read_text().split()


def test_environment_is_made_once(project: Path) -> None:
    first, second = make(project), make(project)

    assert (first[0], second) == (0, (0, ""))
    assert "Installing 1 packages" in first[1]
    assert calls(project) == ["venv", "pip"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("echo more==2 >>locks/suite.txt", id="the lock changed"),
        pytest.param("rm .venv/plumbline-stamp", id="half made"),
        pytest.param("rm .venv/bin/python", id="its Python is gone"),
        pytest.param("rmdir .venv/lib/python3.11/site-packages/*.dist-info", id="a package is gone"),
        pytest.param("sed -i s,/,/elsewhere/, .venv/plumbline-stamp", id="it was moved"),
        pytest.param("sed -i s/3.11.0/3.11.1/ .venv/bin/python", id="its Python was upgraded"),
    ],
)
def test_stale_environment_is_made_again(project: Path, damage: str) -> None:
    make(project)
    subprocess.run(["sh", "-c", damage], cwd=project, check=True)

    assert make(project)[0] == 0
    assert calls(project) == ["venv", "pip", "venv", "pip"]


def test_concurrent_calls_make_one_environment(project: Path) -> None:
    processes = [start(project) for _ in range(3)]

    assert [process.wait(30) for process in processes] == [0, 0, 0]
    assert calls(project) == ["venv", "pip"]
    for process in processes:
        process.communicate()


def test_failed_installation_hides_addresses_and_is_repeated(project: Path) -> None:
    (project / "offline").touch()

    code, said = make(project)

    assert code == 1
    assert "error: the packages of locks/suite.txt could not be installed" in said
    assert "ERROR: nothing at <address>" in said
    assert "index.test" not in said
    (project / "offline").unlink()
    assert make(project)[0] == 0


def test_full_disk_is_explained(project: Path) -> None:
    (project / "disk_full").touch()

    code, said = make(project)

    assert code == 1
    assert "No space left on device" in said
    assert "to do: free some disk space" in said


def test_unsuitable_python_is_explained(project: Path) -> None:
    code, said = make(project, "/bin/false")

    assert code == 1
    assert "PLUMBLINE_PYTHON=/bin/false is not a Python 3.11 or newer" in said


def test_missing_lock_is_explained(project: Path) -> None:
    (project / "locks" / "suite.txt").unlink()

    code, said = make(project)

    assert code == 1
    assert "locks/suite.txt is missing" in said
