"""If-Match compares strongly, If-None-Match weakly, and what is malformed is told from what is stale."""

import time

import pytest

from service.conditions import MalformedCondition, unchanged, wanted_versions


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        (None, None),
        ("*", None),
        (' "3" ', [3]),
        ('"3", "4"', [3, 4]),
        ('"a,b","5"', [5]),
        ('W/"3"', []),
        ('"03"', []),
        ('"0"', []),
        ('""', []),
        ('"9999999999999999999999"', []),
    ],
)
def test_if_match_names_versions(header: str | None, versions: list[int] | None) -> None:
    assert wanted_versions(header) == versions


@pytest.mark.parametrize("header", ["", "3", '"3', '"3" "4"', "*, *", 'w/"3"', '"3";', "\xff"])
def test_malformed_if_match_is_refused(header: str) -> None:
    with pytest.raises(MalformedCondition):
        wanted_versions(header)


@pytest.mark.parametrize(
    ("header", "same"),
    [(None, False), ("*", True), ('"3"', True), ('W/"3"', True), ('"1", "3"', True), ('"30"', False), ("3", False)],
)
def test_if_none_match_is_weak(header: str | None, *, same: bool) -> None:
    assert unchanged(header, 3) is same


@pytest.mark.parametrize("header", ['"1"' + " " * 60_000 + "x", '"1"' + " \t" * 30_000 + "x", "," + " " * 60_000 + "x"])
def test_blanks_without_end_are_refused_at_once(header: str) -> None:
    began = time.thread_time()

    with pytest.raises(MalformedCondition):
        wanted_versions(header)

    assert time.thread_time() - began < 0.5
