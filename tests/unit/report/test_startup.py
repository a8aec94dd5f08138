"""The critical path of the start-up: who the whole had to wait for."""

import pytest

from fixtures.report.run import Stack, Start
from fixtures.report.startup import critical_path, startup_chart

TIMELINE = [
    Start("postgres", 0.0, 0.24, 1.44),
    Start("config-service", 0.01, 1.96, 2.6),
    Start("otel-collector", 0.03, 3.41, 3.72),
    Start("prometheus", 0.04, 3.36, 3.69),
    Start("grafana", 0.05, 4.05, 6.22),
    Start("cadvisor", 0.03, 3.27, 3.57),
]


def test_path_goes_through_the_last_dependency_of_each() -> None:
    path = [each.service for each in critical_path(TIMELINE)]

    assert path == ["postgres", "config-service", "prometheus", "grafana"]


@pytest.mark.parametrize(
    ("timeline", "path"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([Start("postgres", 0.0)], [], id="nothing became healthy"),
        pytest.param([Start("postgres", 0.0, 0.2, 1.0), Start("grafana", 0.1)], ["postgres"], id="half a stack"),
        pytest.param([Start("strange", 0.0, 0.2, 1.0)], ["strange"], id="a service of another table"),
    ],
)
def test_path_ends_where_knowledge_does(timeline: list[Start], path: list[str]) -> None:
    assert [each.service for each in critical_path(timeline)] == path


def test_services_that_wait_for_each_other_end_the_path() -> None:
    both = {"a": frozenset({"b"}), "b": frozenset({"a"})}

    assert len(critical_path([Start("a", 0.0, 0.1, 1.0), Start("b", 0.0, 0.1, 2.0)], both)) == 2


def test_chart_marks_the_path_in_words_and_table() -> None:
    chart = startup_chart(Stack(6.7, TIMELINE))

    assert chart.description == (
        "Ready after 6.70 s. "
        "Critical path: postgres 1.44 s → config-service 2.60 s → prometheus 3.69 s → grafana 6.22 s."
    )
    assert {row[0]: row[-1] for row in chart.table.rows}["cadvisor"] == "no"
    assert [svg.count("◆") for svg in chart.svgs] == [4, 4]
