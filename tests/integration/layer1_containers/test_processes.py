"""The process inside runs as the declared user, without capabilities, on a clock that agrees with this machine's."""

import re
import signal
from collections.abc import Mapping

import pytest

from fixtures.configuration.rules.containers import EXTRA_CAPABILITIES
from fixtures.docker import Container
from fixtures.expectations import SERVICES, Service
from fixtures.inside import Inside

pytestmark = [pytest.mark.pipeline, pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)]
CLOCK_TOLERANCE = 0.5
SHELLS = {"sh", "bash", "dash", "ash", "busybox"}
INITS = {"docker-init", "tini", "dumb-init", "catatonit"}
"""First processes whose whole work is to hand signals on and to reap; some of them wait for signals unseen."""
NUMBERS = {"SYSLOG": 34}
"""The kernel's numbers of the capabilities that a service may be given with a reason."""
OWN = {
    "cadvisor": "-logtostderr",
    "config-service": "-m|service",
    "grafana": r"server|--(?:homepath|config|packaging)=.*|cfg:default\.(?:log\.mode=console|paths\..*)",
}
"""What an image's own start adds to the command of the compose file; nothing of it changes what is measured."""


async def test_main_process_is_the_declared_user(inside: Mapping[str, Inside], service: Service) -> None:
    assert inside[service.name].uid == int(service.user.split(":")[0])
    assert inside[service.name].uid != 0 or service.root_because


async def test_main_process_has_no_unstated_capability(inside: Mapping[str, Inside], service: Service) -> None:
    stated = sum(1 << NUMBERS[each] for each in EXTRA_CAPABILITIES.get(service.name, ()))

    assert inside[service.name].capabilities & ~stated == 0, f"{inside[service.name].capabilities:#x}"
    assert inside[service.name].status["NoNewPrivs"].strip() == "1"


async def test_main_process_runs_with_what_the_files_say(
    containers: Mapping[str, Container], inside: Mapping[str, Inside], service: Service
) -> None:
    stated = containers[service.name].details["Config"]["Cmd"] or []
    program, *given = inside[service.name].arguments
    if program.rpartition("/")[2] in INITS:
        given = given[given.index("--") + 2 :] if "--" in given else given[1:]

    added = [each for each in given if each not in stated and not re.fullmatch(OWN.get(service.name, ""), each)]

    # An image can bring options in its entry point that no file of the stack shows.
    assert added == [], f"{inside[service.name].arguments} adds to the command {stated}"


async def test_main_process_hears_its_stop_signal(
    containers: Mapping[str, Container], inside: Mapping[str, Inside], service: Service
) -> None:
    stop = containers[service.name].details["Config"].get("StopSignal") or "SIGTERM"
    status = inside[service.name].status
    heard = int(status["SigCgt"], 16) | int(status["SigBlk"], 16)

    # A shell hands no signal on; of a first process the kernel keeps what it does not handle, until it is killed.
    assert status["Name"].strip() not in SHELLS, f"the first process is {status['Name']}, which waits for the program"
    hears = heard >> (signal.Signals[stop] - 1) & 1 or status["Name"].strip() in INITS
    assert hears, f"{status['Name']} does not handle {stop}"


async def test_clock_agrees_with_this_machine(inside: Mapping[str, Inside], service: Service) -> None:
    before, after = inside[service.name].asked

    assert before - CLOCK_TOLERANCE <= inside[service.name].clock <= after + CLOCK_TOLERANCE
