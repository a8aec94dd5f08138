"""The order desk proven: the ready-made claims for every row of the table, and one of its own."""

import httpx

from plumbline import Asked
from plumbline.claims import *  # noqa: F403  # the tests themselves


async def test_a_hundred_pieces_are_the_most(asked: Asked) -> None:
    desk = await asked("orders")

    answers = [await desk.post("/orders", json={"pieces": pieces}) for pieces in (100, 101)]

    assert [each.status_code for each in answers] == [httpx.codes.CREATED, httpx.codes.UNPROCESSABLE_ENTITY]
