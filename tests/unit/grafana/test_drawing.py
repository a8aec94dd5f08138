"""What the report keeps of a panel: its lines on the window's own axis, named as people read them, bounded."""

from collections.abc import Mapping

from fixtures.grafana.dashboards import Query, shipped
from fixtures.grafana.drawing import drawing
from fixtures.grafana.frames import Answer
from fixtures.grafana.gallery import Exhibit, Key
from fixtures.grafana.interpolation import Window
from fixtures.grafana.panels import Drawn
from fixtures.prometheus import Series
from fixtures.report.panel_series import MOST_LINES

WINDOW = Window(1000.0, 1020.0)
BOARD = "plumbline-application"


def exhibit(series: Mapping[str, list[tuple[float, float]]], **labels: str) -> Exhibit:
    """Return what Grafana drew: points by legend."""
    answer = Answer("A", [Series(labels, points) for points in series.values()], names=list(series))
    return Exhibit(Drawn(BOARD, "", "", Query("A", "up", False), "up", answer), ())


def kept(panel: str, *exhibits: Exhibit) -> dict[str, list[tuple[float, float | None]]]:
    key: Key = (BOARD, "otlp", panel)
    return {each.name: list(zip(each.t, each.v, strict=True)) for each in drawing(key, exhibits, WINDOW).lines}


def test_times_count_from_the_beginning_of_the_window() -> None:
    lines = kept(
        "Latency", exhibit({"p50": [(1000.0, 0.1), (1001.0, float("nan"))]}), exhibit({"p99": [(1002.0, 0.2)]})
    )

    assert lines == {"p50": [(0.0, 0.1), (1.0, None)], "p99": [(2.0, 0.2)]}


def test_panel_keeps_its_type_and_unit_from_the_file() -> None:
    panel = next(each for each in shipped() if each.uid == BOARD).panel("Pool in use")

    seen = drawing((BOARD, "otlp", "Pool in use"), [], WINDOW)

    assert (seen.kind, seen.unit, seen.minimum, seen.maximum) == (panel.type, panel.unit, panel.minimum, panel.maximum)
    assert (seen.path, seen.seconds) == ("otlp", 20.0)


def test_row_of_a_table_is_named_by_its_labels() -> None:
    row = exhibit({'{entity="a"}': [(1020.0, 7.0)]}, entity="application", operation="create", __name__="total")

    assert kept("Operations counted", row) == {"application, create": [(20.0, 7.0)]}


def test_moment_of_an_annotation_is_on_the_window_s_axis() -> None:
    event = exhibit({"": [(1010.0, 1_004_000.0)]}, instance="config-service:8000")

    assert kept("annotation: Service started", event) == {"config-service:8000": [(10.0, 4.0)]}


def test_series_without_a_number_is_not_kept() -> None:
    assert kept("Latency", exhibit({"p50": [(1000.0, float("nan"))]})) == {}


def test_lines_beyond_what_can_be_drawn_are_counted() -> None:
    many = exhibit({f"line {number}": [(1000.0, 1.0)] for number in range(MOST_LINES + 5)})

    seen = drawing((BOARD, "otlp", "Latency"), [many], WINDOW)

    assert (len(seen.lines), seen.omitted) == (MOST_LINES, 5)
