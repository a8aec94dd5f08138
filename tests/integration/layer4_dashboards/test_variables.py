"""Variables offer what there is: both paths, the service, its routes; this stack's project and its six services."""

import pytest

from fixtures.bringup import Stack
from fixtures.expectations import PATH_JOBS, SERVICES
from fixtures.grafana.gallery import Gallery
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
APPLICATION, CONTAINERS = "plumbline-application", "plumbline-containers"


def options(gallery: Gallery, dashboard: str, path: str) -> dict[str, list[str]]:
    return {each.variable.name: list(each.options) for each in gallery.variables[dashboard, path]}


@pytest.mark.parametrize("path", PATH_JOBS.values())
async def test_routes_are_those_that_prometheus_has(gallery: Gallery, prometheus: Prometheus, path: str) -> None:
    own = f'http_server_request_duration_seconds_count{{job="{path}", service_name=~"|config-service"}}'
    found = await prometheus.query(f"group by (http_route) ({own})", at=gallery.window.end)

    offered = options(gallery, APPLICATION, path)

    assert len(found) > 0
    assert set(offered["route"]) >= {each.labels["http_route"] for each in found}
    assert offered["path"] == list(PATH_JOBS.values())


async def test_service_is_chosen_among_those_that_push(gallery: Gallery) -> None:
    service = next(each for each in gallery.variables[APPLICATION, "otlp"] if each.variable.name == "service")

    assert "config-service" in service.options
    assert service.chosen == ["config-service"]


async def test_project_is_this_stack_s_only(gallery: Gallery, stack: Stack) -> None:
    assert options(gallery, CONTAINERS, "")["project"] == [stack.project]


async def test_container_services_are_all_six(gallery: Gallery) -> None:
    assert set(options(gallery, CONTAINERS, "")["service"]) >= {each.name for each in SERVICES}
