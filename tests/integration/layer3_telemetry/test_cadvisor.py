"""cAdvisor has the series of every container, matched by container id, and they agree with the engine's own figures."""

import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.expectations import SERVICES, Service
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
by_service = pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
SERIES = (
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
    "container_memory_usage_bytes",
    "container_spec_memory_limit_bytes",
    "container_spec_cpu_quota",
    "container_start_time_seconds",
    "container_last_seen",
    "container_network_receive_bytes_total",
    "container_network_transmit_bytes_total",
)


def last(name: str, selector: str) -> str:
    """The last samples of a series: one scrape that a busy machine missed is another test's matter."""
    return f"last_over_time({name}{{{selector}}}[{deadlines.SCRAPED:.0f}s])"


def of(stack: Stack, service: Service) -> str:
    """The labels by which cAdvisor's series of one container are chosen."""
    prefix = "container_label_com_docker_compose"
    return f'{prefix}_project="{stack.project}", {prefix}_service="{service.name}"'


@by_service
async def test_container_has_its_series(stack: Stack, prometheus: Prometheus, service: Service) -> None:
    names = "|".join(SERIES)

    await eventually(
        lambda: prometheus.query(f'count by (__name__) ({{__name__=~"{names}", {of(stack, service)}}})'),
        lambda seen: {each.labels["__name__"] for each in seen} == set(SERIES),
        expected=f"the series {', '.join(SERIES)} of {service.name}",
        of="cadvisor",
        within=deadlines.SCRAPED,
        hint=f"curl {stack.url('cadvisor')}/metrics | grep {service.name}",
    )


@by_service
async def test_series_carry_the_engine_s_container_id(stack: Stack, prometheus: Prometheus, service: Service) -> None:
    container = (await stack.containers())[service.name]

    seen = await prometheus.query(last("container_last_seen", of(stack, service)))

    assert [each.labels["id"].rsplit("/", 1)[-1].removeprefix("docker-").removesuffix(".scope") for each in seen] == [
        container.id
    ]


@by_service
async def test_limits_are_visible(stack: Stack, prometheus: Prometheus, service: Service) -> None:
    host = (await stack.containers())[service.name].host

    memory = await prometheus.value(last("container_spec_memory_limit_bytes", of(stack, service)))
    quota, period = [
        await prometheus.value(last(f"container_spec_cpu_{name}", of(stack, service))) for name in ("quota", "period")
    ]

    assert memory == host["Memory"]
    assert quota / period == pytest.approx(host["NanoCpus"] / 1e9)
