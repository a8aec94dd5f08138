"""Every document of the case tables gets the verdict it deserves."""

import pytest

from fixtures.exposition import lint
from fixtures.exposition.rules import COMPARISON, RULES
from tests.unit.exposition.cases_broken_classic import BROKEN_CLASSIC
from tests.unit.exposition.cases_broken_openmetrics import BROKEN_OPENMETRICS
from tests.unit.exposition.cases_legal_classic import LEGAL_CLASSIC
from tests.unit.exposition.cases_legal_openmetrics import LEGAL_OPENMETRICS


@pytest.mark.parametrize("body", LEGAL_CLASSIC.values(), ids=LEGAL_CLASSIC)
def test_legal_classic_document_is_clean(body: str) -> None:
    assert lint(body, "classic") == []


@pytest.mark.parametrize(("rule", "body"), BROKEN_CLASSIC.values(), ids=BROKEN_CLASSIC)
def test_broken_classic_document_is_found(rule: str, body: str | bytes) -> None:
    assert rule in {finding.rule for finding in lint(body, "classic")}


@pytest.mark.parametrize("body", LEGAL_OPENMETRICS.values(), ids=LEGAL_OPENMETRICS)
def test_legal_openmetrics_document_is_clean(body: str) -> None:
    assert lint(body, "openmetrics") == []


@pytest.mark.parametrize(("rule", "body"), BROKEN_OPENMETRICS.values(), ids=BROKEN_OPENMETRICS)
def test_broken_openmetrics_document_is_found(rule: str, body: str | bytes) -> None:
    assert rule in {finding.rule for finding in lint(body, "openmetrics")}


def test_every_rule_has_a_document_that_breaks_it() -> None:
    broken = {rule for rule, _ in (*BROKEN_CLASSIC.values(), *BROKEN_OPENMETRICS.values())}

    assert broken == set(RULES) - set(COMPARISON)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("line", ["a " + "1" * 200_000 + "x", 'a{x="' + r"\\" * 200_000, "a{" + 'x="1",' * 50_000])
def test_hostile_line_costs_no_more_than_its_length(line: str) -> None:
    assert lint(line + "\n", "classic")
    assert lint(line + "\n", "auto")
