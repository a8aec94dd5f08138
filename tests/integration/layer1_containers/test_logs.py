"""No container complains in its log; what is harmless is named here, each with its reason."""

import re
from collections.abc import Mapping

import pytest

from fixtures.docker import Container, logs
from fixtures.expectations import SERVICES, Service

pytestmark = [pytest.mark.pipeline, pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)]
COMPLAINT = re.compile(
    r'"level":\s*"(?:error|fatal|panic)"|level=(?:error|fatal|ERROR|CRITICAL)'
    r"|\b(?:ERROR|FATAL|PANIC):|^[EF]\d{4} |Traceback",
    re.MULTILINE,
)
HARMLESS: Mapping[str, Mapping[str, str]] = {
    "cadvisor": {"Failed to get system UUID": "the machine's own identity is not mounted: nothing here uses it"},
    "grafana": {
        "Failed to detect generated javascript files": "the image made from packages has no web pages",
        "Failed to read user_profile.png": "nor pictures",
    },
}


async def test_log_has_no_error(containers: Mapping[str, Container], service: Service) -> None:
    lines = (await logs(containers[service.name].id, tail=5000)).splitlines()
    harmless = HARMLESS.get(service.name, {})

    complaints = [line for line in lines if COMPLAINT.search(line) and not any(each in line for each in harmless)]

    assert complaints == [], f"the log of {service.name}"
