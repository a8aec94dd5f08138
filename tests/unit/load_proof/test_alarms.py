"""Which rules must fire, may, or have to stay quiet, and what is said when one does otherwise."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from fixtures.grafana.alerts import Alert, RuleState
from fixtures.grafana.rules import shipped
from tests.load.proof.alarms import BY_HOLD, Alarms, expectations
from tests.load.scenario import Hold, Scenario, scenarios
from tests.load.schedule import Stage

BEGAN = 1000.0
POOL = "Connection pool exhausted"


def stress(seconds: float) -> Scenario:
    """Database stress that holds its row for so long."""
    return replace(scenarios()["database-stress"], stages=[Stage(100, 40)], hold=Hold(5, 5 + seconds))


def parts(seconds: float) -> dict[str, str]:
    return {each.rule: each.part for each in expectations(stress(seconds))}


def state(title: str, alert: str, labels: Mapping[str, str], since: float = BEGAN + 5) -> dict[str, RuleState]:
    return {title: RuleState(title, "service", "firing", "ok", "", BEGAN, [Alert(labels, alert, since)])}


def test_every_rule_has_its_part_and_no_other() -> None:
    assert set(parts(4)) == {each.title for each in shipped()}
    assert set(BY_HOLD) <= {each.title for each in shipped()}


@pytest.mark.parametrize(
    ("seconds", "pool", "errors"), [(4, "may", "may"), (20, "may", "must"), (36, "must", "must")], ids=str
)
def test_rule_must_fire_when_its_condition_lasts_long_enough(seconds: float, pool: str, errors: str) -> None:
    found = parts(seconds)

    assert (found[POOL], found["High error ratio"]) == (pool, errors)
    assert found["Service down"] == "quiet"


@pytest.mark.parametrize("name", [each for each in scenarios() if each != "database-stress"])
def test_all_rules_stay_quiet_where_no_row_is_held(name: str) -> None:
    assert {each.part for each in expectations(scenarios()[name])} == {"quiet"}


def test_rule_that_should_fire_and_does_not_is_told() -> None:
    expected = expectations(stress(40))

    (found,) = [each for each in Alarms(BEGAN).complaints(expected) if POOL in each]

    assert found.startswith(f"{POOL} did not fire: its condition lasts 30 s")


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        pytest.param({"service_name": "config-service"}, True, id="the service"),
        pytest.param({"job": "prometheus"}, True, id="a target"),
        pytest.param({"service_name": "alert-drill"}, False, id="a replica beside"),
        pytest.param({"container_label_com_docker_compose_service": "grafana"}, True, id="a container of the stack"),
        pytest.param({"container_label_com_docker_compose_service": "hog"}, False, id="a container beside"),
    ],
)
def test_rule_that_should_be_quiet_and_fires_is_told(labels: dict[str, str], told: bool) -> None:
    alarms = Alarms(BEGAN)

    alarms.note(state("Target down", "Alerting", labels))

    assert bool(alarms.complaints(expectations(scenarios()["baseline"]))) is told


def test_alert_of_an_earlier_run_is_not_of_this_one() -> None:
    alarms = Alarms(BEGAN)

    alarms.note(state("Target down", "Alerting", {}, since=BEGAN - 1))

    assert alarms.firing == {}


def test_pending_is_noted_and_no_complaint() -> None:
    alarms = Alarms(BEGAN)

    alarms.note(state("High latency", "Pending", {}))
    alarms.note(state("High latency", "Pending", {}, since=BEGAN + 15))

    assert alarms.pending == {"High latency": BEGAN + 5}
    assert alarms.complaints(expectations(scenarios()["baseline"])) == []
