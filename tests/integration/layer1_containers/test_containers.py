"""Each container is the image it should be, healthy, limited and unprivileged."""

from collections.abc import Mapping

import pytest

from fixtures.bringup import Stack
from fixtures.configuration.rules.containers import EXTRA_CAPABILITIES
from fixtures.docker import Container, inspect
from fixtures.expectations import SERVICES, Service
from fixtures.settings import COMPOSE

pytestmark = [pytest.mark.pipeline, pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)]


async def test_container_exists_once_and_is_healthy(containers: Mapping[str, Container], service: Service) -> None:
    assert service.name in containers, f"no container of {service.name}; there are {sorted(containers)}"
    assert containers[service.name].health == "healthy", containers[service.name].state


async def test_container_runs_the_resolved_image(
    stack: Stack, containers: Mapping[str, Container], service: Service
) -> None:
    details = containers[service.name].details

    resolved = await inspect("image", [stack.image(service.name)])

    assert resolved, f"the image {stack.image(service.name)} of {service.name} is not there"
    assert details["Image"] == resolved[0]["Id"]


async def test_container_never_restarted_nor_died(
    stack: Stack, containers: Mapping[str, Container], service: Service
) -> None:
    died = [each for each in stack.recorder.of(service.name) if each in ("die", "oom", "restart", "kill")]

    assert containers[service.name].details["RestartCount"] == 0
    assert not containers[service.name].state["OOMKilled"]
    assert died == [], f"{service.name}: {stack.recorder.of(service.name)}"


async def test_container_holds_no_privilege(containers: Mapping[str, Container], service: Service) -> None:
    host = containers[service.name].host

    assert host["ReadonlyRootfs"] is True
    assert [each.upper() for each in host["CapDrop"]] == ["ALL"]
    assert {each.removeprefix("CAP_") for each in host["CapAdd"] or ()} <= set(EXTRA_CAPABILITIES.get(service.name, ()))
    assert "no-new-privileges:true" in (host["SecurityOpt"] or [])
    assert host["Privileged"] is False
    assert (host["PidMode"], host["IpcMode"], host["UTSMode"], host["UsernsMode"]) == ("", "private", "", "")
    assert not host["Devices"]


async def test_container_is_limited_as_declared(
    stack: Stack, containers: Mapping[str, Container], service: Service
) -> None:
    host = containers[service.name].host

    stated = (await stack.compose.config())["services"][service.name]
    older = {"memory": stated.get("mem_limit"), "cpus": stated.get("cpus"), "pids": stated.get("pids_limit")}
    declared = older | stated.get("deploy", {}).get("resources", {}).get("limits", {})

    assert host["Memory"] == int(declared["memory"]) > 0
    assert host["NanoCpus"] == int(float(declared["cpus"]) * 1e9) > 0
    assert host["PidsLimit"] == int(declared["pids"]) > 0
    assert host["OomKillDisable"] in (False, None)


async def test_container_restarts_and_rotates_its_log(containers: Mapping[str, Container], service: Service) -> None:
    host = containers[service.name].host

    assert host["RestartPolicy"]["Name"] in ("unless-stopped", "always")
    assert host["LogConfig"]["Type"] in ("json-file", "local")
    assert host["LogConfig"]["Config"].keys() >= {"max-size", "max-file"}
    assert host["LogConfig"]["Config"].get("mode", "blocking") == "blocking"


async def test_container_mounts_exactly_what_is_declared(containers: Mapping[str, Container], service: Service) -> None:
    mounts = containers[service.name].details["Mounts"]
    wanted = {each.target for each in service.mounts} | {f"/run/secrets/{each}" for each in service.secrets}
    volumes = {each.target for each in service.mounts if each.volume}

    scratch = {each["Destination"] for each in mounts if each["Type"] == "tmpfs"}
    files = {each["Destination"] for each in mounts if each["Source"].startswith(f"{COMPOSE}/")}

    assert {each["Destination"] for each in mounts} - scratch - files == wanted - files
    assert {each["Destination"] for each in mounts if each["Type"] == "volume"} == volumes
    assert {each["Destination"] for each in mounts if each["RW"]} - scratch == volumes
    assert set(containers[service.name].host.get("Tmpfs") or ()) | scratch == service.writable
