"""What a panel has to show to count as seen: each way in which it may stay flat, be too low, too early or another's."""

import math

import pytest

from fixtures.prometheus import Series
from tests.load.proof.seeing import Seeing
from tests.load.proof.sights import APPLICATION, Sight, sights
from tests.load.scenario import Hold, Scenario, scenarios
from tests.load.schedule import Stage

BEGAN = 1000.0
SERVICE = frozenset({("service", "a")})


def series(*values: float, since: float = BEGAN - 5, service: str = "a") -> Series:
    """One value a second."""
    return Series({"service": service, "job": "otlp"}, [(since + n, value) for n, value in enumerate(values)])


@pytest.mark.parametrize(
    ("drawn", "seen"),
    [
        pytest.param(series(0, 0, 0, 0, 0, 1, 4, 8), True, id="rises"),
        pytest.param(series(0, 0, 0, 0, 0, 0, 0, 0), False, id="stays flat"),
        pytest.param(series(0, 0, 0, 0, 0, 1, 4, 4), False, id="half as tall"),
        pytest.param(series(9, 9, 9, 0, 0, 0, 0, 0), False, id="was there before"),
        pytest.param(series(0, 0, 0, 0, 0, 8, 8, 8, service="b"), False, id="is another's"),
        pytest.param(series(*[math.nan] * 8), False, id="no number"),
        pytest.param(series(), False, id="empty"),
    ],
)
def test_level_has_to_be_reached_after_the_cause(drawn: Series, seen: bool) -> None:
    sight = Sight(APPLICATION, "Request rate", "A", "otlp", SERVICE, since=0.0, level=5.0)

    assert sight.reached([drawn], BEGAN) is seen


@pytest.mark.parametrize(
    ("drawn", "seen"),
    [
        pytest.param(series(2, 1, 2, 1, 2, 2, 4.5, 4), True, id="rises"),
        pytest.param(series(2, 1, 4, 1, 2, 2, 4.5, 4), False, id="has been as high before"),
        pytest.param(series(2, 2, 2, 2, 2, 2, 2, 2), False, id="stays flat"),
    ],
)
def test_margin_counts_from_the_highest_before(drawn: Series, seen: bool) -> None:
    sight = Sight("plumbline-containers", "CPU", "A", "", SERVICE, since=0.0, margin=2.0)

    assert sight.reached([drawn], BEGAN) is seen


def test_what_preparation_shows_is_not_the_load() -> None:
    prepared_only = series(0, 0, 0, 0, 9, 9, 9, 9, 0, 0, 0, 0)
    sight = Sight(APPLICATION, "Operations", "A", "otlp", SERVICE, since=0.0, level=5.0, blind=4.0)

    assert not sight.reached([prepared_only], BEGAN)
    assert sight.reached([series(0, 0, 0, 0, 9, 9, 9, 9, 6, 6, 6, 6)], BEGAN)


def test_visible_after_counts_from_the_cause_and_needs_every_panel() -> None:
    early, late = (Sight(APPLICATION, panel, "A", "otlp", SERVICE, since=2.0, level=5.0) for panel in ("one", "other"))
    seeing = Seeing([early, late], BEGAN)

    seeing.look([early], [series(*[0] * 7, 9)], now=BEGAN + 5)
    seeing.look([early], [series(*[0] * 7, 9)], now=BEGAN + 9)

    assert seeing.after == {early: 3.0}
    assert seeing.unseen == [late]
    assert seeing.latest is None


@pytest.mark.parametrize("name", list(scenarios()))
def test_every_scenario_has_panels_that_must_show_it(name: str) -> None:
    found = sights(scenarios()[name])

    assert {each.path for each in found} >= {"config-service", "otlp"}
    assert {"Request rate", "Operations", "Requests by path"} <= {each.panel for each in found}


def test_spike_is_awaited_from_its_own_begin_and_half_way_up() -> None:
    stages = [Stage(5, 10), Stage(8, 110), Stage(5, 10)]

    found = sights(Scenario("spike", "", stages, {"read_configuration": 1}))

    total = next(each for each in found if each.panel == "Connections taken")
    assert (total.since, total.level, total.blind) == (5.0, 60.0, 0.0)
    assert {"CPU", "Received", "Service process"} <= {each.panel for each in found}


def test_rare_operation_is_not_awaited_and_a_held_row_is() -> None:
    stress = Scenario("stress", "", [Stage(10, 20)], {"stress": 39, "list_applications": 1}, hold=Hold(3, 7))

    found = sights(stress)

    assert not [each for each in found if ("operation", "list") in each.labels]
    assert {each.since for each in found if each.panel == "Pool in use"} == {3}
