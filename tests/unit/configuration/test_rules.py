"""Every rule is turned red by breaking the real files, and by nothing that is legitimate."""

import pytest

from fixtures.configuration import RULES
from fixtures.configuration.rules.storage import _fits
from tests.unit.configuration.conftest import ROOT, Breaks
from tests.unit.configuration.mutation import Mutation, mutations

BREAKAGES = mutations("breakages/*.yml")
LEGAL = mutations("legal*.yml")
MOST_UNFIT = 0.05
"""Share of the tables that may speak of words which their files no longer have: more, and the tables must be mended."""


@pytest.mark.parametrize("mutation", BREAKAGES, ids=lambda one: one.name)
def test_broken_file_turns_its_rules_red(mutation: Mutation, found_by: Breaks) -> None:
    findings = found_by(mutation)

    assert {one.rule for one in findings} == mutation.rules, "\n".join(map(str, findings))
    assert all(one.line > 0 and one.message and one.mend for one in findings)


@pytest.mark.parametrize("change", LEGAL, ids=lambda one: one.name)
def test_legitimate_change_stays_clean(change: Mutation, found_by: Breaks) -> None:
    assert found_by(change) == []


def test_every_rule_is_broken_by_some_mutation() -> None:
    broken = frozenset[str]().union(*(one.rules for one in BREAKAGES))

    assert set(RULES) - broken == set()


def test_tables_fit_their_files() -> None:
    rows = [*BREAKAGES, *LEGAL]
    unfit = [one.name for one in rows if one.changed(ROOT) is None]

    assert len(unfit) <= MOST_UNFIT * len(rows), unfit


def test_mutation_names_are_unique() -> None:
    names = [one.name for one in (*BREAKAGES, *LEGAL)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("variable", "secret", "fits"),
    [
        ("POSTGRES_PASSWORD_FILE", "postgres_password", True),
        ("DATA_SOURCE_PASS_FILE", "postgres_password", True),
        ("GF_SECURITY_SECRET_KEY__FILE", "grafana_secret_key", True),
        ("GF_SECURITY_SECRET_KEY__FILE", "grafana_admin_password", False),
        ("GF_SECURITY_ADMIN_PASSWORD__FILE", "grafana_secret_key", False),
    ],
)
def test_variable_speaks_of_its_secret_s_kind(variable: str, secret: str, fits: bool) -> None:
    assert _fits(variable, secret) is fits
