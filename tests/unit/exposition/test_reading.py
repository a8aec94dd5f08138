"""What the parser gives: samples, families, times in seconds, and the format it chose."""

from collections import Counter
from decimal import Decimal

import pytest
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser

from fixtures.exposition import Exemplar, Format, Sample, parse
from fixtures.exposition.reader import detect
from tests.unit.exposition.cases_legal_classic import LEGAL_CLASSIC
from tests.unit.exposition.cases_legal_openmetrics import LEGAL_OPENMETRICS
from tests.unit.exposition.documents import om, text

FORMATS = {
    "nothing": ("", "", "classic"),
    "plain": ("a 1\n", "", "classic"),
    "eof": (om("a 1"), "", "openmetrics"),
    "eof-not-last": (om("a 1") + "b 1\n", "", "openmetrics"),
    "eof-without-line-feed": ("a 1\n# EOF", "", "openmetrics"),
    "eof-misspelled": ("a 1\n#EOF \n", "", "openmetrics"),
    "counter-with-total-samples": ("# TYPE a counter\n# HELP a help\na_total 1\n", "", "openmetrics"),
    "counter-with-total-in-name": ("# TYPE a_total counter\na_total 1\n", "", "classic"),
    "gauge-before-total": ("# TYPE a gauge\na 1\na_total 1\n", "", "classic"),
    "unit-line": ("# UNIT a_s s\na_s 1\n", "", "openmetrics"),
    "unit-prose": ("# UNIT of a is the second\na 1\n", "", "classic"),
    "own-type": ("# TYPE a info\n", "", "openmetrics"),
    "exemplar": ('a_total{x="1"} 1 # {t="x"} 1\n', "", "openmetrics"),
    "exemplar-after-timestamp": ("a_total 1 12.5 # {} 1\n", "", "openmetrics"),
    "exemplar-in-label-value": ('a{x="} 1 # {y} 1"} 1\n', "", "classic"),
    "exemplar-in-help": ("# HELP a see a 1 # {x}\na 1\n", "", "classic"),
    "content-type-openmetrics": ("a 1\n", "application/openmetrics-text; version=1.0.0", "openmetrics"),
    "content-type-text": (om("a 1"), "text/plain; version=0.0.4", "classic"),
    "content-type-other": (om("a 1"), "application/octet-stream", "openmetrics"),
}


@pytest.mark.parametrize(("body", "content_type", "form"), FORMATS.values(), ids=FORMATS)
def test_format_is_chosen_by_header_then_content(body: str, content_type: str, form: str) -> None:
    assert detect(body, content_type) == form


def test_classic_timestamp_becomes_seconds() -> None:
    assert parse("a 1 1395066363001\n").samples == [Sample("a", {}, 1.0, Decimal("1395066363.001"), None, 1)]


def test_openmetrics_timestamp_keeps_nanoseconds() -> None:
    document = parse(om("a 1 1604676851.123456789"))

    assert document.samples[0].timestamp == Decimal("1604676851.123456789")


def test_family_has_metadata_and_samples() -> None:
    body = om("# HELP a_s one\\ntwo", "# TYPE a_s counter", "# UNIT a_s s", 'a_s_total{x="\\"q\\""} 1 # {t="i"} 0.5 7')
    family = parse(body).families["a_s"]

    assert (family.help, family.type, family.unit) == ("one\ntwo", "counter", "s")
    exemplar = Exemplar({"t": "i"}, 0.5, Decimal(7))
    assert family.samples == [Sample("a_s_total", {"x": '"q"'}, 1.0, None, exemplar, 4)]


def test_usual_and_unusual_spelling_read_alike() -> None:
    usual = parse(text('a{x="1",y="a\\\\b"} 1.5 1000')).samples
    unusual = parse(text(' a {\tx = "1" ,"y"="a\\\\b", }  1.5\t1000 ')).samples

    assert usual == unusual


def test_line_that_cannot_be_read_does_not_hide_the_rest() -> None:
    document = parse("a x\nb 1\n")

    assert [problem.line for problem in document.problems] == [1]
    assert [sample.name for sample in document.samples] == ["b"]


# Legal documents that the library refuses or reads otherwise, and why ours is the right reading.
LIBRARY_DIFFERS = {
    "counter-negative-zero": "the library reads whole numbers as integers, which have no negative zero",
    "points-of-summary": "the library drops the first sample of a second point",
    "histogram-timestamps": "the library drops the first sample of a second point",
    "counter-created-without-timestamp": "the specification asks for the timestamp of the point, Prometheus does not",
    "histogram-negative-bounds-with-count": "the library writes this itself and refuses to read it",
    "quoted-name-in-the-middle": "legal since Prometheus 3",
    "quoted-escapes": "legal since Prometheus 3",
}
LEGAL: dict[str, tuple[Format, str]] = {
    **{f"classic-{name}": ("classic", body) for name, body in LEGAL_CLASSIC.items() if name not in LIBRARY_DIFFERS},
    **{
        f"openmetrics-{name}": ("openmetrics", body)
        for name, body in LEGAL_OPENMETRICS.items()
        if name not in LIBRARY_DIFFERS
    },
}


@pytest.mark.parametrize(("form", "body"), LEGAL.values(), ids=LEGAL)
def test_legal_document_reads_as_the_library_reads_it(form: Format, body: str) -> None:
    library = openmetrics_parser if form == "openmetrics" else parser

    families = library.text_string_to_metric_families(body)

    known = Counter((frozenset(s.labels.items()), repr(float(s.value))) for family in families for s in family.samples)
    assert Counter((frozenset(s.labels.items()), repr(s.value)) for s in parse(body, form).samples) == known
