"""Under database stress the pool's metrics tell the story: all connections used, callers waiting, then calm again."""

import pytest

from fixtures.environment import example
from fixtures.expectations import PATH_JOBS
from tests.load.proof.course import Course

pytestmark = [pytest.mark.load, pytest.mark.parametrize("scenario", ["database-stress"])]
MOST = int(example()["DATABASE_POOL_MAX"])
GIVES_UP = float(example()["DATABASE_ACQUIRE_TIMEOUT"])


@pytest.mark.parametrize("path", PATH_JOBS.values())
async def test_pool_shows_exhaustion_and_then_calm(course: Course, path: str) -> None:
    story = course.history.pool[path]
    assert course.held is not None
    since, until = (each - course.result.began for each in (course.held.since, course.held.until))

    assert story.most == MOST
    assert story.complaints(since, until, course.calm) == []


async def test_refusals_are_counted_as_such_everywhere(course: Course) -> None:
    pages = {each.fact: each for each in course.pages}
    refused = pages["operations: configuration replace unavailable"]

    assert course.result.answers()["PUT", ROUTE, 503] > 0
    assert refused.entries[0].value == course.result.answers()["PUT", ROUTE, 503]
    assert refused.broken_at is None, refused


async def test_long_waits_are_in_the_histogram(course: Course) -> None:
    assert course.waited > 0


async def test_service_recovers_when_the_row_is_free(course: Course) -> None:
    assert course.held is not None
    free = course.held.until - course.result.began + GIVES_UP
    later = [each for each in course.result.seconds if each.t > free]

    assert sum(each.answered for each in later) > 0
    assert sum(each.errors for each in later) == 0


ROUTE = "/api/v1/applications/{application_id}/configurations/{configuration_id}"
