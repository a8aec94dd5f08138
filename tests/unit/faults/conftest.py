"""What several of these modules ask for: a stack of six containers behind a docker command without an engine."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fixtures.bringup import SERVICES, Stack
from fixtures.compose import Compose
from fixtures.events import Recorder
from machine.images import Image
from tests.unit.fixtures.fake_docker import FakeDocker

PROJECT = "plumbline-0a1b2c3d"
NETWORK = f"{PROJECT}_observability_network"


def details(service: str) -> dict[str, Any]:
    """What the engine says of a container of the stack."""
    return {
        "Id": f"id-{service}",
        "Name": f"/{PROJECT}-{service}-1",
        "Config": {"Labels": {"com.docker.compose.service": service}},
        "State": {"Status": "running"},
        "HostConfig": {"NanoCpus": 800_000_000, "Memory": 256 << 20, "MemorySwap": 512 << 20},
        "NetworkSettings": {
            "Networks": {NETWORK: {"Aliases": [f"{PROJECT}-{service}-1", service]}},
            "Ports": {"8000/tcp": [{"HostPort": "40001"}]},
        },
    }


@pytest.fixture
def fake_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """A docker command that comes first on the PATH and knows the stack's containers."""
    fake = FakeDocker(tmp_path / "engine")
    monkeypatch.setenv("PATH", f"{fake.directory}{os.pathsep}{os.environ['PATH']}")
    fake.answers("container ls", "\n".join(f"id-{each}" for each in SERVICES))
    fake.answers("container inspect", json.dumps([details(each) for each in SERVICES]))
    return fake


@pytest.fixture
def stack(fake_docker: FakeDocker, tmp_path: Path) -> Stack:
    """A stack that only the fake knows."""
    images = [Image("config-service", "CONFIG_SERVICE_IMAGE", "plumbline/config-service:x", "built", "1", "")]
    compose = Compose(PROJECT, tmp_path / "compose.env")
    return Stack("0a1b2c3d", compose, images, Recorder(), {"postgres_password": "p", "grafana_admin_password": "g"})
