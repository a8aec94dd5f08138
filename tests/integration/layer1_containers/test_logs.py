"""No container complains in its log; what is harmless is named in fixtures/complaints.py."""

from collections.abc import Mapping

import pytest

from fixtures.complaints import complaints
from fixtures.docker import Container, logs
from fixtures.expectations import SERVICES, Service

pytestmark = [pytest.mark.pipeline, pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)]


async def test_log_has_no_error(containers: Mapping[str, Container], service: Service) -> None:
    text = await logs(containers[service.name].id, tail=5000)

    assert complaints(service.name, text) == [], f"the log of {service.name}"
