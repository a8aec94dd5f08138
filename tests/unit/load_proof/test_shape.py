"""The shape of a spike: what counts as the same, and each way in which a panel may show another."""

import pytest

from tests.load.proof.offered import Rise
from tests.load.proof.shape import Points, averaged, differences, half_way, shape, unsteady

CALM, PEAK = 5.0, 100.0
HALF = CALM + (PEAK - CALM) / 2


def spike(peak: float = PEAK, seconds: int = 10, since: int = 10) -> Points:
    return [(float(t), peak if since <= t < since + seconds else CALM) for t in range(40)]


def test_panel_that_averages_over_its_window_shows_the_same_spike() -> None:
    sent = shape(averaged(spike(), 4), half=HALF)

    assert sent is not None
    assert sent.height == PEAK
    assert differences(sent, shape(averaged(spike(since=11), 4), half=HALF)) == []


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        pytest.param(spike(peak=50), "flat: nothing rises above half", id="half as tall"),
        pytest.param(spike(peak=80), "requests, sent were", id="a fifth less"),
        pytest.param(spike(peak=200), "200.0/s tall", id="counted twice"),
        pytest.param(spike(peak=CALM), "flat", id="flat"),
        pytest.param([], "flat", id="empty"),
        pytest.param(spike(seconds=5), "s wide, sent were 11 s", id="half as long"),
        pytest.param(spike(seconds=20), "s wide, sent were 11 s", id="twice as long"),
    ],
)
def test_other_spike_is_told_in_words(drawn: Points, words: str) -> None:
    sent = shape(averaged(spike(), 4), half=HALF)
    assert sent is not None

    found = differences(sent, shape(averaged(drawn, 4), half=HALF))

    assert any(words in each for each in found), found


def test_dip_of_a_moment_does_not_make_it_shorter() -> None:
    sent, drawn = spike(), [(time, value / 3 if time == 15 else value) for time, value in spike()]

    wanted = shape(sent, half=HALF)

    assert wanted is not None
    assert differences(wanted, shape(drawn, half=HALF)) == []


def test_average_begins_with_the_first_whole_window() -> None:
    assert averaged([(0.0, 8.0), (1.0, 0.0), (2.0, 4.0), (3.0, 2.0)], 3) == [(2.0, 4.0), (3.0, 2.0)]


def test_constant_load_with_a_hole_is_unsteady() -> None:
    drawn = [(float(t), 10.0 if t != 7 else 5.0) for t in range(15)]

    assert unsteady(drawn, rate=10) == [(7.0, 5.0)]
    assert unsteady(drawn[8:], rate=10) == []


def test_half_way_is_between_the_rates_before_and_in_the_step() -> None:
    assert half_way([(0.0, 3.0), (1.0, 60.0)], Rise(5, 13, before=5, peak=100)) == pytest.approx(31.5)
