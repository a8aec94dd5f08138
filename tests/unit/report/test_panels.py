"""Panels drawn from what Grafana returned: both paths on each other, what is nothing told once, no spike lost."""

import math
import re
from dataclasses import replace
from typing import Any

import pytest

from fixtures.report import panel_pictures
from fixtures.report.gallery import galleries
from fixtures.report.panel_series import MOST_POINTS, Line, PanelSeries, line
from fixtures.report.panels import Drawn, drawn
from fixtures.report.run import PanelState, Run

TIMES = [0.0, 1.0, 2.0]


def panel(path: str = "", *lines: Line, **changes: Any) -> PanelSeries:
    given = {"kind": "timeseries", "unit": "s", "description": "", "seconds": 2.0, "minimum": 0.0}
    return PanelSeries("board", path, "Latency", lines=lines, **{**given, **changes})


def of(*paths: PanelSeries, state: str = "data", reason: str = "") -> Drawn:
    return drawn(paths, state, reason)


def test_values_are_scaled_and_the_unit_told_once() -> None:
    picture = of(panel("", Line("p99", TIMES, [0.01, 0.02, 0.0305])))

    assert (picture.unit, [(each.name, each.value) for each in picture.legend]) == ("ms", [("p99", "30.5")])
    assert picture.table.rows[-1] == ["2.00 s", "30.5"]


def test_both_paths_are_drawn_in_one_colour_and_two_ways() -> None:
    picture = of(panel("config-service", Line("p99", TIMES, [1, 2, 3])), panel("otlp", Line("p99", TIMES, [1, 2, 4])))

    assert [each.colour for each in picture.legend] == ["var(--s1)"]
    assert re.findall(r'stroke="var\(--s1\)"', picture.svg) == ['stroke="var(--s1)"'] * 2
    assert picture.svg.count("stroke-dasharray") == 1, "the pushed one is dotted"
    assert picture.table.columns == ["time", "p99, config-service", "p99, otlp"]


def test_panel_that_is_the_same_on_both_paths_is_drawn_once() -> None:
    same = Line("resident", TIMES, [1, 2, 3])

    picture = of(panel("config-service", same), panel("otlp", same))

    assert picture.svg.count('stroke="var(--s1)"') == 1
    assert picture.table.columns == ["time", "resident"]


def test_lines_that_are_zero_throughout_are_told_not_drawn() -> None:
    picture = of(panel("", Line("5xx", TIMES, [0, 0, 0]), Line("2xx", TIMES, [0, 5, None])))

    assert [each.name for each in picture.legend] == ["2xx"]
    assert picture.notes == ["zero throughout: 5xx"]


def test_panel_that_is_zero_throughout_is_drawn_nevertheless() -> None:
    picture = of(panel("", Line("lost", TIMES, [0, 0, 0])))

    assert 'stroke="var(--s1)"' in picture.svg
    assert (picture.legend, picture.notes) == ([], ["zero throughout: lost"])


@pytest.mark.parametrize("kind", ["stat", "gauge", "table"])
def test_numbers_are_shown_as_numbers(kind: str) -> None:
    picture = of(panel("", Line("used", TIMES, [0.1, 0.2, 0.3]), kind=kind, unit="percentunit"))

    assert not picture.svg
    assert [(each.name, each.value, picture.unit) for each in picture.legend] == [("used", "30", "%")]


def test_buckets_stand_in_order_with_the_largest_on_top() -> None:
    names = ["+Inf", "0.005", "0.1"]
    picture = of(panel("", *(Line(name, TIMES, [1, 2, 3]) for name in names), kind="heatmap"))

    assert re.findall(r">([^<>]*(?:Inf|ms|0 s))</text>", picture.svg)[-3:] == ["+Inf", "0.10 s", "5.0 ms"]


def test_part_that_is_down_looks_different_without_colours() -> None:
    picture = of(panel("", Line("otlp", TIMES, [1.0, 0.0, 1.0]), kind="state-timeline", unit="short"))

    bars = re.findall(r'<path d="M[\d.]+,[\d.]+h[\d.]+v([\d.]+)h[^"]*" fill="var\(--(good|bad)\)"', picture.svg)
    assert sorted(bars) == [("12", "good"), ("12", "good"), ("4", "bad")]


