"""Each scenario ran as its schedule says, kept its thresholds, and left nothing behind."""

import pytest

from tests.load.proof.course import Course
from tests.load.scenario import scenarios
from tests.load.schedule import duration

pytestmark = [pytest.mark.load, pytest.mark.parametrize("scenario", list(scenarios()))]


async def test_generator_was_not_the_bottleneck(course: Course) -> None:
    assert course.result.invalid == [], "invalid: the figures show the generator, not the service"


async def test_every_arrival_is_accounted_for(course: Course) -> None:
    result = course.result

    assert result.scheduled > 0
    assert result.cut == 0
    assert result.scheduled == result.sent + result.dropped
    assert result.planned_s == duration(course.scenario.stages)


async def test_thresholds_are_met(course: Course) -> None:
    verdicts = [each.judge(course.result) for each in course.scenario.thresholds]

    assert verdicts, f"{course.scenario.name} has no threshold: nothing is judged"
    assert [str(each) for each in verdicts if not each.met] == []


async def test_data_of_the_run_is_removed(course: Course) -> None:
    assert course.result.remains == ""
