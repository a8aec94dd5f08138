"""Secrets in files are found whatever their kind, are never shown, and only an excuse with its reason hides one."""

import asyncio
import secrets
import string
from pathlib import Path

import pytest

from machine.committed import Suspect, objections, read_innocent, scan, tracked
from machine.process import run

# Made here, so that this file holds none.
TOKEN = secrets.token_hex(20)
PLANTED = {
    "AWS key": f"key = 'AKIA{''.join(secrets.choice(string.ascii_uppercase) for _ in range(16))}'",
    "private key": f"-----BEGIN {'RSA'} PRIVATE KEY-----\n{TOKEN}",
    "login in an address": f"url: https://me:{TOKEN}@example.org/",
    "password": f'password = "{TOKEN}"',
    "password in YAML": f"admin_password: {TOKEN}",
    "token of GitHub": f"ghp_{(TOKEN * 2)[:36]}",
    "short token of Stripe": f"sk_{'live'}_{TOKEN[:16]}",
    "hexadecimal": f'x = "{TOKEN}"',
    "excused by a remark": f'password = "{TOKEN}"  # pragma: allowlist secret',
    "behind a hash": f"    --hash=sha256:{TOKEN} https://me:{TOKEN}@example.org/",
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=list(PLANTED))
def test_planted_secret_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.yml").write_text(f"# first\n{text}\n")

    suspects = scan(tmp_path, ["settings.yml"])

    assert {(one.file, one.line) for one in suspects} == {("settings.yml", 2)}
    assert not [line for line in objections(suspects, {}) if TOKEN in line]
    assert all("settings.yml:2: this looks like a secret" in line for line in objections(suspects, {}))


def test_checksums_are_no_secrets(tmp_path: Path) -> None:
    (tmp_path / "suite.txt").write_text(f"a==1 \\\n    --hash=sha256:{secrets.token_hex(32)} \\\n    # via b\n")
    (tmp_path / "go.sum").write_text(f"example.org/x v1.0.0/go.mod h1:{'aB3+' * 10}xyz=\n")

    assert scan(tmp_path, ["go.sum", "suite.txt"]) == []


def test_excuse_hides_exactly_its_own(tmp_path: Path) -> None:
    path = tmp_path / "innocent.toml"
    path.write_text('[["a.yml"]]\nfingerprints = ["0a0a0a0a"]\nbecause = "made up"\n')
    innocent, suspect = read_innocent(path), Suspect("a.yml", 3, "Secret Keyword", "0a0a0a0a")

    assert list(objections([suspect], innocent)) == []
    assert len(list(objections([suspect, Suspect("a.yml", 3, "Secret Keyword", "0b0b0b0b")], innocent))) == 1
    assert "has no secret 0a0a0a0a any more" in next(objections([], innocent))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A few files, some of them ignored."""
    (tmp_path / ".gitignore").write_text(".secrets/\n.env\n")
    (tmp_path / ".secrets").mkdir()
    for name in ("a.py", ".env", ".secrets/password", "b c.yml"):
        (tmp_path / name).write_text("x\n")
    return tmp_path


@pytest.mark.parametrize("git", [True, False], ids=["a checkout", "an archive"])
async def test_ignored_files_are_left_out(tree: Path, git: bool) -> None:
    if git:
        await run(["git", "init", "--quiet"], cwd=tree, timeout=30)
        await run(["git", "add", "."], cwd=tree, timeout=30)

    assert await tracked(tree) == [".gitignore", "a.py", "b c.yml"]


async def test_excuses_of_this_tree_are_in_use_and_have_a_reason() -> None:
    root = Path(__file__).parents[3]
    innocent = read_innocent()

    found = await asyncio.to_thread(scan, root, sorted({file for file, _ in innocent}))

    assert list(objections(found, innocent)) == []
    assert all(innocent.values())
