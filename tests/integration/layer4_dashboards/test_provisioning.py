"""What Grafana serves is what the files say: dashboards, folders, rules, contact points and policy."""

from typing import Any

import pytest
import yaml

from fixtures.grafana import dashboards, rules
from fixtures.grafana.client import Grafana

pytestmark = pytest.mark.pipeline
FILES = {each.uid: each for each in dashboards.shipped()}
RULES = {each.uid: each for each in rules.shipped()}
KEPT_BY_GRAFANA = {"id", "version"}


async def test_dashboards_are_exactly_the_files(grafana: Grafana) -> None:
    assert await grafana.dashboards() == {uid: each.folder for uid, each in FILES.items()}


@pytest.mark.parametrize("uid", FILES)
async def test_dashboard_is_its_file(grafana: Grafana, uid: str) -> None:
    model, meta = await grafana.dashboard(uid)

    served = {key: value for key, value in model.items() if key not in KEPT_BY_GRAFANA}
    assert served == {key: value for key, value in FILES[uid].model.items() if key not in KEPT_BY_GRAFANA}
    assert meta["provisioned"]


async def test_folders_are_those_of_the_files(grafana: Grafana) -> None:
    titles = {each.title for each in await grafana.folders()}

    assert titles == {*(each.folder for each in FILES.values()), *(each.folder for each in RULES.values())} - {""}


async def test_rules_are_exactly_the_files(grafana: Grafana) -> None:
    served = {each["uid"]: each for each in await grafana.call("GET", "/v1/provisioning/alert-rules")}

    assert served.keys() == RULES.keys()
    assert {uid: each["title"] for uid, each in served.items()} == {uid: each.title for uid, each in RULES.items()}
    assert {uid: each["labels"] for uid, each in served.items()} == {uid: each.labels for uid, each in RULES.items()}


@pytest.mark.parametrize("uid", RULES)
async def test_rule_asks_what_its_file_says(grafana: Grafana, uid: str) -> None:
    served = await grafana.call("GET", f"/v1/provisioning/alert-rules/{uid}")

    models, threshold = {each["refId"]: each["model"] for each in served["data"]}, RULES[uid].threshold
    asked = [each["expr"] for each in models.values() if "expr" in each]
    assert asked[:1] == [RULES[uid].expr]
    if threshold.computed:
        assert models[served["condition"]]["type"] == threshold.kind
    else:
        evaluator = {"type": threshold.kind, "params": list(threshold.limits)}
        assert models[served["condition"]]["conditions"][0]["evaluator"] == evaluator
    assert served["annotations"].items() >= dict(RULES[uid].annotations).items()
    assert (served["noDataState"], served["execErrState"]) == (RULES[uid].no_data, RULES[uid].on_error)


async def test_alerts_go_to_the_webhook_without_delay(grafana: Grafana) -> None:
    file: dict[str, Any] = yaml.safe_load((rules.DIRECTORY / "delivery.yml").read_text(encoding="utf-8"))
    policy = {key: value for key, value in file["policies"][0].items() if key != "orgId"}

    points = await grafana.call("GET", "/v1/provisioning/contact-points")
    served = await grafana.call("GET", "/v1/provisioning/policies")

    receivers = {each["uid"] for point in file["contactPoints"] for each in point["receivers"]}
    assert receivers <= {each["uid"] for each in points}
    assert {key: served.get(key) for key in policy} == policy
