"""Every wrong order of start becomes well by itself: who came too early waited, and nobody gave up."""

from collections.abc import Mapping

import pytest

from fixtures.background import Background
from fixtures.faults.ordering import TOLD_WITHIN, WHOLE, Start, wrong
from fixtures.results import record

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("order", wrong())
async def test_wrong_order_becomes_well(ordering_story: Background[Mapping[str, Start]], order: str) -> None:
    start = (await ordering_story.result(TOLD_WITHIN))[order]
    figures = {"lost": 0, "recovered_s": start.seconds, "bound_s": WHOLE}
    record("faults", {"fault": f"start order: {order}", **figures})

    assert start.seconds <= WHOLE
    assert {name: count for name, count in start.restarts.items() if count} == {}
