"""Each scenario ran as its schedule says, kept its thresholds, and left nothing behind."""

from dataclasses import replace

import pytest

from fixtures import deadlines
from tests.load.proof.course import Course
from tests.load.scenario import scenarios
from tests.load.schedule import duration
from tests.load.threshold import Threshold

pytestmark = [pytest.mark.load, pytest.mark.parametrize("scenario", list(scenarios()))]


def in_time(threshold: Threshold) -> Threshold:
    """A threshold on seconds grows with the multiplier for slow machines, as every deadline does."""
    if threshold.unit != "s" or threshold.at_most is None:
        return threshold
    return replace(threshold, at_most=threshold.at_most * deadlines.SLOWNESS)


async def test_generator_was_not_the_bottleneck(course: Course) -> None:
    assert course.result.invalid == [], "invalid: the figures show the generator, not the service"


async def test_every_arrival_is_accounted_for(course: Course) -> None:
    result = course.result

    assert result.scheduled > 0
    assert result.cut == 0
    assert result.scheduled == result.sent + result.dropped
    assert result.planned_s == duration(course.scenario.stages)


async def test_thresholds_are_met(course: Course) -> None:
    verdicts = [in_time(each).judge(course.result) for each in course.scenario.thresholds]

    assert verdicts, f"{course.scenario.name} has no threshold: nothing is judged"
    assert [str(each) for each in verdicts if not each.met] == []


async def test_data_of_the_run_is_removed(course: Course) -> None:
    assert course.result.remains == ""
