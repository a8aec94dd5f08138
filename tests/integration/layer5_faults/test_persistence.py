"""What is kept survives a restart, new containers and another image, in full; without its volumes it is gone."""

import pytest

from fixtures.background import Background
from fixtures.expectations import SERVICES
from fixtures.faults.keepsakes import MADE
from fixtures.faults.persistence import TOLD_WITHIN, Story
from fixtures.grafana.dashboards import shipped
from fixtures.results import record

pytestmark = pytest.mark.faults
CHANGES = ("restart", "recreation", "another image")


async def told(story: Background[Story]) -> Story:
    return await story.result(TOLD_WITHIN)


async def test_there_was_something_to_keep(persistence_story: Background[Story]) -> None:
    before = (await told(persistence_story)).before

    assert sum(len(points) for points in before.samples.values()) > 5000
    assert {table: len(rows) for table, rows in before.rows.items()} == {"applications": 3, "configurations": 3}
    assert before.dashboards[MADE]["version"] == 2
    assert before.dashboards.keys() == {MADE, *(each.uid for each in shipped())}
    assert [each["text"] for each in before.notes] == ["a person wrote this"]


@pytest.mark.parametrize("change", CHANGES)
async def test_everything_survives(persistence_story: Background[Story], change: str) -> None:
    story = await told(persistence_story)

    lost = story.before.lost(story.changes[change].kept)

    figures = {"lost": len(lost), "recovered_s": story.changes[change].seconds}
    record("faults", {"fault": f"all parts: {change}", **figures})
    assert lost == []


@pytest.mark.parametrize("change", ["recreation", "another image"])
async def test_containers_were_others(persistence_story: Background[Story], change: str) -> None:
    containers = (await told(persistence_story)).changes[change].containers

    assert {name for name, (before, after) in containers.items() if before == after} == set()


async def test_images_were_others(persistence_story: Background[Story]) -> None:
    images = (await told(persistence_story)).changes["another image"].images

    assert {name for name, (before, after) in images.items() if before == after} == set()
    assert len(images) >= len(SERVICES) - 1


async def test_parts_came_back_in_the_promised_order(persistence_story: Background[Story]) -> None:
    assert (await told(persistence_story)).changes["recreation"].disorder == []


async def test_without_its_volumes_everything_is_gone(persistence_story: Background[Story]) -> None:
    gone = (await told(persistence_story)).without_volumes

    assert gone.samples == {}
    assert {table: list(rows) for table, rows in gone.rows.items()} == {"applications": [], "configurations": []}
    assert gone.dashboards.keys() == {each.uid for each in shipped()}
    assert gone.notes == []
