"""Pairs of scrapes of one target that are broken, each with the rule that must say so."""

from tests.unit.exposition.documents import h, om, text
from tests.unit.exposition.scrapes import LONG, counter, gauge, histogram, many, summary

BROKEN_PAIRS: dict[str, tuple[str, str | bytes, str | bytes]] = {
    # falls
    "counter-falls": ("counter-fell", counter(" 5"), counter(" 4")),
    "counter-falls-to-zero": ("counter-fell", counter(" 5"), counter(" 0")),
    "counter-becomes-nan": ("counter-fell", counter(" 5"), counter(" NaN")),
    "counter-falls-one-of-many": ("counter-fell", counter('{x="1"} 5', '{x="2"} 5'), counter('{x="1"} 6', '{x="2"} 4')),
    "counter-falls-same-start": ("counter-fell", counter(" 5", start=1000), counter(" 4", start=1000)),
    "counter-falls-earlier-start": ("counter-fell", counter(" 5", start=1000), counter(" 4", start=900)),
    "counter-falls-start-vanishes": ("counter-fell", counter(" 5", start=1000), counter(" 4")),
    "counter-falls-uptime-grows": (
        "counter-fell",
        counter(" 5") + "process_uptime_seconds 100\n",
        counter(" 4") + "process_uptime_seconds 115\n",
    ),
    "counter-falls-openmetrics": (
        "counter-fell",
        om("# TYPE a counter", "a_total 5"),
        om("# TYPE a counter", "a_total 4"),
    ),
    "counter-falls-same-created": (
        "counter-fell",
        om("# TYPE a counter", "a_total 5", "a_created 100"),
        om("# TYPE a counter", "a_total 4", "a_created 100"),
    ),
    "counter-falls-other-created": (
        "counter-fell",
        om("# TYPE a counter", 'a_total{x="1"} 9', 'a_created{x="1"} 1', 'a_total{x="2"} 9', 'a_created{x="2"} 1'),
        om("# TYPE a counter", 'a_total{x="1"} 9', 'a_created{x="1"} 2', 'a_total{x="2"} 1', 'a_created{x="2"} 1'),
    ),
    "counter-falls-across-formats": (
        "counter-fell",
        counter(" 5", name="a_total"),
        om("# TYPE a counter", "a_total 4"),
    ),
    "counter-falls-other-container": (
        "counter-fell",
        text("# TYPE c counter", 'c{id="x"} 9', 'c{id="y"} 9', 'container_start_time_seconds{id="x"} 1'),
        text("# TYPE c counter", 'c{id="x"} 9', 'c{id="y"} 1', 'container_start_time_seconds{id="x"} 50'),
    ),
    "bucket-falls": ("counter-fell", histogram(2, 3), histogram(1, 3)),
    "histogram-count-falls": ("counter-fell", histogram(2, 3), histogram(2, 2)),
    "histogram-sum-falls": ("counter-fell", histogram(2, 3, 9), histogram(2, 3, 8)),
    "summary-count-falls": ("counter-fell", summary(5, 9), summary(4, 9)),
    "summary-sum-falls": ("counter-fell", summary(5, 9), summary(5, 8)),
    # vanished and churning series
    "series-vanishes": ("series-vanished", counter('{x="1"} 5', '{x="2"} 5'), counter('{x="1"} 5')),
    "gauge-vanishes": ("series-vanished", gauge(" 1") + "b 1\n", "b 1\n"),
    "family-vanishes": ("series-vanished", counter(" 5") + "b 1\n", "b 1\n"),
    "everything-vanishes": ("series-vanished", counter(" 5"), ""),
    "histogram-vanishes": ("series-vanished", histogram(1, 2) + "b 1\n", "b 1\n"),
    "sum-vanishes": ("series-vanished", summary(1, 2), summary(1, 2).replace("s_sum 2\n", "")),
    "series-vanishes-same-start": ("series-vanished", counter('{x="1"} 5', " 1", start=9), counter(" 1", start=9)),
    "label-name-changes": ("series-vanished", counter('{x="1"} 5'), counter('{y="1"} 5')),
    "label-added": ("series-vanished", counter('{x="1"} 5'), counter('{x="1",y="2"} 5')),
    "series-churn": ("series-churn", many(10), many(10, first=10)),
    "series-churn-half": ("series-churn", many(10, kind="gauge"), many(10, first=5, kind="gauge")),
    "series-churn-untyped": ("series-churn", 'a{t="1"} 1\na{t="2"} 1\n', 'a{t="3"} 1\na{t="4"} 1\n'),
    # cardinality
    "cardinality-explodes": ("cardinality", many(5), many(200)),
    "cardinality-explodes-from-one": ("cardinality", many(1), many(60)),
    "cardinality-of-new-family": ("cardinality", "b 1\n", many(2000) + "b 1\n"),
    # changed meaning
    "type-changes": ("type-changed", counter(" 5"), text("# TYPE a gauge", "a 5")),
    "type-changes-to-histogram": ("type-changed", text("# TYPE h gauge", "h 1"), histogram(1, 2)),
    "type-is-lost": ("type-changed", counter(" 5"), "a 5\n"),
    "type-changes-with-restart": (
        "type-changed",
        counter(" 5", start=1),
        counter(" 5", start=9).replace("counter", "gauge"),
    ),
    "type-changes-openmetrics": ("type-changed", om("# TYPE a unknown", "a 1"), om("# TYPE a gauge", "a 1")),
    "help-changes": ("help-changed", LONG, LONG.replace("one", "two")),
    "help-is-lost": ("help-changed", LONG, "# TYPE a counter\na 5\n"),
    "unit-changes": (
        "unit-changed",
        om("# TYPE a_per_s gauge", "# UNIT a_per_s s", "a_per_s 1"),
        om("# TYPE a_per_s gauge", "# UNIT a_per_s per_s", "a_per_s 1"),
    ),
    "bounds-change": ("bounds-changed", histogram(1, 2), histogram(1, 2, bounds=("1", "5"))),
    "bounds-change-same-start": (
        "bounds-changed",
        histogram(1, 2, extra="process_start_time_seconds 9"),
        histogram(1, 2, bounds=("1", "5"), extra="process_start_time_seconds 9"),
    ),
    "bound-goes": (
        "bounds-changed",
        histogram(1, 2),
        text(*h('_bucket{le="1"} 1', '_bucket{le="+Inf"} 2', "_sum 9", "_count 2")),
    ),
    "bound-comes": (
        "bounds-changed",
        text(*h('_bucket{le="1"} 1', '_bucket{le="+Inf"} 2', "_sum 9", "_count 2")),
        histogram(1, 2),
    ),
    # time
    "timestamp-goes-back": ("timestamp-backwards", gauge(" 1 2000"), gauge(" 2 1000")),
    "timestamp-stays-value-moves": ("timestamp-backwards", gauge(" 1 1000"), gauge(" 2 1000")),
    "start-time-goes-back": ("start-backwards", counter(" 5", start=1000), counter(" 6", start=900)),
    # bodies that cannot be read, or say two things
    "after-repeats-a-series": ("series-duplicate", counter(" 5"), counter(" 6", " 7")),
    "before-repeats-a-series": ("series-duplicate", om("a 1", "a 2"), om("a 1")),
    "after-is-cut": ("missing-eof", om("# TYPE a info"), om("# TYPE a info")[:-3]),
    "before-does-not-parse": ("value", "a x\n", "a 1\n"),
    "after-does-not-parse": ("label-syntax", "a 1\n", 'a{x="1 1\n'),
    "after-is-not-utf8": ("encoding", "a 1\n", b'a{x="\xff"} 1\n'),
}
