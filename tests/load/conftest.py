"""What the claims of load ask: each scenario's course, lived through once for the session, whoever asks first."""

from collections.abc import Iterator

import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.grafana.session import DRILL
from tests.load.proof.course import Course
from tests.load.proof.courses import Courses


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the scenarios are, and who runs them."""
    parser.addoption("--load-profile", choices=["short", "full"], default="short", help="how long load scenarios run")
    parser.addoption("--load-engine", choices=["asyncio", "locust"], default="asyncio", help="who generates the load")


@pytest.fixture(scope="session")
def courses(dashboards_ready: Stack, request: pytest.FixtureRequest) -> Iterator[Courses]:
    """The scenarios that tests ask about, on their way one after another once the alert drill of layer 4 is over."""
    tests = [each for each in request.session.items if isinstance(each, pytest.Function)]
    asked = {str(each.callspec.params.get("scenario")) for each in tests if hasattr(each, "callspec")}
    found = Courses(
        dashboards_ready,
        asked,
        request.config.getoption("load_profile", "short"),
        request.config.getoption("load_engine", "asyncio"),
        after=request.config.stash.get(DRILL, None),
    )
    yield found
    found.end()


@pytest_asyncio.fixture(loop_scope="session")
async def course(courses: Courses, scenario: str) -> Course:
    """The course of the scenario that a test is parametrised with."""
    return await courses.of(scenario)
