"""Pairs of scrapes of one target that are sound: the comparison must be silent."""

from tests.unit.exposition.documents import h, om, text
from tests.unit.exposition.scrapes import LONG, START, counter, gauge, histogram, many, summary

SOUND_PAIRS: dict[str, tuple[str, str]] = {
    "same": (LONG, LONG),
    "both-empty": ("", ""),
    "first-scrape-empty": ("", LONG),
    "counter-grows": (counter(" 5"), counter(" 6")),
    "counter-stays-infinite": (counter(" +Inf"), counter(" +Inf")),
    "gauge-falls": (gauge(" 5"), gauge(" -3")),
    "gauge-becomes-nan": (gauge(" 5"), gauge(" NaN")),
    "untyped-falls": ("a 5\n", "a 3\n"),
    "untyped-total-falls": ("a_total 5\n", "a_total 3\n"),
    "order-of-series": (counter('{x="1"} 1', '{x="2"} 1'), counter('{x="2"} 1', '{x="1"} 1')),
    "order-of-labels": (counter('{x="1",y="2"} 1'), counter('{y="2",x="1"} 1')),
    "some-new-label-sets": (many(3), many(9)),
    "many-new-label-sets-of-many": (many(200), many(260)),
    "new-family": (counter(" 1"), counter(" 1") + gauge(" 1")),
    "new-family-of-size": ("", many(100)),
    "family-without-samples-goes": ("# TYPE b gauge\na 1\n", "a 1\n"),
    "help-appears": ("# TYPE a counter\na 5\n", LONG),
    "bounds-spelled-differently": (histogram(1, 2), histogram(1, 2, bounds=("1.0", "2e0"))),
    "histogram-grows": (histogram(1, 2), histogram(3, 5, 20)),
    "histogram-new-label-set": (
        text(*h('_bucket{le="+Inf"} 2', "_sum 3", "_count 2")),
        text(
            *h('_bucket{le="+Inf"} 2', "_sum 3", "_count 2"),
            'h_bucket{x="1",le="+Inf"} 1',
            'h_sum{x="1"} 1',
            'h_count{x="1"} 1',
        ),
    ),
    "histogram-sum-of-negatives-falls": (
        histogram(1, 2, 5, bounds=("-1", "1")),
        histogram(2, 3, 1, bounds=("-1", "1")),
    ),
    "summary-quantiles-fall": (summary(5, 10, 3), summary(6, 12, 1)),
    "summary-sum-of-negatives-falls": (summary(5, 3, -1), summary(6, 2, -1)),
    "gauge-histogram-falls": (
        om(*h('_bucket{le="+Inf"} 5', "_gcount 5", "_gsum 9", kind="gaugehistogram")),
        om(*h('_bucket{le="+Inf"} 2', "_gcount 2", "_gsum 1", kind="gaugehistogram")),
    ),
    "stateset-changes": (
        om("# TYPE a stateset", 'a{a="on"} 1', 'a{a="off"} 0'),
        om("# TYPE a stateset", 'a{a="on"} 0', 'a{a="off"} 1', 'a{a="new"} 0'),
    ),
    "info-gets-a-label": (
        om("# TYPE a info", 'a_info{version="1"} 1'),
        om("# TYPE a info", 'a_info{version="1",commit="c"} 1'),
    ),
    "restart": (counter(" 500", start=1000), counter(" 3", start=2000)),
    "restart-loses-series": (counter('{x="1"} 5', start=1000), counter('{x="2"} 1', start=2000)),
    "restart-of-histogram": (
        histogram(5, 9, 30, extra=f"{START} 1000"),
        histogram(0, 1, 2, extra=f"{START} 2000"),
    ),
    "restart-with-new-help": (
        text("# HELP a one", "a 1", f"{START} 1000"),
        text("# HELP a two", "a 1", f"{START} 2000"),
    ),
    "restart-with-new-bounds": (
        histogram(5, 9, extra=f"{START} 1000"),
        histogram(0, 1, bounds=("1", "5"), extra=f"{START} 2000"),
    ),
    "restart-told-by-uptime": (
        counter('{x="1"} 500', '{x="2"} 5') + "process_uptime_seconds 9000\n",
        counter('{x="1"} 3') + "process_uptime_seconds 2\n",
    ),
    "restart-told-by-uptime-counter": (
        om("# TYPE a counter", "a_total 9", "# TYPE c_uptime_seconds counter", "c_uptime_seconds_total 9"),
        om("# TYPE a counter", "a_total 1", "# TYPE c_uptime_seconds counter", "c_uptime_seconds_total 1"),
    ),
    "container-ends": (
        text('c{id="x"} 9', 'c{id="y"} 9', 'container_start_time_seconds{id="x"} 1', "b 1"),
        text('c{id="y"} 9', "b 1"),
    ),
    "container-is-replaced": (
        text('c{id="x",name="db"} 9', 'container_start_time_seconds{id="x",name="db"} 1'),
        text('c{id="y",name="db"} 1', 'container_start_time_seconds{id="y",name="db"} 50'),
    ),
    "restart-of-one-container": (
        text(
            "# TYPE c counter",
            'c{id="x"} 9',
            'c{id="y"} 9',
            'container_start_time_seconds{id="x"} 1',
            'container_start_time_seconds{id="y"} 1',
        ),
        text(
            "# TYPE c counter",
            'c{id="x"} 1',
            'c{id="y"} 9',
            'container_start_time_seconds{id="x"} 50',
            'container_start_time_seconds{id="y"} 1',
        ),
    ),
    "created-moves": (
        om("# TYPE a counter", "a_total 9", "a_created 100"),
        om("# TYPE a counter", "a_total 1", "a_created 200"),
    ),
    "created-moves-for-one": (
        om("# TYPE a counter", 'a_total{x="1"} 9', 'a_created{x="1"} 100', 'a_total{x="2"} 9', 'a_created{x="2"} 100'),
        om("# TYPE a counter", 'a_total{x="1"} 1', 'a_created{x="1"} 200', 'a_total{x="2"} 9', 'a_created{x="2"} 100'),
    ),
    "created-moves-for-histogram": (
        om(*h('_bucket{le="1"} 5', '_bucket{le="+Inf"} 5', "_count 5", "_sum 3", "_created 100")),
        om(*h('_bucket{le="1"} 1', '_bucket{le="+Inf"} 1', "_count 1", "_sum 1", "_created 200")),
    ),
    "created-moves-with-new-bounds": (
        om(*h('_bucket{le="1"} 5', '_bucket{le="+Inf"} 5', "_count 5", "_sum 3", "_created 100")),
        om(*h('_bucket{le="2"} 1', '_bucket{le="+Inf"} 1', "_count 1", "_sum 1", "_created 200")),
    ),
    "created-moves-in-classic": (
        text("# TYPE a_total counter", "a_total 9", "# TYPE a_created gauge", "a_created 100"),
        text("# TYPE a_total counter", "a_total 1", "# TYPE a_created gauge", "a_created 200"),
    ),
    "start-time-jitters": (counter(" 5", start=1000), counter(" 6", start=1000).replace("1000", "1000.2")),
    "classic-then-openmetrics": (
        text(
            "# HELP a_total help",
            "# TYPE a_total counter",
            "a_total 5",
            *h('_bucket{le="1"} 1', '_bucket{le="+Inf"} 1'),
        )
        + text("h_sum 1", "h_count 1", "# TYPE i_info gauge", 'i_info{v="1"} 1', "# TYPE u untyped", "u 1"),
        om(
            "# HELP a help",
            "# TYPE a counter",
            "a_total 6",
            "a_created 5",
            *h('_bucket{le="1.0"} 1', '_bucket{le="+Inf"} 1'),
        ).replace("# EOF\n", "")
        + om("h_count 1", "h_sum 1", "# TYPE i info", 'i_info{v="1"} 1', "# TYPE u unknown", "u 1"),
    ),
    "openmetrics-then-classic": (
        om("# TYPE a counter", "a_total 5", "a_created 5"),
        text("# TYPE a_total counter", "a_total 6"),
    ),
    "timestamps-grow": (gauge(" 1 1000"), gauge(" 2 2000")),
    "timestamp-and-value-stay": (gauge(" 1 1000"), gauge(" 1 1000")),
    "unit-appears": (om("# TYPE a_s gauge", "a_s 1"), om("# TYPE a_s gauge", "# UNIT a_s s", "a_s 1")),
}
