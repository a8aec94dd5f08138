"""The files of the stack agree with each other; each finding names file, line, rule, and how to mend it."""

import pytest

from fixtures.configuration import RULES, Configuration, Rule
from fixtures.errors import none_found

pytestmark = pytest.mark.pipeline


def test_every_file_can_be_read(files: Configuration) -> None:
    findings = sorted(files.broken)

    none_found(findings)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_files_agree(rule: Rule, configuration: Configuration) -> None:
    subjects = list(rule.subjects(configuration))
    findings = rule(configuration)

    assert subjects, f"{rule.id} has nothing to check: {rule.checks}"
    none_found(findings)
