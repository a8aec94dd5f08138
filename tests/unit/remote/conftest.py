"""An environment without any address of a remote stack."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("PLUMBLINE_REMOTE_")]:
        monkeypatch.delenv(name)
