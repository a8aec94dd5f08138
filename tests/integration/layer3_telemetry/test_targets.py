"""Prometheus scrapes every part, in time, and loses no sample."""

from collections.abc import Mapping
from typing import Any

import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.expectations import SCRAPE_JOBS, SERVICES, ScrapeJob, by_name
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
by_job = pytest.mark.parametrize("job", SCRAPE_JOBS, ids=lambda each: each.name)
MOSTLY = 0.9
"""The share of scrapes that must be well: one of a crowded machine may miss its second."""
LOSSES = (
    "prometheus_target_scrapes_sample_out_of_order_total",
    "prometheus_target_scrapes_sample_duplicate_timestamp_total",
    "prometheus_target_scrapes_sample_out_of_bounds_total",
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    "prometheus_target_scrapes_exceeded_body_size_limit_total",
    "prometheus_target_scrape_pool_exceeded_label_limits_total",
    "prometheus_rule_evaluation_failures_total",
)


async def test_each_declared_target_is_scraped_by_its_job_alone(prometheus: Prometheus) -> None:
    targets = await prometheus.targets()
    declared = {(each.name, by_name(each.address)) for each in SCRAPE_JOBS}
    addresses = {address for _, address in declared}

    seen = {(job, by_name(each["discoveredLabels"]["__address__"])) for job, found in targets.items() for each in found}

    # What people scrape besides is theirs, unless it is one of these again: its series would be counted twice.
    assert declared == {(job, address) for job, address in seen if address in addresses}


@by_job
async def test_target_is_up_without_error(prometheus: Prometheus, job: ScrapeJob) -> None:
    async def target() -> Mapping[str, Any]:
        (found,) = (await prometheus.targets())[job.name]
        return found

    seen = await eventually(
        target,
        lambda each: (each["health"], each["lastError"]) == ("up", ""),
        expected=f"target of {job.name} up, its last scrape without an error",
        of="prometheus",
        within=deadlines.SCRAPED,  # one scrape of a crowded machine may fail: of how many is the next claim's matter
        hint="lastError says why the scrape fails; look at the log of the part that is scraped",
    )

    assert seen["scrapeInterval"] == f"{deadlines.SCRAPE:g}s"


@by_job
async def test_target_stays_up_once_it_stood(prometheus: Prometheus, job: ScrapeJob) -> None:
    (series,) = await prometheus.samples(f'up{{job="{job.name}"}}', since=600)
    values = [value for _, value in series.points]

    stood = values[values.index(1.0) :]

    # A target that falls and rises misses many.
    assert sum(stood) / len(stood) > MOSTLY, f"{stood.count(0.0)} of {len(stood)} scrapes failed"


@by_job
async def test_scrapes_are_fast_and_full(prometheus: Prometheus, job: ScrapeJob) -> None:
    names = "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling"
    found = await prometheus.samples(f'{{__name__=~"{"|".join(names)}", job="{job.name}"}}', since=600)

    rules = (await prometheus.scrape_settings(job.name)).get("metric_relabel_configs", ())
    told = {each.labels["__name__"]: [value for _, value in each.points] for each in found}
    took, scraped, kept = (told[name] for name in names)
    assert sum(each < deadlines.SCRAPE for each in took) / len(took) > MOSTLY, f"seconds of each scrape: {took}"
    assert 0 < max(scraped) < job.samples, f"samples of each scrape: {scraped}"
    # What a rule may leave out is layer 0's matter; where there is no such rule, nothing is.
    assert kept == scraped or {each["action"] for each in rules} & {"drop", "keep"}
    assert 0 < max(kept) <= max(scraped)


@pytest.mark.parametrize("name", LOSSES)
async def test_prometheus_drops_no_sample(prometheus: Prometheus, name: str) -> None:
    seen = await prometheus.query(f'{name}{{job="prometheus"}}')

    assert seen or "rule" in name, f"{name} is not exposed, so that it proves nothing"
    assert [each for each in seen if each.value > 0] == []


# The Collector's own metrics do not say which version it is.
RUNNING = {
    "prometheus": ('prometheus_build_info{job="prometheus"}', "version"),
    "grafana": ('grafana_build_info{job="grafana"}', "version"),
    "cadvisor": ('cadvisor_version_info{job="cadvisor"}', "cadvisorVersion"),
    "config-service": ('config_service_build_info{job="config-service"}', "version"),
}


@pytest.mark.parametrize("service", RUNNING)
async def test_program_is_of_its_image_s_version(stack: Stack, prometheus: Prometheus, service: str) -> None:
    image = next(each for each in stack.images if each.service == service)
    query, label = RUNNING[service]

    told = {each.labels.get(label, "").removeprefix("v") for each in await prometheus.query(query)}

    assert told == {image.version.removeprefix("v")}, f"what runs in {image.reference} says of itself"


async def test_samples_lie_in_their_volume(prometheus: Prometheus) -> None:
    volume = next(mount.target for row in SERVICES if row.name == "prometheus" for mount in row.mounts if mount.volume)

    place = (await prometheus.flags())["storage.tsdb.path"]

    assert place == volume or place.startswith(f"{volume}/"), f"samples are in {place}, which goes with the container"


async def test_prometheus_runs_the_file_it_was_given(prometheus: Prometheus) -> None:
    seen = await eventually(
        lambda: prometheus.value("prometheus_config_last_reload_successful"),
        lambda value: value == 1,
        expected="the configuration loaded successfully",
        of="prometheus",
        within=deadlines.SCRAPED,
        hint="promtool check config compose/prometheus/prometheus.yml",
    )

    assert seen == 1
