"""Alert rules while all is well: each is evaluated, has data to judge, and can neither never fire nor always."""

import pytest

from fixtures import deadlines
from fixtures.grafana import rulecheck
from fixtures.grafana.alerts import states
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import shipped as shipped_dashboards
from fixtures.grafana.drill import fires_within
from fixtures.grafana.explain import explain_empty
from fixtures.grafana.rules import Rule, shipped
from fixtures.polling import eventually
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline
RULES = shipped()


def test_no_rule_is_always_or_never_firing() -> None:
    assert [str(each) for each in rulecheck.check_all(RULES, scrape=deadlines.SCRAPE)] == []


@pytest.mark.parametrize("rule", [each for each in RULES if each.dashboard], ids=lambda rule: rule.uid)
def test_rule_leads_to_a_panel(rule: Rule) -> None:
    dashboard = next(each for each in shipped_dashboards() if each.uid == rule.dashboard)

    assert rule.panel in {each.id for each in dashboard.panels}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.uid)
async def test_rule_has_something_to_judge(prometheus: Prometheus, rule: Rule) -> None:
    found = await prometheus.query(rule.expr)

    assert len(found) > 0, [str(each) for each in await explain_empty(prometheus, rule.expr)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.uid)
async def test_rule_is_evaluated_without_error(grafana: Grafana, rule: Rule) -> None:
    seen = await eventually(
        lambda: states(grafana),
        lambda found: rule.title in found and found[rule.title].evaluated > 0,
        expected=f"rule {rule.uid} evaluated",
        of="grafana",
        within=fires_within(),
        hint="read the log of grafana, below",
    )

    assert (seen[rule.title].health, seen[rule.title].error) == ("ok", "")


async def test_container_rules_see_this_stack_only(prometheus: Prometheus) -> None:
    memory = next(each for each in RULES if each.uid == "container-memory")
    found = await prometheus.query(memory.expr)
    ours = await prometheus.query(
        "group by (name) (container_last_seen and on (container_label_io_plumbline_run) (container_last_seen"
        " and on (container_label_com_docker_compose_project) grafana_environment_info))"
    )

    assert len(found) >= len(ours) - 1 > 0
    assert {each.labels["name"] for each in found} <= {each.labels["name"] for each in ours}
