"""Grafana reaches Prometheus, through the data source of the file and no other."""

import time

import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.grafana.client import DATASOURCE, Grafana
from fixtures.grafana.dashboards import Query
from fixtures.grafana.interpolation import Window, duration_ms
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline


async def test_data_source_says_it_is_healthy(grafana: Grafana) -> None:
    status, message = await grafana.datasource_health()

    assert status == "OK", message


async def test_one_data_source_is_provisioned(grafana: Grafana, stack: Stack) -> None:
    found = await grafana.datasources()

    assert [each["uid"] for each in found] == [DATASOURCE]
    assert found[0]["url"] == "http://prometheus:9090"
    assert found[0]["readOnly"]
    assert duration_ms(found[0]["jsonData"]["timeInterval"]) == deadlines.SCRAPE * 1000, stack.project


async def test_query_through_it_gives_what_prometheus_has(grafana: Grafana, prometheus: Prometheus) -> None:
    window = Window(time.time() - 60, time.time() - 2)
    query = Query("A", "sum(up)", instant=True)

    answer = (await grafana.ask([query], window))["A"]

    assert answer.error == ""
    assert [each.value for each in answer.latest()] == [await prometheus.value("sum(up)", at=window.end)]


async def test_bad_query_is_an_error_and_not_empty(grafana: Grafana) -> None:
    window = Window(time.time() - 60, time.time())

    answers = await grafana.ask([Query("A", "sum(up", instant=True), Query("B", "up", instant=True)], window)

    assert "parse error" in answers["A"].error
    assert answers["B"].points > 0
