"""Annotations as they were delivered are held against their templates: words, labels and figures."""

import pytest

from fixtures.grafana.wording import figures

SHARE = "{{ with .Values.A }}{{ humanizePercentage .Value }}{{ end }} of requests to {{ .Labels.http_route }} fail."
LABELS = {"http_route": "/a (b)", "name": "one"}


@pytest.mark.parametrize(
    ("template", "words", "told"),
    [
        (SHARE, "12.5% of requests to /a (b) fail.", [0.125]),
        ("At least {{ with .Values.A }}{{ .Value }}{{ end }} requests wait.", "At least 6 requests wait.", [6]),
        ('{{ with .Values.A }}{{ printf "%.1f" .Value }}{{ end }} points', "3.0 points", [3]),
        ("{{ .Labels.name }} has restarted.", "one has restarted.", []),
        ("{{ humanizeDuration .Value }} ago: {{ .Value }}", "1m 3s ago: 1e+06", [1e6]),
    ],
)
def test_figures_are_read_back(template: str, words: str, told: list[float]) -> None:
    assert figures(template, LABELS, words) == told


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (SHARE, " of requests to /a (b) fail."),
        (SHARE, "12.5% of requests to /other fail."),
        (SHARE, "12.5% of requests to /a (b) fail. {{ more }}"),
        ("{{ .Labels.nothing }} has restarted.", "<no value> has restarted."),
        ("{{ .Value }} requests wait.", "[ var='A' value=6 ] requests wait."),
    ],
)
def test_other_words_are_noticed(template: str, words: str) -> None:
    assert figures(template, LABELS, words) is None
