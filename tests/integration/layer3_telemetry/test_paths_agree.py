"""Both paths carry the same measurement: every series, every bucket, the same value."""

import math
import time

import httpx
import pytest

from fixtures import deadlines
from fixtures.data import Maker
from fixtures.expectations import CONTRACT, PATH_JOBS, Metric, Path
from fixtures.measured import INSTANCE, instance
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
BOTH = [each for each in CONTRACT if len(each.paths) == len(PATH_JOBS)]
NAMES = [each.name.removesuffix("_total") for each in BOTH]
RESTLESS = 'http_route!~"/metrics|/ready|/health"'
"""Scrapes, health checks and canaries never rest: what they count is never the same at two moments."""
SELF_COUNTED = {"http_server_active_requests": ', http_request_method!="GET"'}
"""A scrape is itself a request in progress; a push is none."""
Values = dict[frozenset[tuple[str, str]], float]


async def values(prometheus: Prometheus, metric: Metric, job: str, selector: str = "") -> Values:
    """Every series of a metric by its own labels, without those that a path adds; NaN where two are alike in them."""
    own = {"__name__", "le", *metric.labels}
    name = f"{metric.name}(_bucket|_count|_sum)?"
    rest = RESTLESS + SELF_COUNTED.get(metric.name, "")
    seen = await prometheus.query(f'{{__name__=~"{name}", job="{job}", {selector}{rest}}}')
    found: Values = {}
    for each in seen:
        key = frozenset((name, value) for name, value in each.labels.items() if name in own)
        found[key] = math.nan if key in found else each.value
    return found


@pytest.mark.parametrize("metric", BOTH, ids=lambda each: each.name)
async def test_paths_agree_in_every_series(
    api: httpx.AsyncClient, prometheus: Prometheus, make_application: Maker, metric: Metric
) -> None:
    await make_application()  # something has to be counted, or all would be equal to 0
    own, counted = f'{INSTANCE}="{await instance(api)}", ', time.time()

    async def differences() -> dict[str, tuple[float | None, float | None]]:
        if not await prometheus.query(f'timestamp(up{{job="{PATH_JOBS["scrape"]}"}}) > {counted:.3f}'):
            return {"not scraped since it was counted": (None, None)}  # as yet they may agree in zeros
        scraped = await values(prometheus, metric, PATH_JOBS["scrape"])
        pushed = await values(prometheus, metric, PATH_JOBS["otlp"], own)
        assert scraped, f"nothing scraped of {metric.name}"
        keys = scraped.keys() | pushed.keys()
        # A series that one path does not have is as far from any value as can be.
        pairs = {key: (scraped.get(key, math.nan), pushed.get(key, math.nan)) for key in keys}
        wrong = {key for key, pair in pairs.items() if not math.isclose(*pair, rel_tol=1e-9)}
        return {str(sorted(key)): (scraped.get(key), pushed.get(key)) for key in wrong}

    await eventually(
        differences,
        lambda seen: not seen,
        expected=f"{metric.name}: the same series and values scraped and pushed (shown: what differs)",
        of="otel-collector",
        within=deadlines.PUSHED,
        hint="curl the service's /metrics and the Collector's exporter on 8889, and compare",
    )


async def helps(prometheus: Prometheus, path: Path) -> dict[str, str]:
    """What a path says of each metric family, by its name without _total: one of the two formats leaves that out."""
    known = await prometheus.metadata(PATH_JOBS[path])
    return {name.removesuffix("_total"): words for name, (_, _, words) in known.items()}


async def test_paths_explain_their_metrics_alike(prometheus: Prometheus) -> None:
    scraped, pushed = await helps(prometheus, "scrape"), await helps(prometheus, "otlp")

    told = {name: (scraped.get(name), pushed.get(name)) for name in NAMES}

    assert {name: pair for name, pair in told.items() if pair[0] != pair[1] or not pair[0]} == {}


@pytest.mark.parametrize("metric", [each for each in BOTH if each.type == "histogram"], ids=lambda each: each.name)
async def test_histograms_have_the_declared_buckets(prometheus: Prometheus, metric: Metric) -> None:
    seen = await prometheus.query(f'count by (le) ({metric.name}_bucket{{job="config-service"}})')

    bounds = sorted(float(each.labels["le"]) for each in seen)

    assert bounds == [*metric.buckets, float("inf")]
    assert len({each.value for each in seen}) == 1, "some series lack a bucket"
