"""Container figures follow the load: CPU up and down with it, memory back to where it was and without drift."""

import pytest

from tests.load.proof.course import Course
from tests.load.proof.following import LEAST_CPU, MEMORY_GROWTH, WORKING, drift, following, grown
from tests.load.proof.living import RETURNS_WITHIN
from tests.load.proof.offered import changes, rise

pytestmark = pytest.mark.load


# Not under the mixed load: what its operations cost differs by more than its rate does.
@pytest.mark.parametrize("service", WORKING)
@pytest.mark.parametrize("scenario", ["spike", "sustained"])
async def test_cpu_follows_the_load_up_and_down(course: Course, service: str) -> None:
    step = rise(course.scenario.stages)

    cpu, at = course.history.cpu[service], changes(course.scenario.stages)

    seen = following(service, cpu, course.answered, step, at, course.ended)

    assert seen.complaints(LEAST_CPU[service] * step.step, RETURNS_WITHIN) == []


@pytest.mark.parametrize("service", WORKING)
@pytest.mark.parametrize("scenario", ["sustained"])
async def test_memory_does_not_drift_under_load(course: Course, service: str) -> None:
    step = rise(course.scenario.stages)

    assert drift(course.history.memory[service], step.since, step.until) < MEMORY_GROWTH


# PostgreSQL keeps what it has read in its shared buffers, which fill up once: only the service has to return.
@pytest.mark.parametrize("scenario", ["spike", "sustained", "mixed"])
async def test_memory_returns_after_the_load(course: Course) -> None:
    assert grown(course.history.memory["config-service"], course.ended) < MEMORY_GROWTH
