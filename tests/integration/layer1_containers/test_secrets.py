"""Secrets are in files only: not in what the engine shows, not in any log."""

import json
from collections.abc import Mapping

import pytest

from fixtures.bringup import Stack
from fixtures.docker import Container, logs
from fixtures.expectations import SERVICES, Service

pytestmark = [pytest.mark.pipeline, pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)]


async def test_secrets_are_absent_from_inspect(
    stack: Stack, containers: Mapping[str, Container], service: Service
) -> None:
    shown = json.dumps(containers[service.name].details)

    leaked = [name for name, value in stack.secrets.items() if value in shown]

    assert stack.secrets
    assert leaked == [], f"docker inspect of {service.name} shows them"


async def test_secrets_are_absent_from_the_log(
    stack: Stack, containers: Mapping[str, Container], service: Service
) -> None:
    text = await logs(containers[service.name].id, tail=5000)

    leaked = [name for name, value in stack.secrets.items() if value in text]

    assert leaked == [], f"the log of {service.name} shows them"
