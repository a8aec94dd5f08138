"""OpenMetrics documents that are legal and lose nothing: the linter must be silent."""

from tests.unit.exposition.documents import h, om

_LABELS_OF_128 = "x" * 127

LEGAL_OPENMETRICS: dict[str, str] = {
    # frame
    "empty": om(),
    "no-line-feed-after-eof": "a 1\n# EOF",
    "minimal": om("a 1"),
    "families-without-samples": om("# TYPE a gauge", "# TYPE b counter", "# HELP c help"),
    # metadata
    "metadata-all": om("# TYPE a_seconds gauge", "# UNIT a_seconds seconds", "# HELP a_seconds help", "a_seconds 1"),
    "metadata-any-order": om("# HELP a_s help", "# UNIT a_s s", "# TYPE a_s gauge", "a_s 1"),
    "metadata-empty": om("# HELP a ", "# UNIT a ", "a 1"),
    "help-escapes": om(r"# HELP a one\ntwo \\ \"three\"", "a 1"),
    "help-unknown-escape": om(r"# HELP a \d \ x", "a 1"),
    "help-null": om("# HELP a he\0lp", "a 1"),
    "help-utf8": om("# HELP a Wärme °C", "a 1"),
    "help-tab": om("# HELP a tab\there", "a 1"),
    "help-two-blanks": om("# HELP a  indented ", "a 1"),
    "no-metadata": om("a 1", 'b{x="1"} 2'),
    "unit-without-type": om("# UNIT a_bytes bytes", "a_bytes 1"),
    "unit-of-counter": om("# TYPE a_seconds counter", "# UNIT a_seconds seconds", "a_seconds_total 1"),
    "unit-of-two-words": om("# TYPE a_bytes_per_second gauge", "# UNIT a_bytes_per_second bytes_per_second"),
    # labels
    "empty-braces": om("a{} 1"),
    "label-empty-value": om('a{x=""} 1', 'a{x="1"} 1'),
    "label-escapes": om(r'a{x="C:\\DIR",y="say \"hi\"",z="two\nlines"} 1'),
    "label-unknown-escape": om(r'a{x="a\z"} 1'),
    "label-hash": om('a{x="foo # bar"} 1', 'a{x="} foo # bar # "} 1'),
    "label-braces": om('a{x="b{a}z",y="1"} 1'),
    "label-utf8": om('a{x="Bjørn 佖佥"} 1'),
    "label-null-and-tab": om('a{x="nu\0ll",y="tab\there"} 1'),
    "label-carriage-return": om('a{x="one\rtwo"} 1'),
    "label-inner-underscores": om('a{x_="_1",y__z="__"} 1'),
    "label-le-on-counter": om("# TYPE a counter", 'a_total{le="c"} 1', 'a_total{le="1"} 1'),
    # values and timestamps
    "values-special": om("a NaN", "b +Inf", "c -Inf", "d Inf", "e nan", "f +infinity"),
    "values-forms": om("a 1e5", "b .5", "c 5.", "d +1.5E-3", "e 0042"),
    "timestamps": om('a{x="1"} 1 0', 'a{x="2"} 1 1.1', 'a{x="3"} 1 1.5e3', 'a{x="4"} 1 -5'),
    "timestamp-nanoseconds": om("a 1 1604676851.123456789", "a 2 1604676851.123456790"),
    "timestamp-huge": om("a 1 12345678901234567890.1234567890"),
    "points": om("# TYPE a gauge", "a 17 123", "a 18 456"),
    "points-of-two-metrics": om("# TYPE a gauge", 'a{x="1"} 1 1', 'a{x="1"} 2 2', 'a{x="2"} 1 1', 'a{x="2"} 2 2'),
    "points-of-summary": om(
        *h("_count 0 123", "_sum 0 123", "_count 0 456", "_sum 0 456", name="s", kind="summary"),
    ),
    "points-same-value": om("# TYPE a gauge", "a 17 123", "a 17 456"),
    # unknown and gauge
    "unknown": om("# TYPE a unknown", "a 1"),
    "unknown-total": om("a_total -1"),
    "gauge-any-value": om("# TYPE a gauge", 'a{x="1"} -1', 'a{x="2"} NaN', 'a{x="3"} -Inf'),
    "gauge-info-by-name": om("# TYPE build_info gauge", 'build_info{version="1"} 1'),
    "gauge-and-unknown-total": om("# TYPE a gauge", "a 1", "a_total 1"),
    "gauge-created-by-name": om("# TYPE fizz_created gauge", "fizz_created 17.0"),
    # counter
    "counter": om("# TYPE a counter", "a_total 1"),
    "counter-created": om("# TYPE a counter", "a_total 17.0 1520879607.789", "a_created 1520430000.123 1520879607.789"),
    "counter-created-without-timestamp": om("# TYPE a counter", "a_total 17.0 1520879607.789", "a_created 1520430000"),
    "counter-created-at-the-epoch": om("# TYPE a counter", "a_total 17.0", "a_created 0"),
    "counter-created-first": om("# TYPE a counter", "a_created 1520430000", "a_total 17.0"),
    "counter-created-each": om(
        "# TYPE a counter", 'a_total{x="1"} 1', 'a_created{x="1"} 5', 'a_total{x="2"} 1', 'a_created{x="2"} 5'
    ),
    "counter-big": om("# TYPE a counter", "a_total 9223372036854775808"),
    "counter-infinite": om("# TYPE a counter", "a_total +Inf"),
    "counter-of-total": om("# TYPE a_total counter", "a_total_total 1"),
    "counter-exemplar": om("# TYPE a counter", 'a_total 0 123 # {t="x"} 0.5'),
    "counter-exemplar-bare": om("# TYPE a counter", "a_total{} 1 # {} 0.5 1520879607.789"),
    # info and stateset
    "info": om("# TYPE a info", 'a_info{version="1"} 1', 'a_info{version="2"} 1.0'),
    "info-entities-mixed": om(
        "# TYPE a info", 'a_info{e="1",v="1"} 1', 'a_info{e="2",v="1"} 1', 'a_info{e="1",v="2"} 1'
    ),
    "info-timestamps": om("# TYPE a info", 'a_info{x="1"} 1 1', 'a_info{x="2"} 1 0'),
    "stateset": om("# TYPE a stateset", 'a{a="on"} 1', 'a{a="off"} 0'),
    "stateset-entities": om(
        "# TYPE a stateset", 'a{e="1",a="on"} 1.0', 'a{e="1",a="off"} 0.0', 'a{e="2",a="on"} 1', 'a{e="2",a="off"} 1'
    ),
    "stateset-none": om("# TYPE a stateset", 'a{a="on"} 0', 'a{a="off"} 0'),
    # histogram
    "histogram": om(*h('_bucket{le="1.0"} 1', '_bucket{le="+Inf"} 2', "_count 2", "_sum 3", "_created 5")),
    "histogram-buckets-only": om(*h('_bucket{le="1.0"} 1', '_bucket{le="+Inf"} 2')),
    "histogram-bounds-spelled-freely": om(
        *h('_bucket{le="0"} 0', '_bucket{le="1e-04"} 0', '_bucket{le="1.1e-3"} 0', '_bucket{le="1"} 0'),
        'h_bucket{le="10000000000"} 0',
        'h_bucket{le="+Inf"} 3',
    ),
    "histogram-floats-that-are-whole": om(*h('_bucket{le="1.0"} 1.0', '_bucket{le="+Inf"} 2e0', "_count 2", "_sum 3")),
    "histogram-negative-bounds": om(*h('_bucket{le="-1.0"} 0', '_bucket{le="1.0"} 1', '_bucket{le="+Inf"} 3')),
    "histogram-negative-bounds-with-count": om(*h('_bucket{le="-1.0"} 0', '_bucket{le="+Inf"} 3', "_count 3")),
    "histogram-two-sets": om(
        *h('_bucket{x="1",le="+Inf"} 2', '_count{x="1"} 2', '_sum{x="1"} 3', '_bucket{x="2",le="+Inf"} 0')
    ),
    "histogram-created-between": om(
        *h("_count 2", "_sum 3", "_created 5", '_bucket{le="1"} 2', '_bucket{le="+Inf"} 2')
    ),
    "histogram-timestamps": om(
        *h('_bucket{le="+Inf"} 2 1', "_count 2 1", "_sum 3 1", '_bucket{le="+Inf"} 3 2', "_count 3 2", "_sum 5 2")
    ),
    "histogram-exemplars": om(
        *h('_bucket{le="0.01"} 0', '_bucket{le="0.1"} 8 # {} 0.054', '_bucket{le="1"} 11 # {t="K"} 0.67'),
        'h_bucket{le="10"} 17 # {t="o"} 9.8 1520879607.789',
        'h_bucket{le="+Inf"} 17',
    ),
    "exemplar-at-bound": om(*h('_bucket{le="1"} 1 # {t="K"} 1', '_bucket{le="+Inf"} 1')),
    "exemplar-128-characters": om(*h('_bucket{le="+Inf"} 3 # {a="' + _LABELS_OF_128 + '"} 4 123')),
    "exemplar-128-wide-characters": om(*h('_bucket{le="+Inf"} 3 # {a="' + "佖" * 127 + '"} 4')),
    "exemplar-hash": om(*h('_bucket{le="+Inf",x="bar # "} 3 # {a="d",f="bar # bar"} 4')),
    "exemplar-quoted-label": om(*h('_bucket{le="+Inf"} 3 # {"id.thing"="d"} 4')),
    "exemplar-below-an-empty-bucket": om(*h('_bucket{le="1"} 0 # {a="b"} 0.5', '_bucket{le="+Inf"} 3')),
    # gauge histogram
    "gaugehistogram": om(
        *h('_bucket{le="1.0"} 1', '_bucket{le="+Inf"} 2', "_gcount 2", "_gsum 3", kind="gaugehistogram")
    ),
    "gaugehistogram-buckets-only": om(*h('_bucket{le="+Inf"} 2', kind="gaugehistogram")),
    "gaugehistogram-negative": om(
        *h('_bucket{le="-1.0"} 1', '_bucket{le="+Inf"} 2', "_gcount 2", "_gsum -5", kind="gaugehistogram")
    ),
    "gaugehistogram-exemplar": om(*h('_bucket{le="+Inf"} 2 # {a="b"} 1', kind="gaugehistogram")),
    # summary
    "summary": om(*h("_count 2", "_sum 3", '{quantile="0.5"} 1', "_created 5", kind="summary")),
    "summary-quantiles-any-order": om(*h('{quantile="0.99"} 2', '{quantile="0.5"} 1', kind="summary")),
    "summary-quantiles-only-nan": om(*h('{quantile="0.5"} NaN', kind="summary")),
    "summary-count-only": om(*h("_count 2", kind="summary")),
    "summary-sum-only": om(*h("_sum 2", kind="summary")),
    "summary-quantile-limits": om(*h('{quantile="0"} 1', '{quantile="1.0"} 1', kind="summary")),
    # quoted names
    "quoted": om('# TYPE "a.b" counter', '# HELP "a.b" help', '{"a.b_total","x.y"="1"} 1', '{"a.b_total"} 1'),
    "quoted-unit": om('# TYPE "a.b_seconds" gauge', '# UNIT "a.b_seconds" seconds', '{"a.b_seconds"} 1'),
    "quoted-name-in-the-middle": om('{q="0.9","http.status",a="b"} 8.3835e-05'),
    "quoted-escapes": om(r'{"my \"odd\" {metric}\n\\","lab\"el"="x"} 1'),
    "quoted-legacy": om("# TYPE a gauge", '{"a",x="1"} 1', 'a{x="2"} 1'),
}
