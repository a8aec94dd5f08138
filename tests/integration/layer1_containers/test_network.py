"""Containers reach their peers by name, publish what is declared on loopback only, and nothing else listens."""

from collections.abc import Mapping

import pytest

from fixtures.bringup import Stack
from fixtures.docker import Container, inspect, listed
from fixtures.expectations import REACHES, SERVICES, Service
from fixtures.inside import Inside
from fixtures.runs import RUN_LABEL

pytestmark = pytest.mark.pipeline
by_service = pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)


@by_service
async def test_service_reaches_its_peers_by_name(inside: Mapping[str, Inside], service: Service) -> None:
    unreachable = {peer: why for peer, why in inside[service.name].peers.items() if why != "open"}

    assert set(inside[service.name].peers) == REACHES[service.name]
    assert unreachable == {}, f"from inside {service.name}"


@by_service
async def test_service_listens_only_where_declared(inside: Mapping[str, Inside], service: Service) -> None:
    declared = {each.inside for each in service.ports}
    resolver = {each for each in inside[service.name].listeners if each >= EPHEMERAL}

    assert set(inside[service.name].listeners) - resolver == declared


EPHEMERAL = 32768
"""Docker's own resolver listens inside each container, on 127.0.0.11 and a port from here on."""


@by_service
async def test_ports_are_published_on_loopback_only(containers: Mapping[str, Container], service: Service) -> None:
    ports = containers[service.name].details["NetworkSettings"]["Ports"] or {}
    published = {int(inside.split("/")[0]): bound for inside, bound in ports.items() if bound}

    assert set(published) == {each.inside for each in service.ports if each.variable}
    assert {each["HostIp"] for bound in published.values() for each in bound} == {"127.0.0.1"}


@by_service
async def test_service_is_on_the_one_network_by_its_name(
    stack: Stack, containers: Mapping[str, Container], service: Service
) -> None:
    networks = containers[service.name].details["NetworkSettings"]["Networks"]

    assert set(networks) == {stack.network}
    assert service.name in networks[stack.network]["Aliases"]


async def test_network_holds_the_six(stack: Stack, containers: Mapping[str, Container]) -> None:
    (network,) = await inspect("network", [stack.network])

    assert set(network["Containers"]) >= {each.id for each in containers.values()}
    assert set(containers) >= {each.name for each in SERVICES}
    assert network["Driver"] == "bridge"


async def test_no_stranger_is_on_the_network(stack: Stack) -> None:
    # Whatever a run brings carries its label; another container may answer to the name of a service.
    here = await inspect("container", await listed("container", f"network={stack.network}"))
    names = {each["Name"]: each["NetworkSettings"]["Networks"][stack.network]["Aliases"] for each in here}
    ours = {each["Name"] for each in here if (each["Config"]["Labels"] or {}).get(RUN_LABEL) == stack.run}

    assert len(ours) >= len(SERVICES)
    assert {name: aliases for name, aliases in names.items() if name not in ours} == {}
