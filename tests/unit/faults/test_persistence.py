"""The story of persistence: starts in a wrong order are named, and other names of images are given back."""

import pytest

from fixtures.bringup import Stack
from fixtures.events import Event
from fixtures.faults.persistence import disorder, other_names
from tests.unit.fixtures.fake_docker import FakeDocker

PARTS = ("postgres", "config-service")
HEALTHY = "health_status: healthy"


def events(*said: tuple[str, str, float]) -> list[Event]:
    return [Event(*each) for each in said]


RIGHT = [("postgres", "start", 1.0), ("postgres", HEALTHY, 2.0), ("config-service", "start", 2.0)]


def test_promised_order_is_no_disorder() -> None:
    assert disorder(events(*RIGHT), 0.0, PARTS) == []


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([RIGHT[0], RIGHT[2], ("postgres", HEALTHY, 2.1)], id="started too early"),
        pytest.param([RIGHT[0], RIGHT[2]], id="never healthy"),
        pytest.param(RIGHT[:2], id="never started"),
        pytest.param([(*RIGHT[1][:2], -1.0), RIGHT[0], RIGHT[2]], id="healthy in an earlier life only"),
    ],
)
def test_disorder_names_both_parts(said: list[tuple[str, str, float]]) -> None:
    assert disorder(events(*said), 0.0, PARTS) == ["config-service started before postgres was healthy"]


async def test_other_names_are_given_back(fake_docker: FakeDocker, stack: Stack) -> None:
    async with other_names(stack) as names:
        assert names == {"CONFIG_SERVICE_IMAGE": "plumbline/moved:0a1b2c3d-config-service"}

    assert [each.line for each in fake_docker.calls()] == [
        "tag plumbline/config-service:x plumbline/moved:0a1b2c3d-config-service",
        "rmi --force plumbline/moved:0a1b2c3d-config-service",
    ]
