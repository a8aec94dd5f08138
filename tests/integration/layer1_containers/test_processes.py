"""The process inside runs as the declared user, without capabilities, on a clock that agrees with this machine's."""

from collections.abc import Mapping

import pytest

from fixtures.configuration.rules.containers import EXTRA_CAPABILITIES
from fixtures.expectations import SERVICES, Service
from fixtures.inside import Inside

pytestmark = [pytest.mark.pipeline, pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)]
CLOCK_TOLERANCE = 0.5
NUMBERS = {"SYSLOG": 34}
"""The kernel's numbers of the capabilities that a service may be given with a reason."""


async def test_main_process_is_the_declared_user(inside: Mapping[str, Inside], service: Service) -> None:
    assert inside[service.name].uid == int(service.user.split(":")[0])
    assert inside[service.name].uid != 0 or service.root_because


async def test_main_process_has_no_unstated_capability(inside: Mapping[str, Inside], service: Service) -> None:
    stated = sum(1 << NUMBERS[each] for each in EXTRA_CAPABILITIES.get(service.name, ()))

    assert inside[service.name].capabilities & ~stated == 0, f"{inside[service.name].capabilities:#x}"
    assert inside[service.name].status["NoNewPrivs"].strip() == "1"


async def test_clock_agrees_with_this_machine(inside: Mapping[str, Inside], service: Service) -> None:
    before, after = inside[service.name].asked

    assert before - CLOCK_TOLERANCE <= inside[service.name].clock <= after + CLOCK_TOLERANCE
