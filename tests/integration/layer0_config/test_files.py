"""The files of the stack agree with each other; each finding names file, line, rule, and how to mend it."""

import pytest

from fixtures.configuration import RULES, Configuration, Rule

pytestmark = pytest.mark.pipeline


def test_every_file_can_be_read(files: Configuration) -> None:
    findings = sorted(files.broken)

    assert not findings, "\n".join(map(str, findings))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_files_agree(rule: Rule, configuration: Configuration) -> None:
    subjects = list(rule.subjects(configuration))
    findings = rule(configuration)

    assert subjects, f"{rule.id} has nothing to check: {rule.checks}"
    assert not findings, "\n".join(map(str, findings))
