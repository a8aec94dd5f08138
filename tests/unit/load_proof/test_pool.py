"""The story of an exhausted pool, and each way in which its metrics may fail to tell it."""

from dataclasses import replace

import pytest

from tests.load.proof.pool import Story
from tests.load.proof.shape import Points

SINCE, UNTIL, CALM = 5.0, 9.0, 20.0


def line(before: float, during: float, after: float) -> Points:
    return [(float(t), before if t < SINCE else during if t <= UNTIL else after) for t in range(25)]


STORY = Story("otlp", used=line(2, 10, 0), idle=line(2, 0, 10), pending=line(0, 30, 0), most=10)


def test_exhaustion_and_calm_have_no_complaint() -> None:
    assert STORY.complaints(SINCE, UNTIL, CALM) == []


@pytest.mark.parametrize(
    ("story", "words"),
    [
        pytest.param(
            replace(STORY, used=line(2, 9, 0)), "9 connections were used at most, not 10", id="never all used"
        ),
        pytest.param(replace(STORY, used=line(2, 11, 0)), "more connections were used than the 10", id="too many"),
        pytest.param(replace(STORY, pending=line(0, 0, 0)), "nobody was pending", id="nobody pending"),
        pytest.param(replace(STORY, pending=line(0, 30, 1)), "pending is [1.0, ", id="still waiting"),
        pytest.param(replace(STORY, used=line(2, 10, 1)), "used is [1.0, ", id="still used"),
        pytest.param(replace(STORY, idle=line(2, 0, 0)), "no connection is idle afterwards", id="none idle"),
        pytest.param(Story("otlp", [], [], [], 10), "0 connections were used at most", id="no series at all"),
        pytest.param(replace(STORY, used=STORY.used[:15]), "used is [] from 20 s on", id="series ends early"),
    ],
)
def test_other_story_is_told(story: Story, words: str) -> None:
    found = story.complaints(SINCE, UNTIL, CALM)

    assert any(each.removeprefix("otlp: ").startswith(words.replace(".0", "")) or words in each for each in found), (
        found
    )
