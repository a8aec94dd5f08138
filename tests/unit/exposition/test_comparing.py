"""Every pair of scrapes gets the verdict it deserves."""

import pytest

from fixtures.exposition import compare
from fixtures.exposition.rules import COMPARISON
from tests.unit.exposition.cases_broken_pairs import BROKEN_PAIRS
from tests.unit.exposition.cases_sound_pairs import SOUND_PAIRS


@pytest.mark.parametrize(("before", "after"), SOUND_PAIRS.values(), ids=SOUND_PAIRS)
def test_sound_pair_is_clean(before: str, after: str) -> None:
    assert compare(before, after) == []


@pytest.mark.parametrize(("rule", "before", "after"), BROKEN_PAIRS.values(), ids=BROKEN_PAIRS)
def test_broken_pair_is_found(rule: str, before: str | bytes, after: str | bytes) -> None:
    assert rule in {finding.rule for finding in compare(before, after)}


def test_findings_of_unreadable_scrapes_name_the_side() -> None:
    findings = compare("a x\n", "a 1\nb y\n")

    assert [(finding.side, finding.line) for finding in findings] == [("before", 1), ("after", 2)]


def test_every_rule_has_a_pair_that_breaks_it() -> None:
    assert set(COMPARISON) <= {rule for rule, _, _ in BROKEN_PAIRS.values()}
