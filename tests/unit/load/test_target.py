"""Where load goes and what it is made of: mistakes in the address are named, the mix is kept exactly."""

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.load.errors import TargetError
from tests.load.generator import proportional, run
from tests.load.scenario import Scenario
from tests.load.schedule import Stage
from tests.unit.load.conftest import Bare

READS: Mapping[str, int] = {"read_configuration": 1}


def wanted(mix: Mapping[str, int] | None = None) -> Scenario:
    return Scenario("test", "a claim", [Stage(seconds=1, rate=10)], mix or {})


async def test_target_that_does_not_answer_is_named(unused_tcp_port: int) -> None:
    with pytest.raises(TargetError, match=f"127.0.0.1:{unused_tcp_port} does not answer"):
        await run(f"http://127.0.0.1:{unused_tcp_port}/", wanted())


async def test_scenario_against_something_else_is_refused(bare: Bare) -> None:
    with pytest.raises(TargetError, match="POST /api/v1/applications answered 200: is a Configuration Service there"):
        await run(bare.url, wanted(READS))


@pytest.mark.parametrize("url", ["", "localhost", "ftp://host/", "http://", "http://host:port/", "::"])
async def test_text_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(TargetError, match="is no address to send load to"):
        await run(url, wanted())


async def test_scenario_wants_a_service_without_a_path(bare: Bare) -> None:
    with pytest.raises(TargetError, match="a scenario runs against a service, not a path"):
        await run(f"{bare.url}somewhere", wanted(READS))


def test_mix_is_kept_exactly_and_spread_evenly() -> None:
    assert proportional({"a": 3, "b": 1, "c": 2}) == ["a", "c", "a", "b", "c", "a"]


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9), min_size=1))
def test_each_operation_comes_as_often_as_its_weight_asks(mix: dict[str, int]) -> None:
    assert Counter(proportional(mix)) == mix
