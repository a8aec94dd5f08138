"""Containers that follow the load, and those that do not: CPU that stays up, stays down, or moves by itself."""

import statistics

import pytest

from tests.load.proof.following import back, drift, following, grown
from tests.load.proof.offered import Rise
from tests.load.proof.shape import Points

STEP = Rise(0.0, 20.0, 0.0, 50.0)
ENDED = 20.5
CHANGES = [0.0, 20.0]
ANSWERED = [(float(t), 50.0) for t in range(20)]
IDLE, BUSY = 0.03, 0.2
ALWAYS = range(-8, 36)


def cores(level: dict[range, float]) -> Points:
    return [(float(t), next(value for span, value in level.items() if t in span)) for t in ALWAYS]


FOLLOWS = cores({range(-8, 3): IDLE, range(3, 24): BUSY, range(24, 40): IDLE})


def test_container_that_follows_has_no_complaint() -> None:
    seen = following("config-service", FOLLOWS, ANSWERED, STEP, CHANGES, ENDED)

    assert seen.complaints(0.025, 12) == []
    assert (seen.before, seen.during, seen.returned_after) == (IDLE, BUSY, 3.5)


@pytest.mark.parametrize(
    ("cpu", "words"),
    [
        pytest.param(cores({range(-8, 3): IDLE, range(3, 40): BUSY}), "CPU came back never", id="stays up"),
        pytest.param(
            cores({range(-8, 3): IDLE, range(3, 34): BUSY, range(34, 40): IDLE}),
            "CPU came back 13.5 s after the load, expected within 12 s",
            id="comes back late",
        ),
        pytest.param(cores({ALWAYS: IDLE}), "CPU rose from 0.030 to 0.030 cores", id="stays down"),
        pytest.param(
            cores({range(-8, 3): BUSY, range(3, 40): IDLE}), "CPU and load correlate by -", id="moves against"
        ),
        pytest.param(
            [(float(t), IDLE + BUSY * (t % 3)) for t in ALWAYS], "CPU and load correlate by -0.02", id="moves by itself"
        ),
    ],
)
def test_container_that_does_not_follow_is_told(cpu: Points, words: str) -> None:
    found = following("postgres", cpu, ANSWERED, STEP, CHANGES, ENDED).complaints(0.025, 12)

    assert any(each.startswith("postgres: ") and words in each for each in found), found


def test_what_moves_within_a_long_stage_is_no_matter() -> None:
    step, ended = Rise(0.0, 300.0, 0.0, 50.0), 300.5
    answered = [(float(t), 50.0) for t in range(300)]
    cpu = [(float(t), (BUSY + 0.2 * (t // 60 % 2) if 3 <= t < 304 else IDLE)) for t in range(-8, 316)]

    seen = following("postgres", cpu, answered, step, [0.0, 300.0], ended)

    assert seen.complaints(0.025, 12) == []


def test_container_without_figures_is_an_error_and_never_back() -> None:
    with pytest.raises(statistics.StatisticsError):
        following("postgres", [], ANSWERED, STEP, CHANGES, ENDED)
    assert back([], STEP, ENDED) is None


def test_memory_that_grows_all_the_time_drifts() -> None:
    assert drift([(float(t), 1000.0 * t) for t in range(30)], 0, 30) == pytest.approx(10_000, rel=0.1)
    assert drift([(float(t), 1000.0 * min(t, 8)) for t in range(30)], 0, 30) == 0


def test_memory_that_is_kept_has_grown() -> None:
    assert grown([(-1.0, 50.0), (10.0, 90.0), (30.0, 70.0)], ENDED) == 20
    with pytest.raises(ValueError, match="no figures of memory"):
        grown([(-1.0, 50.0), (10.0, 90.0)], ENDED)
