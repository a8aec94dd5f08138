"""What people and machines do wrong: another password, a clock that is off, no room to save a dashboard."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from fixtures import deadlines
from fixtures.data import unique
from fixtures.faults.access import password_changed
from fixtures.faults.disks import filled
from fixtures.faults.matrix import STARTS
from fixtures.faults.patient import Patient
from fixtures.faults.verbs import restarted
from fixtures.faults.ward import Ward
from fixtures.grafana.client import Grafana, GrafanaError, Refused
from fixtures.polling import eventually
from fixtures.prometheus import Sample

pytestmark = pytest.mark.faults
HOUR = 3600.0
CLOCKS = {"an hour slow": -HOUR, "an hour fast": HOUR, "at 1970": -time.time(), "a day fast": 24 * HOUR}


def counter(name: str, value: int, at: float) -> Mapping[str, Any]:
    """An OTLP request of one counter, stamped with a Unix time.

    JSON form: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
    """
    stamp = str(max(1, int(at * 1e9)))
    point = {"startTimeUnixNano": stamp, "timeUnixNano": stamp, "asInt": str(value)}
    metric = {"name": "wrong.clock", "sum": {"aggregationTemporality": 2, "isMonotonic": True, "dataPoints": [point]}}
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": name}}]}
    return {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"scope": {}, "metrics": [metric]}]}]}


@pytest.mark.parametrize("clock", CLOCKS)
async def test_sender_with_a_wrong_clock_is_counted_now(patient: Patient, clock: str) -> None:
    name, prometheus = unique("clock"), await patient.prometheus()
    collector = await patient.http("otel-collector", 4318)

    async def sent(value: int) -> list[Sample]:
        answer = await collector.post("/v1/metrics", json=counter(name, value, time.time() + CLOCKS[clock]))
        answer.raise_for_status()
        return await eventually(
            lambda: prometheus.query(f'timestamp(wrong_clock_total{{service_name="{name}"}} == {value})'),
            lambda seen: len(seen) == 1,
            expected=f"{value} counted",
            of="otel-collector",
            within=deadlines.PUSHED,
            hint="curl the Collector's exporter on 8889",
        )

    first, second = await sent(1), await sent(5)

    assert abs(first[0].value - time.time()) < HOUR / 2
    assert second[0].value > first[0].value


async def test_changed_password_shuts_the_old_one_out_and_nothing_else(broken: Ward, patient: Patient) -> None:
    old, new = broken.stack.grafana_login, (broken.stack.grafana_user, unique("password"))

    async with password_changed(patient, new[1]):
        since = time.time()
        async with restarted(
            broken.stack, "grafana"
        ):  # the file with the first password is read at the first start only
            pass
        async with Grafana(patient.url("grafana"), old) as stranger, Grafana(patient.url("grafana"), new) as owner:
            with pytest.raises(Refused):
                await stranger.datasources()
            status, _ = await owner.datasource_health()
        prometheus = await patient.prometheus()
        await eventually(
            lambda: prometheus.query(f'up{{job="grafana"}} == 1 and timestamp(up) > {since}'),
            lambda seen: len(seen) == 1,
            expected="grafana scraped",
            of="prometheus",
            within=STARTS,
            hint=broken.stack.log_command("grafana"),
        )

    assert status == "OK"
    assert await patient.whole(time.monotonic(), STARTS) < STARTS


async def test_full_disk_keeps_dashboards_readable_and_says_what_it_cannot_save(patient: Patient) -> None:
    grafana, uid = await patient.grafana(), unique("disk")
    saved = {"dashboard": {"uid": uid, "title": uid, "tags": ["x" * 4096] * 64}, "overwrite": True}
    before = await grafana.dashboards()

    async with filled(patient.stack, "grafana"):
        with pytest.raises(GrafanaError, match="500"):
            await grafana.call("POST", "/dashboards/db", json=saved)
        readable = await grafana.dashboards()

    await grafana.call("POST", "/dashboards/db", json=saved)
    assert readable == before
    assert (await grafana.dashboard(uid))[0]["title"] == uid
