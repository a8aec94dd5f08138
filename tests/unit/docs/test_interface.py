"""What the reference says of overriding a fixture works in a proof as it stands there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from fixtures.settings import ROOT
from tests.docs.pages import pages

IMPORTS = "\nfrom dataclasses import replace\nimport pytest\nfrom plumbline import Expected\n\n"
TEST = "def test_override(expected): assert expected.scrape_interval == 30\n"


def test_fixture_of_a_proof_goes_before_ours(tmp_path: Path) -> None:
    (override,) = (each for each in pages()["docs/reference.md"].blocks if each.language == "python")
    proof = shutil.copytree(ROOT / "examples" / "orders", tmp_path / "orders")
    ini, conftest = proof / "pytest.ini", proof / "conftest.py"
    ini.write_text(ini.read_text().replace("pythonpath = ../..", f"pythonpath = {ROOT}"))
    conftest.write_text(conftest.read_text() + IMPORTS + override.text)
    (proof / "test_override.py").write_text(TEST)

    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", "test_override.py", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=proof, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
