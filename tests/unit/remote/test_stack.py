"""A remote stack answers what URLs can answer; everything else that a stack has is out of reach, with the reason."""

from dataclasses import fields

import pytest

from fixtures.bringup import Stack
from fixtures.errors import OutOfReach
from fixtures.remote.addresses import Addresses
from fixtures.remote.stack import Remote

AT = Addresses(config_service="http://s.example:8000", prometheus="http://p.example:9090")
OFFERED = {"url", "project", "services", "grafana_login", "secrets", "log_command"}
OF_A_STACK = {each.name for each in fields(Stack)} | {each for each in vars(Stack) if not each.startswith("_")}


def test_part_is_reached_by_its_url() -> None:
    assert Remote(AT).url("config-service") == "http://s.example:8000"
    assert Remote(AT).url("prometheus", 9090) == "http://p.example:9090"
    assert Remote(AT).services == {"config-service", "prometheus"}


@pytest.mark.parametrize(
    ("service", "inside", "reason"),
    [
        ("cadvisor", None, "needs cadvisor: PLUMBLINE_REMOTE_CADVISOR is not set"),
        ("otel-collector", 4317, "needs otel-collector: PLUMBLINE_REMOTE_OTLP_GRPC is not set"),
        ("prometheus", 1234, "needs port 1234 of prometheus"),
    ],
)
def test_part_without_a_url_is_out_of_reach(service: str, inside: int | None, reason: str) -> None:
    with pytest.raises(OutOfReach, match=reason):
        Remote(AT).url(service, inside)


@pytest.mark.parametrize("name", sorted(OF_A_STACK - OFFERED))
def test_everything_else_of_a_stack_is_out_of_reach(name: str) -> None:
    with pytest.raises(OutOfReach, match=rf"needs the Docker engine of the stack \({name}\)"):
        getattr(Remote(AT), name)


def test_what_it_offers_is_what_a_stack_has() -> None:
    assert not OFFERED - OF_A_STACK
    assert len(OF_A_STACK - OFFERED) > 8


def test_project_that_was_not_given_is_out_of_reach() -> None:
    with pytest.raises(OutOfReach, match="PLUMBLINE_REMOTE_PROJECT is not set"):
        _ = Remote(AT).project


def test_name_that_no_stack_has_is_a_mistake() -> None:
    with pytest.raises(AttributeError):
        _ = Remote(AT).kontainers
