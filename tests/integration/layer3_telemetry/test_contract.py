"""Every metric of the contract arrives by each of its paths, with its type, unit and labels, and nothing else does."""

import httpx
import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.collector import added_labels
from fixtures.expectations import CONTRACT, PATH_JOBS, RESOURCE_LABELS, Metric, Path
from fixtures.measured import INSTANCE, instance
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus, Sample

pytestmark = pytest.mark.pipeline
TRAVELS = [(metric, path) for metric in CONTRACT for path in sorted(metric.paths)]
travelling = pytest.mark.parametrize(("metric", "path"), TRAVELS, ids=[f"{m.name} by {p}" for m, p in TRAVELS])
OF_HISTOGRAM = ("_bucket", "_count", "_sum")


def names_of(metric: Metric) -> list[str]:
    """The sample names that a metric has in Prometheus."""
    return [metric.name + suffix for suffix in OF_HISTOGRAM] if metric.type == "histogram" else [metric.name]


def spellings(metric: Metric) -> list[str]:
    """The family names that the two formats give a metric: OpenMetrics leaves out _total and _info."""
    return [metric.name, metric.name.removesuffix("_total"), metric.name.removesuffix("_info")]


async def series_of(prometheus: Prometheus, metric: Metric, path: Path, current: str) -> list[Sample]:
    """Every series of a metric by a path, of the current service instance where the path says so."""
    pattern = "|".join(names_of(metric))
    own = f', {INSTANCE}="{current}"' if path == "otlp" else ""
    return await prometheus.query(f'{{__name__=~"{pattern}", job="{PATH_JOBS[path]}"{own}}}')


@travelling
async def test_metric_arrives_by_its_path(
    api: httpx.AsyncClient, prometheus: Prometheus, metric: Metric, path: Path
) -> None:
    current = await instance(api)

    seen = await eventually(
        lambda: series_of(prometheus, metric, path, current),
        lambda found: {each.labels["__name__"] for each in found} == set(names_of(metric)),
        expected=f"series {', '.join(names_of(metric))} by {path}",
        of="prometheus" if path == "scrape" else "otel-collector",
        within=deadlines.PUSHED,
        hint=f"curl the exposition that job {PATH_JOBS[path]} scrapes and look for {metric.name}",
    )

    assert all(each.value == each.value for each in seen), f"NaN among {seen}"


@travelling
async def test_labels_are_exactly_the_contract(
    api: httpx.AsyncClient, prometheus: Prometheus, metric: Metric, path: Path
) -> None:
    own = set(RESOURCE_LABELS) | added_labels() if path == "otlp" else set()
    extra = {"__name__"} | ({"le"} if metric.type == "histogram" else set())
    scraping = await prometheus.added_labels(PATH_JOBS[path])

    seen = await series_of(prometheus, metric, path, await instance(api))

    assert seen
    wrong = [each for each in seen if set(each.labels) - scraping - own - extra != set(metric.labels)]
    assert wrong == [], f"expected the labels {sorted(metric.labels)}"


@travelling
async def test_label_values_are_allowed_ones(
    api: httpx.AsyncClient, prometheus: Prometheus, metric: Metric, path: Path
) -> None:
    seen = await series_of(prometheus, metric, path, await instance(api))

    bad = [
        (name, each.labels[name])
        for each in seen
        for name, allowed in metric.labels.items()
        if allowed is not None and each.labels.get(name) not in allowed
    ]

    assert seen
    assert bad == []


@travelling
async def test_type_is_the_contract(prometheus: Prometheus, metric: Metric, path: Path) -> None:
    known = await prometheus.metadata(PATH_JOBS[path])

    family = next((each for each in spellings(metric) if each in known), metric.name)

    assert family in known, f"no metadata of {metric.name}; there is {sorted(known)}"
    assert known[family][0] == ("info" if family == metric.name.removesuffix("_info") != metric.name else metric.type)
    assert known[family][2], "no help text"


@pytest.mark.parametrize("metric", [each for each in CONTRACT if each.type == "histogram"], ids=lambda each: each.name)
async def test_unit_is_declared(api: httpx.AsyncClient, metric: Metric) -> None:
    answer = await api.get("/metrics", headers={"accept": "application/openmetrics-text"})

    assert f"# UNIT {metric.name} seconds" in answer.text.splitlines()


async def test_pushed_series_say_who_measured(api: httpx.AsyncClient, prometheus: Prometheus) -> None:
    (target,) = await prometheus.query('target_info{job="config-service"}')
    (build,) = await prometheus.query('config_service_build_info{job="config-service"}')
    own = {name: value for name, value in target.labels.items() if name.startswith("service_")}
    told = own | {"otel_scope_name": "config-service", "otel_scope_version": own.get("service_version", "")}
    told |= {"telemetry_sdk_name": "plumbline", "telemetry_sdk_language": "python"}

    pushed = await prometheus.query(
        f'config_service_operations_total{{job="otlp", {INSTANCE}="{await instance(api)}"}}'
    )

    assert set(own) == {"service_name", INSTANCE, "service_version"}, "what /metrics says of its target"
    assert own["service_version"] == build.labels["version"]
    assert pushed
    assert [each for each in pushed if not told.items() <= each.labels.items()] == [], f"expected {told}"


@pytest.mark.parametrize("path", sorted(PATH_JOBS))
async def test_no_metric_is_outside_the_contract(stack: Stack, prometheus: Prometheus, path: Path) -> None:
    allowed = {name for metric in CONTRACT if path in metric.paths for name in names_of(metric)}
    scraping = {"up", "target_info"}
    own = ', service_name="config-service"' if path == "otlp" else ""
    label = f'{{job="{PATH_JOBS[path]}"{own}}}'

    found = await prometheus.query(f"count by (__name__) ({label})")

    names = {each.labels["__name__"] for each in found}
    unknown = {each for each in names - allowed - scraping if not each.startswith("scrape_")}
    assert names & allowed
    assert unknown == set(), f"on {stack.url('prometheus')}, job {PATH_JOBS[path]}"
