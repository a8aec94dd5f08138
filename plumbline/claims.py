"""The ready-made claims: `from plumbline.claims import *` in a test module runs them for every row of the table."""

import time

from fixtures.bringup import Stack
from fixtures.errors import OutOfReach, none_found
from fixtures.expectations import Metric, ScrapeJob
from fixtures.expectations import Path as Way
from fixtures.exposition import lint
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import Dashboard
from fixtures.grafana.interpolation import Window
from fixtures.grafana.panels import draw
from fixtures.grafana.variables import resolve
from fixtures.ledger import Page
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus
from plumbline.expected import Expected, Flow, sample_names
from plumbline.stations import Asked, Stations

__all__ = [
    "test_dashboard_has_data",
    "test_exposition_has_no_fault",
    "test_flow_is_equal_at_every_station",
    "test_flow_is_fresh",
    "test_labels_are_those_of_the_table",
    "test_metric_arrives",
    "test_service_stands",
    "test_target_is_up",
    "test_type_is_that_of_the_table",
]
SCRAPE_LABELS = frozenset({"__name__", "job", "instance", "le"})


async def test_service_stands(stack: Stack, service: str) -> None:
    container = (await stack.containers())[service]

    assert container.state["Status"] == "running"
    assert container.health in ("healthy", "none")
    assert container.details["RestartCount"] == 0


async def test_target_is_up(prometheus: Prometheus, job: ScrapeJob) -> None:
    targets = (await prometheus.targets()).get(job.name, [])

    assert targets, f"prometheus knows no target of {job.name}"
    assert {each["scrapeUrl"]: each["lastError"] for each in targets if each["health"] != "up"} == {}
    assert 0 < await prometheus.value(f'max(scrape_samples_scraped{{job="{job.name}"}})') <= job.samples


async def test_exposition_has_no_fault(stations: Stations, job: ScrapeJob) -> None:
    if job.name not in stations.expositions:
        raise OutOfReach(f"port {job.port} of {job.service} is not published")

    answer = await stations.expositions[job.name].get("/metrics", headers={"accept": "text/plain;version=0.0.4"})

    assert answer.is_success
    assert answer.content
    none_found(lint(answer.content, "classic"))


async def test_metric_arrives(prometheus: Prometheus, expected: Expected, metric: Metric, way: Way) -> None:
    wanted = set(sample_names(metric))

    await eventually(
        lambda: prometheus.query(f'{{__name__=~"{"|".join(wanted)}", job="{expected.paths[way]}"}}'),
        lambda seen: {each.labels["__name__"] for each in seen} == wanted,
        expected=f"{', '.join(sorted(wanted))} by {way}",
        of=expected.job(way).service,
        within=expected.within,
        hint=f"curl what job {expected.paths[way]} scrapes and look for {metric.name}",
    )


async def test_labels_are_those_of_the_table(
    prometheus: Prometheus, expected: Expected, metric: Metric, way: Way
) -> None:
    seen = await prometheus.query(f'{{__name__=~"{"|".join(sample_names(metric))}", job="{expected.paths[way]}"}}')
    added = set(expected.added_labels) if way == "otlp" else set()

    wrong = [each for each in seen if set(each.labels) - SCRAPE_LABELS - added != set(metric.labels)]
    strange = [
        (name, each.labels.get(name))
        for each in seen
        for name, allowed in metric.labels.items()
        if allowed is not None and each.labels.get(name) not in allowed
    ]

    assert seen
    assert wrong == [], f"expected the labels {sorted(metric.labels)}"
    assert strange == []


async def test_type_is_that_of_the_table(prometheus: Prometheus, expected: Expected, metric: Metric, way: Way) -> None:
    known = await prometheus.metadata(expected.paths[way])

    told = [known[name][0] for name in (metric.name, metric.name.removesuffix("_total")) if name in known]

    assert told[:1] == [metric.type]


async def test_flow_is_equal_at_every_station(stations: Stations, asked: Asked, flow: Flow) -> None:
    page: Page = await stations.balanced(flow, await asked(flow.service))

    assert len(page.entries) > 1
    assert page.broken_at is None, page


async def test_flow_is_fresh(stations: Stations, asked: Asked, flow: Flow) -> None:
    hops = await stations.fresh(flow, await asked(flow.service))

    assert hops
    assert [each.row() for each in hops if max(each.seconds) > each.bound] == []


async def test_dashboard_has_data(
    stack: Stack, expected: Expected, prometheus: Prometheus, dashboard: Dashboard
) -> None:
    async def drawn() -> list[tuple[str, str, str]]:
        end = time.time() - expected.scrape_interval
        window = Window(end - 10 * expected.scrape_interval, end, scrape=expected.scrape_interval)
        async with Grafana(stack.url(expected.grafana), None) as grafana:
            found = await draw(grafana, dashboard, window, await resolve(grafana, dashboard, window))
        return [(each.panel, each.query.expr, each.state) for each in found]

    # What a flow has just made is in Prometheus, and not yet within a window that ended a scrape ago.
    await eventually(
        drawn,
        lambda seen: bool(seen) and all(state == "data" for *_, state in seen),
        expected=f"data in every query of {dashboard.title}",
        of=expected.grafana,
        within=expected.within,
        hint=f"{prometheus!r}: the queries whose state is not data",
    )
