"""What docker compose itself says against the files is a text, and no exception."""

from pathlib import Path

import pytest

from fixtures.configuration import load
from fixtures.configuration.programs import compose_refuses


def _docker(folder: Path, script: str) -> None:
    program = folder / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


async def test_refusal_is_what_compose_said(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _docker(tmp_path, "echo 'memory must be a string' >&2; exit 15")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    refusal = await compose_refuses(load(tree), with_override=True)

    assert "exit code 15" in refusal
    assert "memory must be a string" in refusal


async def test_files_that_compose_takes_are_not_refused(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _docker(tmp_path, 'printf "%s\\n" "$@" >"${0%/*}/said"')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert await compose_refuses(load(tree), with_override=False) == ""
    assert (tmp_path / "said").read_text(encoding="utf-8").splitlines()[-2:] == ["config", "--quiet"]
