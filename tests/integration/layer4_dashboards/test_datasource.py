"""Grafana reaches Prometheus, through the data source of the file and no other."""

import time

import pytest
import yaml

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.grafana.client import DATASOURCE, Grafana
from fixtures.grafana.dashboards import Query
from fixtures.grafana.interpolation import Window, duration_ms
from fixtures.prometheus import Prometheus
from fixtures.settings import COMPOSE

pytestmark = pytest.mark.pipeline
FILES = sorted((COMPOSE / "grafana" / "provisioning" / "datasources").glob("*.y*ml"))


async def test_data_source_says_it_is_healthy(grafana: Grafana) -> None:
    status, message = await grafana.datasource_health()

    assert status == "OK", message


async def test_data_sources_are_those_of_the_files(grafana: Grafana, stack: Stack) -> None:
    stated = [one for path in FILES for one in yaml.safe_load(path.read_text(encoding="utf-8"))["datasources"]]

    found = {each["uid"]: each for each in await grafana.datasources()}

    assert set(found) == {each["uid"] for each in stated} >= {DATASOURCE}
    assert [uid for uid, each in found.items() if each["isDefault"]] == [DATASOURCE]
    asked = found[DATASOURCE]
    assert (asked["url"].rstrip("/"), asked["readOnly"]) == ("http://prometheus:9090", True)
    assert duration_ms(asked["jsonData"]["timeInterval"]) == deadlines.SCRAPE * 1000, stack.project


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
