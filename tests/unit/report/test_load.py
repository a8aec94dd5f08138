"""The load chapter: every strip on one axis, what was not measured left out, an invalid run told as such."""

import pytest

from fixtures.report.load import load_view
from fixtures.report.load_chart import load_chart
from fixtures.report.load_series import ContainerSeries, LoadSecond, LoadSeries, PoolSeries
from fixtures.report.run import Run

STRIPS = ("requests a second", "latency, ms", "container CPU, cores", "container memory, MiB", "connection pool")
SECONDS = [LoadSecond(float(t), 100, 100, 98, 2, 0.004, 0.02 + t / 1000) for t in range(5)]
WHOLE = LoadSeries(
    "spike",
    began=1_700_000_000.0,
    seconds=SECONDS,
    containers=[ContainerSeries("config-service", [-1.0, 0.0, 1.0], [0.1, None, 0.3], [5e7, 6e7, 7e7])],
    pool=PoolSeries([0.0, 1.0], used=[3.0, 10.0], idle=[7.0, 0.0], pending=[0.0, 4.0], max=10.0),
    visible_after_s=2.5,
)


def test_every_strip_is_drawn_with_its_legend() -> None:
    chart = load_chart(WHOLE)

    assert [name for name in STRIPS if f">{name}</text>" in chart.svgs[0]] == list(STRIPS)
    assert [name for name, _ in chart.legends] == ["requests", "latency", "container", "connection pool"]
    assert chart.description == "500 requests offered in 5 s, 490 answered; the worst second's p99 is 24.0 ms."
    assert chart.notes == ["visible in every panel that should show it 2.50 s after it began"]


def test_what_was_not_measured_has_no_strip() -> None:
    chart = load_chart(LoadSeries("spike", 1.0, [LoadSecond(0.0, 5, 5, 0, 5)]))

    assert [name for name in STRIPS if f">{name}</text>" in chart.svgs[0]] == ["requests a second"]
    assert chart.description == "5 requests offered in 1 s, 0 answered."
    assert chart.table.rows == [["0 s", "5", "5", "0", "5", "0", "\N{EN DASH}", "\N{EN DASH}"]]


def test_scenario_that_ended_before_its_first_second_is_drawn() -> None:
    assert load_chart(LoadSeries("spike", 1.0, [])).table.rows == []


def test_scenario_without_its_seconds_is_told_nevertheless() -> None:
    row = {
        "scenario": "mixed",
        "sent": 30,
        "invalid": ["the generator used 98 % of a core"],
        "answering": [{"part": "grafana", "p95_s": 0.2}],
    }

    view = load_view(Run(load=[row], load_series=[WHOLE]))

    assert view is not None
    assert [(each.name, each.chart is None) for each in view.scenarios] == [("mixed", True), ("spike", False)]
    assert view.scenarios[0].invalid == ["the generator used 98 % of a core"]
    assert view.scenarios[0].tables[0][1].rows == [["grafana", "0.20 s"]]
    assert view.table.columns == ["scenario", "sent"]


def test_run_without_load_has_no_chapter() -> None:
    assert load_view(Run()) is None


@pytest.mark.parametrize("services", [1, 12])
def test_containers_may_be_more_than_colours(services: int) -> None:
    containers = [ContainerSeries(f"c{number}", [0.0, 1.0], [0.1, 0.2]) for number in range(services)]

    chart = load_chart(LoadSeries("spike", 1.0, SECONDS, containers))

    assert len(dict(chart.legends)["container"]) == services
