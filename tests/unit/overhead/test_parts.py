"""The small parts: variants, cores, shares of pairs, cAdvisor's accounts, work that ends together."""

import asyncio
import os

import pytest

from fixtures.errors import StackError
from tests.load.overhead.contenders import _together
from tests.load.overhead.cores import Cores, kept_to
from tests.load.overhead.experiment import Plan
from tests.load.overhead.variants import FLOOR, OFF, VARIANTS
from tests.load.overhead.witnesses import Witness, read

ONE, TWO = "1" * 64, "2" * 64
EXPOSITION = f"""\
# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{{cpu="total",id="/docker/{ONE}",name="a"}} 1.5 1700000000250
container_cpu_usage_seconds_total{{cpu="total",id="/system.slice/docker-{TWO}.scope",name="b"}} 2.5 1700000001000
container_cpu_usage_seconds_total{{cpu="total",id="/docker",name=""}} 9 1700000001000
container_cpu_usage_seconds_total{{cpu="cpu00",id="/docker/{ONE}",name="a"}} 1.25 1700000000250
# TYPE container_cpu_user_seconds_total counter
container_cpu_user_seconds_total{{cpu="total",id="/docker/{ONE}",name="a"}} 7 1700000000250
"""


def test_variants_differ_in_telemetry_only() -> None:
    told = {name for each in VARIANTS for name in each.environment}

    assert told
    assert all(name.startswith("OTEL_") for name in told)
    assert FLOOR.environment == OFF.environment
    assert len({each.name for each in VARIANTS}) == len(VARIANTS)


def test_services_get_the_last_core_for_themselves() -> None:
    assert Cores.split({3, 0, 1}) == Cores("3", "0,1")


def test_one_core_is_not_enough() -> None:
    with pytest.raises(StackError, match=r"only one core\n.*\n.*give it two"):
        Cores.split({0})


def test_affinity_comes_back() -> None:
    before = os.sched_getaffinity(0)

    with kept_to(str(min(before))):
        assert os.sched_getaffinity(0) == {min(before)}

    assert os.sched_getaffinity(0) == before


@pytest.mark.parametrize(("pairs", "lives"), [(130, 5), (131, 5), (26, 2), (10, 5)])
def test_lives_share_the_pairs(pairs: int, lives: int) -> None:
    shares = Plan(lives=lives).shares(pairs)

    assert sum(shares) == pairs
    assert len(shares) == lives
    assert max(shares) - min(shares) <= 1


def test_cadvisor_accounts_are_read_by_container_with_their_time() -> None:
    assert read(EXPOSITION) == {ONE: (1.5, 1700000000.25), TWO: (2.5, 1700000001.0)}


def test_accounts_are_compared_over_the_same_time() -> None:
    assert Witness(3.0, 4.0, 5.0).since(Witness(1.0, 1.5, 1.75)) == Witness(2.0, 2.5, 3.25)


async def test_nothing_goes_on_after_a_failure() -> None:
    ended = []

    async def slow() -> None:
        await asyncio.sleep(0.02)
        ended.append(True)

    async def failing() -> None:
        raise StackError("it did not start")

    with pytest.raises(StackError, match="it did not start"):
        await _together([failing(), slow()])

    assert ended == [True]
