"""During every run all parts answer and none falls: bounded latency, the same containers, no line at level error."""

import pytest

from tests.load.proof.course import Course
from tests.load.proof.ground import PARTS
from tests.load.scenario import scenarios

pytestmark = [pytest.mark.load, pytest.mark.parametrize("scenario", list(scenarios()))]


@pytest.mark.parametrize("part", PARTS)
async def test_part_answers_throughout(course: Course, part: str) -> None:
    attendance = next(each for each in course.attendance if each.part == part)

    assert attendance.complaints(course.result.planned_s) == []


async def test_no_container_restarts_or_is_killed(course: Course) -> None:
    assert course.lives == []
    assert course.interruptions == []


async def test_no_container_complains(course: Course) -> None:
    assert course.complaints == []
