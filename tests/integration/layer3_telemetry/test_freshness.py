"""How old what people see is, hop by hop on both paths, against what the configured intervals allow."""

import pytest

from fixtures import deadlines
from fixtures.background import Background
from fixtures.expectations import FRESHNESS_BOUND
from fixtures.freshness import CANARIES, Hop

pytestmark = pytest.mark.pipeline
HOPS = {
    "scrape": ["emit → service", "service → prometheus", "prometheus → grafana"],
    "otlp": ["emit → collector", "collector → prometheus", "prometheus → grafana"],
}


@pytest.mark.parametrize("path", sorted(HOPS))
async def test_each_hop_keeps_its_bound(freshness: Background[list[Hop]], path: str) -> None:
    hops = [each for each in await freshness.result(2 * deadlines.VISIBLE) if each.path == path]

    late = [each.row() for each in hops if max(each.seconds) > each.bound]

    assert [each.hop for each in hops] == HOPS[path]
    assert {len(each.seconds) for each in hops} == {CANARIES}
    assert late == []


@pytest.mark.parametrize("path", sorted(HOPS))
async def test_whole_way_is_within_thirty_seconds(freshness: Background[list[Hop]], path: str) -> None:
    hops = [each for each in await freshness.result(2 * deadlines.VISIBLE) if each.path == path]

    whole = [sum(canary) for canary in zip(*(each.seconds for each in hops), strict=True)]

    assert len(whole) == CANARIES
    assert max(whole) < FRESHNESS_BOUND
    assert sum(each.bound for each in hops) < FRESHNESS_BOUND
