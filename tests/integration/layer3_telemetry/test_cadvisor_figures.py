"""cAdvisor's figures are true: they agree with the engine's, and move for the container that works and for no other."""

from collections.abc import Mapping

import httpx
import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.data import Maker, unique
from fixtures.docker import docker
from fixtures.environment import interval_seconds
from fixtures.errors import NotYet
from fixtures.expectations import SERVICES, Service
from fixtures.figures import figures
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
SERVICE = "container_label_com_docker_compose_service"
CPU, MEMORY = "container_cpu_usage_seconds_total", "container_memory_usage_bytes"
RECEIVED = "container_network_receive_bytes_total"
BURN = "import time\nwhile time.process_time() < 1.5: pass\nprint(time.process_time())"
CPU_TOLERANCE, MEMORY_TOLERANCE = 0.5, 16 * 2**20
"""CPU seconds and bytes that the two may differ, because they are not read at the same instant."""
ENOUGH = 10
RENEWED = 0.35 * min(1.0, deadlines.SCRAPE / interval_seconds("CADVISOR_HOUSEKEEPING_INTERVAL"))
"""The least share of scrapes that bring a new figure, on a machine that is busy as well."""
SENT = 60
HEADERS = 400
"""The most bytes that HTTP and TCP add to a request, here and on its way to the database."""


async def of_all(stack: Stack, prometheus: Prometheus, name: str) -> Mapping[str, float]:
    """One value per service, its interfaces added up."""
    project = f'container_label_com_docker_compose_project="{stack.project}"'
    seen = await prometheus.query(f"sum by ({SERVICE}) ({name}{{{project}}})")
    return {each.labels[SERVICE]: each.value for each in seen}


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
async def test_figures_agree_with_the_engine(stack: Stack, prometheus: Prometheus, service: Service) -> None:
    container = (await stack.containers())[service.name]

    async def difference() -> tuple[float, float]:
        engine = await figures(container.id)
        seen = [await of_all(stack, prometheus, name) for name in (CPU, MEMORY)]
        if missing := [name for name, each in zip((CPU, MEMORY), seen, strict=True) if service.name not in each]:
            raise NotYet(f"Prometheus has no {' and no '.join(missing)} of {service.name}")
        cpu, memory = [each[service.name] for each in seen]
        return abs(engine.cpu_seconds - cpu), abs(engine.memory_bytes - memory)

    await eventually(
        difference,
        lambda seen: seen[0] < CPU_TOLERANCE and seen[1] < MEMORY_TOLERANCE,
        expected=f"CPU within {CPU_TOLERANCE} s and memory within {MEMORY_TOLERANCE} bytes of the engine's figures",
        of="cadvisor",
        within=deadlines.SCRAPED,
        hint=f"docker stats --no-stream {container.id[:12]}",
    )


async def test_figures_are_taken_as_often_as_they_should(stack: Stack, prometheus: Prometheus) -> None:
    ours = f'{CPU}{{container_label_com_docker_compose_project="{stack.project}"}}[30s]'

    async def renewed() -> Mapping[str, float]:
        """How many of the last scrapes brought a new figure; nothing before there were enough of them."""
        enough = f"count_over_time({ours}) >= {ENOUGH}"
        found = await prometheus.query(f"max by ({SERVICE}) (changes({ours}) / ({enough}))")
        return {each.labels[SERVICE]: each.value for each in found}

    await eventually(
        renewed,
        lambda seen: set(seen) == {each.name for each in SERVICES} and min(seen.values()) > RENEWED,
        expected=f"a new figure of each container in more than {RENEWED:.0%} of the scrapes: each works always",
        of="cadvisor",
        within=deadlines.VISIBLE,
        hint="its housekeeping interval says how often it looks: --housekeeping_interval, --max_housekeeping_interval",
    )


async def test_burn_moves_its_own_container_only(stack: Stack, prometheus: Prometheus) -> None:
    containers = await stack.containers()

    async def told() -> Mapping[str, tuple[float, float]]:
        seen = await of_all(stack, prometheus, CPU)
        return {name: (seen[name], (await figures(each.id)).cpu_seconds) for name, each in containers.items()}

    before = (await told())["config-service"][1]
    burned = float((await docker("exec", containers["config-service"].id, "python", "-I", "-S", "-c", BURN)).text)

    # Work that were booked to another container would part two of them from the engine's figures by what was burned.
    await eventually(
        told,
        lambda by: (
            by["config-service"][0] >= before + burned and all(abs(a - b) < CPU_TOLERANCE for a, b in by.values())
        ),
        expected=f"{burned:.2f} CPU seconds more than {before:.2f} in config-service, and in all what the engine says",
        of="cadvisor",
        within=2 * deadlines.SCRAPED,
        hint=f"curl {stack.url('cadvisor')}/metrics | grep {CPU}",
    )


async def test_network_bytes_are_what_was_sent(
    stack: Stack, prometheus: Prometheus, api: httpx.AsyncClient, make_application: Maker
) -> None:
    owner = (await make_application())["id"]
    body = {"document": {"filling": "x" * 50_000}}
    before = await of_all(stack, prometheus, RECEIVED)

    for _ in range(SENT):
        url = f"/api/v1/applications/{owner}/configurations"
        (await api.post(url, json={"name": unique(), **body})).raise_for_status()
    total = SENT * 50_000

    async def received() -> Mapping[str, float]:
        return {name: value - before[name] for name, value in (await of_all(stack, prometheus, RECEIVED)).items()}

    seen = await eventually(
        received,
        lambda by: min(by["config-service"], by["postgres"]) >= total,
        expected=f"{total} bytes more received by config-service and by postgres",
        of="cadvisor",
        within=deadlines.SCRAPED,
        hint=f"curl {stack.url('cadvisor')}/metrics | grep {RECEIVED}",
    )
    # The service hears each document twice: from us, and from the database that returns the row it wrote.
    assert seen["config-service"] < 2 * total * 1.25 + SENT * HEADERS, seen
    assert seen["postgres"] < total * 1.25 + SENT * HEADERS, seen
    assert max(seen["grafana"], seen["cadvisor"]) < total / 4, seen
