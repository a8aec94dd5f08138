"""The load is seen in every panel that should show it, in time, and as tall and as long as it was sent."""

from statistics import fmean

import pytest

from fixtures import deadlines
from fixtures.expectations import PATH_JOBS
from tests.load.operations import CONFIGURATION
from tests.load.proof.course import Course
from tests.load.proof.offered import rise
from tests.load.proof.shape import FLAT_WINDOW, averaged, differences, half_way, shape, unsteady
from tests.load.proof.sights import WINDOW
from tests.load.scenario import scenarios

EVERY = list(scenarios())
pytestmark = pytest.mark.load


@pytest.mark.parametrize("scenario", EVERY)
async def test_load_is_visible_in_every_panel_in_time(course: Course) -> None:
    assert course.seeing.sights
    assert course.seeing.unseen == [], course.seeing.errors
    assert {each: after for each, after in course.seeing.after.items() if after > deadlines.VISIBLE} == {}


@pytest.mark.parametrize("path", PATH_JOBS.values())
@pytest.mark.parametrize("scenario", ["baseline", "spike", "sustained", "mixed"])
async def test_panel_shows_load_as_tall_and_long_as_sent(course: Course, path: str) -> None:
    sent = averaged(course.sent_by(CONFIGURATION), WINDOW)
    half = half_way(sent, rise(course.scenario.stages))
    wanted = shape(sent, half=half)

    assert wanted is not None, "nothing was sent at the scenario's greatest rate"
    # What ended within a window before the load began is drawn for a while, and is not the load's.
    drawn = [point for point in course.history.drawn[path] if point[0] >= 0]
    assert differences(wanted, shape(drawn, half=half)) == [], f"above {half:.1f}/s; sent {sent}; drawn {drawn}"


@pytest.mark.parametrize("path", PATH_JOBS.values())
@pytest.mark.parametrize("scenario", ["baseline", "sustained"])
async def test_panel_of_constant_load_is_flat(course: Course, path: str) -> None:
    step = rise(course.scenario.stages)
    since, until = step.since + WINDOW + 2, step.until - 1
    inside = [value for time, value in course.sent_by(CONFIGURATION) if since <= time <= until]
    drawn = [point for point in course.history.drawn[path] if since <= point[0] <= until]

    assert len(drawn) > FLAT_WINDOW
    assert unsteady(averaged(drawn, FLAT_WINDOW), rate=fmean(inside)) == []
