"""The table of what must exist in somebody's compose project, and how it is read."""

import importlib.util
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from fixtures.deadlines import SLOWNESS
from fixtures.errors import PlumblineError
from fixtures.expectations import RESOURCE_LABELS, Metric, ScrapeJob
from fixtures.expectations import Path as Way
from fixtures.measured import Fact

NAME = "EXPECTED"


@dataclass(frozen=True)
class Flow:
    """Something a caller does, and the fact that must count it: once for each time, at every station of its way.

    `act` does it once at `service`, raises where it was not done, and leaves nothing behind.
    """

    name: str
    service: str
    act: Callable[[httpx.AsyncClient], Awaitable[object]]
    fact: Fact
    times: int = 10


@dataclass(frozen=True)
class Expected:
    """What must exist. `ports`: each service that publishes one, with the port inside at which it is asked.

    `paths` names the scrape job that carries each path of a metric: `scrape`, what the service itself exposes, and
    `otlp`, what the Collector's exporter exposes. Intervals are seconds, as the project's configuration has them.

    Raises:
        PlumblineError: the table has nothing in it, or contradicts itself: it would prove nothing.
    """

    ports: Mapping[str, int]
    jobs: Sequence[ScrapeJob]
    metrics: Sequence[Metric]
    flows: Sequence[Flow]
    paths: Mapping[Way, str]
    dashboards: Sequence[Path] = ()
    scrape_interval: float = 15.0
    export_interval: float = 0.0
    prometheus: str = "prometheus"
    grafana: str = "grafana"
    added_labels: Collection[str] = frozenset(RESOURCE_LABELS)
    """Labels that the OTLP path may add to those of a metric."""

    def __post_init__(self) -> None:
        """Refuse what the class does."""
        empty = [each for each in ("ports", "jobs", "metrics", "flows", "paths") if not getattr(self, each)]
        if empty:
            raise PlumblineError(f"the table has no {', no '.join(empty)}: it would prove nothing")
        jobs = {each.name for each in self.jobs}
        asked = [self.prometheus, *(each.service for each in self.flows), *([self.grafana] if self.dashboards else [])]
        unknown = [f"the job {job}" for job in self.paths.values() if job not in jobs]
        unknown += [f"the path {way} of {each.name}" for each in self.metrics for way in each.paths - set(self.paths)]
        unknown += [f"the port of {each}" for each in asked if each not in self.ports]
        if unknown:
            raise PlumblineError(f"the table names what it does not define: {', '.join(unknown)}")

    @property
    def within(self) -> float:
        """Seconds in which whatever was counted is at every station: a few scrapes and exports, and slack."""
        return (3 * self.scrape_interval + 2 * self.export_interval + 8) * SLOWNESS

    def job(self, way: Way) -> ScrapeJob:
        """Return the scrape job that carries a path."""
        return next(each for each in self.jobs if each.name == self.paths[way])

    def ways(self, fact: Fact) -> list[Way]:
        """Return the paths of the metric that a fact is of, scraped first; all of them where the table has none."""
        own = [each.paths for each in self.metrics if fact.name in sample_names(each)]
        return sorted(own[0] if own else self.paths, reverse=True)


def sample_names(metric: Metric) -> list[str]:
    """Return the names that a metric's samples have in Prometheus."""
    if metric.type != "histogram":
        return [metric.name]
    return [metric.name + suffix for suffix in ("_bucket", "_count", "_sum")]


def read(path: Path) -> Expected:
    """Return the `EXPECTED` of a Python file.

    Raises:
        PlumblineError: there is no such file, it cannot be imported, or it defines no table.
    """
    if not path.is_file():
        raise PlumblineError(f"there is no table of expectations at {path}\n  to do: write it, or say --expectations")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except PlumblineError as error:
        raise PlumblineError(f"{path}: {error}") from None
    except Exception as error:  # whatever it is, it is the table's
        raise PlumblineError(f"{path} cannot be imported: {error!r}") from error
    found = getattr(module, NAME, None)
    if not isinstance(found, Expected):
        raise PlumblineError(f"{path}: there is no {NAME} = Expected(…) in it")
    return found
