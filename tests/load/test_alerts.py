"""Under every scenario the alert rules that should fire do, and the others stay quiet."""

import pytest

from tests.load.proof.course import Course
from tests.load.scenario import scenarios

pytestmark = [pytest.mark.load, pytest.mark.parametrize("scenario", list(scenarios()))]


async def test_alert_rules_do_their_part_and_no_more(course: Course) -> None:
    assert course.expected
    assert course.alarms.complaints(course.expected) == []


async def test_grafana_told_of_its_alerts_throughout(course: Course) -> None:
    assert course.alarms.errors == []