def test_moments_are_told_and_those_of_the_window_drawn() -> None:
    picture = of(panel("", Line("created", TIMES, [-40.0, 1.0, 1.0]), kind="annotation", unit=""))

    assert picture.table.rows == [["created", "-40.0 s"], ["created", "1.0 s"]]
    assert picture.svg


def test_empty_panel_says_why() -> None:
    picture = of(panel(""), state="empty", reason="no series has job=otlp")

    assert (picture.glyph, picture.svg, picture.notes) == ("✗", "", ["no series has job=otlp"])


def test_panel_whose_answer_was_not_kept_is_listed() -> None:
    (gallery,) = galleries(Run(panels=[PanelState("board", "CPU", "data", 7), PanelState("board", "Disk", "error")]))

    assert (gallery.sound, [(each.title, each.glyph) for each in gallery.panels]) == (1, [("CPU", "✓"), ("Disk", "✗")])


def test_worst_path_of_a_panel_counts() -> None:
    states = [PanelState("board", "CPU", state, reason=state, path=state) for state in ("data", "error", "empty")]

    (gallery,) = galleries(Run(panels=states))

    assert [(each.state, each.notes) for each in gallery.panels] == [("error", ["error"])]


def test_hundreds_of_points_are_thinned_and_no_spike_is_lost() -> None:
    values = [0.0] * 1000
    values[617], values[618] = 9.0, -9.0

    kept = line("a", [(float(t), v) for t, v in enumerate(values)], since=0.0)

    assert len(kept.t) <= MOST_POINTS
    assert {9.0, -9.0} <= set(kept.v)
    assert list(kept.t) == sorted(kept.t)


def test_what_is_no_number_is_a_gap() -> None:
    kept = line("a", [(5.0, 1.0), (6.0, math.nan), (7.0, math.inf)], since=5.0)

    assert (list(kept.t), list(kept.v)) == ([0.0, 1.0, 2.0], [1.0, None, None])


def test_panel_is_the_same_after_it_was_written_and_read() -> None:
    given = panel("otlp", Line("a", TIMES, [1.0, None, 3.0]))

    assert PanelSeries.from_row(given.row()).row() == given.row()
    with pytest.raises(ValueError, match="dashboard"):
        PanelSeries.from_row({})


def test_many_lines_that_are_zero_are_counted_and_stay_in_the_table() -> None:
    idle = [Line(f"idle {number}", TIMES, [0, 0, 0]) for number in range(9)]

    picture = of(panel("", Line("busy", TIMES, [1, 2, 3]), *idle))

    assert picture.notes == ["another 9 lines are zero throughout"]
    assert len(picture.table.columns) == 11


def test_line_that_begins_before_the_window_stays_on_its_axis() -> None:
    picture = of(panel("", Line("p99", [-1.0, 0.0, 2.0], [0.01, 0.02, 0.03])))

    (drawn_line,) = re.findall(r'd="M([-\d.]+),[^"]*" stroke="var\(--s1\)"', picture.svg)
    assert float(drawn_line) == 0


def test_bucket_shows_what_it_adds_to_the_one_below() -> None:
    names = {"0.1": [3.0, 3.0, 3.0], "+Inf": [3.0, 3.0, 5.0], "0.005": [3.0, 0.0, 0.0]}
    picture = of(panel("", *(Line(name, TIMES, values) for name, values in names.items()), kind="heatmap"))

    assert re.findall(r'fill="var\(--accent\)" opacity="([\d.]+)"', picture.svg).count("0") == 5


def test_event_before_the_window_is_told_in_words() -> None:
    picture = of(panel("", Line("started", TIMES, [-40.0, -40.0, -40.0]), kind="annotation", unit=""))

    assert (picture.svg, [(each.name, each.value) for each in picture.legend]) == ("", [("started", "40.0 s before")])


def test_many_panels_drawn_at_once_are_as_those_drawn_alone() -> None:
    rising = Line("0.1", TIMES, [1.0, 2.0, 3.0])
    kinds = ("timeseries", "heatmap", "state-timeline", "annotation")
    panels = [replace(panel("", rising, kind=kind), panel=f"{kind} {n}") for n in range(6) for kind in kinds]
    alone = [of(each).svg for each in panels]

    for _ in range(5):
        panel_pictures._base.cache_clear()
        (gallery,) = galleries(Run(drawings=panels))
        assert [each.svg for each in gallery.panels] == alone
