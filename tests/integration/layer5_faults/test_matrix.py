"""Each part suffers each fault under gentle traffic: what clients saw, what was lost, who told, when it was over."""

import pytest
import pytest_asyncio

from fixtures.faults.matrix import ROWS, Row
from fixtures.faults.outcome import Outcome
from fixtures.faults.patient import Patient
from fixtures.faults.trial import undergo
from fixtures.faults.ward import Ward
from fixtures.results import record

pytestmark = pytest.mark.faults


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=ROWS, ids=lambda row: row.name)
async def outcome(request: pytest.FixtureRequest, broken: Ward, patient: Patient) -> Outcome:
    """What was seen of one row of the matrix, lived through once for all claims about it."""
    row: Row = request.param
    found = await undergo(patient, row, broken.twin)
    record("faults", found.figures())
    return found


def test_clients_see_what_they_are_promised(outcome: Outcome) -> None:
    assert "clients" not in outcome.complaints, (
        f"promised: {outcome.row.clients.words}\n{outcome.complaints['clients']}"
    )


def test_every_station_counts_the_same_afterwards(outcome: Outcome) -> None:
    assert outcome.complaints.get("counts") is None


def test_rows_are_those_that_were_acknowledged(outcome: Outcome) -> None:
    assert outcome.complaints.get("rows") is None


def test_paths_without_the_part_have_no_hole(outcome: Outcome) -> None:
    assert outcome.complaints.get("paths") is None


def test_nobody_else_falls_silent(outcome: Outcome) -> None:
    assert outcome.complaints.get("peers") is None


def test_all_is_well_again_in_time(outcome: Outcome) -> None:
    assert outcome.complaints.get("recovery") is None


def test_fault_can_be_seen_in_what_is_measured(outcome: Outcome) -> None:
    assert outcome.complaints.get("proof") is None
