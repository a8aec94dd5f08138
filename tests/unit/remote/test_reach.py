"""Which tests a remote stack cannot be asked: the table names places and fixtures that exist, each with a reason."""

import pytest

from fixtures.remote.reach import FIXTURES, MARKERS, PLACES, beyond
from fixtures.settings import ROOT


@pytest.mark.parametrize(
    ("path", "fixtures", "markers", "reason"),
    [
        ("layer1_containers/test_order.py::test_it", "stack", "pipeline", "asks the Docker engine of the stack"),
        ("layer2_service/test_things.py::test_it", "api database", "pipeline", FIXTURES["database"]),
        ("layer4_dashboards/test_alerts.py::test_it", "grafana alert_drill", "pipeline", FIXTURES["alert_drill"]),
        ("layer5_faults/test_stop.py::test_it", "stack", "faults", "breaks a part of the stack on purpose"),
        ("layer2_service/test_hostile.py::test_it", "api", "pipeline", "strains the service on purpose"),
        ("layer2_service/test_openapi.py::test_it", "api", "pipeline", ""),
        ("layer0_config/test_files.py::test_it", "", "pipeline", ""),
    ],
)
def test_test_is_beyond_reach_for_a_reason(path: str, fixtures: str, markers: str, reason: str) -> None:
    assert beyond(f"tests/integration/{path}", fixtures.split(), markers.split()) == reason


@pytest.mark.parametrize("place", PLACES)
def test_place_exists(place: str) -> None:
    path, _, test = place.partition("::")

    assert (ROOT / "tests/integration" / path).exists()
    assert not test or f"def {test}(" in (ROOT / "tests/integration" / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("fixture", FIXTURES)
def test_fixture_exists(fixture: str) -> None:
    modules = [*(ROOT / "fixtures").rglob("*.py"), *(ROOT / "tests/integration").rglob("*.py")]

    assert [each for each in modules if f"def {fixture}(" in each.read_text(encoding="utf-8")]


def test_markers_that_do_harm_are_all_there() -> None:
    assert set(MARKERS) == {"faults", "load", "sabotage"}
