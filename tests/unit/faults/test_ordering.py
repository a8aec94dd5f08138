"""Wrong orders: which there are, and that none of them is the right one."""

from fixtures.bringup import SERVICES
from fixtures.expectations import SERVICES as EXPECTED
from fixtures.faults.ordering import REVERSE, wrong


def test_every_part_that_waits_is_once_first() -> None:
    firsts = {order[0] for name, order in wrong().items() if name != REVERSE}

    assert firsts == {each.name for each in EXPECTED if each.after}


def test_every_order_is_of_all_parts() -> None:
    assert all(sorted(each) == sorted(SERVICES) for each in wrong().values())


def test_every_order_breaks_the_promised_one() -> None:
    after = {each.name: each.after for each in EXPECTED}

    for order in wrong().values():
        assert any(order.index(name) < order.index(before) for name in order for before in after[name])


def test_reverse_is_the_promised_one_backwards() -> None:
    assert wrong()[REVERSE] == list(reversed(SERVICES))
