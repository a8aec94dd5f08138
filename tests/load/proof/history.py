"""What Prometheus and a panel remember of a run, second by second: containers, the pool on both paths, requests."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fixtures.expectations import PATH_JOBS
from fixtures.grafana.interpolation import Window
from fixtures.measured import INSTANCE
from fixtures.prometheus import Series
from fixtures.report.load_series import ContainerSeries, LoadSecond, LoadSeries, PoolSeries
from tests.load.operations import CONFIGURATION
from tests.load.proof.following import RATE_WINDOW
from tests.load.proof.ground import Ground
from tests.load.proof.pool import Story
from tests.load.proof.seeing import Watcher
from tests.load.proof.shape import Points
from tests.load.proof.sights import APPLICATION
from tests.load.result import Result

SERVICE = "container_label_com_docker_compose_service"
BEFORE = 3.0
"""Seconds before the beginning that belong to a run: figures of earlier ones hold the end of the load before it."""
RATE = ("Request rate", "A")


@dataclass(frozen=True)
class History:
    """Lines over seconds since the beginning: cores and bytes by service, the pool and a panel's rate by path."""

    cpu: Mapping[str, Points]
    memory: Mapping[str, Points]
    pool: Mapping[str, Story]
    drawn: Mapping[str, Points]


async def containers(ground: Ground, began: float, until: float) -> tuple[Mapping[str, Points], Mapping[str, Points]]:
    """Return CPU in cores and working set in bytes of every container of the stack between `BEFORE` and a Unix time."""
    chosen = f'{{container_label_com_docker_compose_project="{ground.stack.project}"}}'
    found = []
    for expression in (
        f"sum by ({SERVICE}) (rate(container_cpu_usage_seconds_total{chosen}[{RATE_WINDOW:g}s]))",
        f"max by ({SERVICE}) (container_memory_working_set_bytes{chosen})",
    ):
        series = await _range(ground, expression, began, until)
        found.append({each.labels[SERVICE]: _since(began, each) for each in series})
    return found[0], found[1]


async def remember(ground: Ground, watcher: Watcher, began: float, until: float) -> History:
    """Return everything that is known of the time from just before the beginning until a Unix time."""
    cpu, memory = await containers(ground, began, until)
    pool = {path: await _pool(ground, path, began, until) for path in PATH_JOBS.values()}
    drawn = {path: await _drawn(watcher, path, began, until) for path in PATH_JOBS.values()}
    return History(cpu, memory, pool, drawn)


async def _pool(ground: Ground, path: str, began: float, until: float) -> Story:
    own = f'job="{path}"' + (f', {INSTANCE}="{ground.service_instance}"' if path == PATH_JOBS["otlp"] else "")

    async def line(metric: str, more: str = "") -> Points:
        found = await _range(ground, f"sum({metric}{{{own}{more}}})", began, until)
        return _since(began, found[0]) if found else []

    used, idle = [await line("db_client_connection_count", f', state="{each}"') for each in ("used", "idle")]
    pending, most = await line("db_client_connection_pending_requests"), await line("db_client_connection_max")
    return Story(path, used, idle, pending, most[-1][1] if most else 0.0)


async def _drawn(watcher: Watcher, path: str, began: float, until: float) -> Points:
    """Requests a second to one configuration, as the panel draws them: no data is prepared or removed by this route."""
    answers = await watcher.drawn(APPLICATION, path, [RATE], Window(began - BEFORE, until))
    ours = [each for each in answers[RATE] if each.labels["http_route"] == CONFIGURATION]
    return [(time, value) for each in ours for time, value in _since(began, each) if not math.isnan(value)]


async def _range(ground: Ground, expression: str, began: float, until: float) -> Sequence[Series]:
    return await ground.prometheus.query_range(expression, start=began - BEFORE, end=until, step=1.0)


def _since(began: float, series: Series) -> Points:
    return [(round(time - began, 3), value) for time, value in series.points]


def for_report(result: Result, history: History, visible_after: float | None) -> LoadSeries:
    """Return the series that the report's load chapter is drawn from."""
    scraped = history.pool[PATH_JOBS["scrape"]]
    return LoadSeries(
        result.scenario,
        result.began,
        seconds=[
            LoadSecond(
                each.t, each.offered, each.sent, each.answered, each.errors, each.p50_s, each.p99_s, each.dropped
            )
            for each in result.seconds
        ],
        containers=[_container(service, history) for service in sorted(history.cpu)],
        pool=_aligned(scraped),
        visible_after_s=visible_after,
    )


def _container(service: str, history: History) -> ContainerSeries:
    memory = dict(history.memory.get(service, ()))
    times = sorted({*dict(history.cpu[service]), *memory})
    cpu = dict(history.cpu[service])
    return ContainerSeries(service, times, [cpu.get(t) for t in times], [memory.get(t) for t in times])


def _aligned(story: Story) -> PoolSeries:
    used, idle, pending = dict(story.used), dict(story.idle), dict(story.pending)
    times = sorted({*used, *idle, *pending})
    columns = [[line.get(t) for t in times] for line in (used, idle, pending)]
    return PoolSeries(times, columns[0], columns[1], columns[2], story.most or None)
