"""After a known flow the numbers on the panels are the numbers of the flow, on both paths, exactly."""

from collections import Counter

import pytest

from fixtures import deadlines
from fixtures.expectations import PATH_JOBS
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import shipped
from fixtures.grafana.flow import Flow, Kind
from fixtures.grafana.gallery import Gallery
from fixtures.grafana.interpolation import Window
from fixtures.grafana.variables import with_variables
from fixtures.ledger import Station, balance

pytestmark = pytest.mark.pipeline
DASHBOARD = next(each for each in shipped() if each.uid == "plumbline-application")
COUNTED = DASHBOARD.panel("Operations counted")
OURS: list[Kind] = [
    ("configuration", "replace", "precondition_failed"),
    ("configuration", "delete", "success"),
    ("application", "create", "conflict"),
]


async def shown(grafana: Grafana, gallery: Gallery, path: str, window: Window) -> Counter[Kind]:
    """What the panel of exact counts shows at the end of a window."""
    query = with_variables(COUNTED.queries[0], gallery.variables[DASHBOARD.uid, path])
    answer = (await grafana.ask([query], window))[query.ref]
    kinds: Counter[Kind] = Counter()
    for each in answer.latest():
        kinds[each.labels["entity"], each.labels["operation"], each.labels["outcome"]] += round(each.value)
    return kinds


@pytest.mark.parametrize("path", PATH_JOBS.values())
async def test_counts_on_the_panel_are_the_flow(grafana: Grafana, gallery: Gallery, flow: Flow, path: str) -> None:
    before = await shown(grafana, gallery, path, flow.before())

    after = await shown(grafana, gallery, path, flow.window())

    assert {kind: after[kind] - before[kind] for kind in OURS} == {kind: flow.counts[kind] for kind in OURS}


@pytest.mark.parametrize("kind", OURS, ids=" ".join)
async def test_ledger_balances_up_to_the_panel(grafana: Grafana, gallery: Gallery, flow: Flow, kind: Kind) -> None:
    async def client() -> float:
        return flow.counts[kind]

    def panel(path: str) -> Station:
        async def read() -> float:
            after = await shown(grafana, gallery, path, flow.window())
            return after[kind] - (await shown(grafana, gallery, path, flow.before()))[kind]

        return Station(f"Grafana's panel, {path}", read)

    stations = [Station("client", client), *(panel(path) for path in PATH_JOBS.values())]
    page = await balance("dashboards", " ".join(kind), stations, within=deadlines.REQUEST)

    assert page.broken_at is None, page
