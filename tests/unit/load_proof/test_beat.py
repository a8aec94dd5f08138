"""Questions beside a run: asked again and again, to the end of each, and not for ever."""

import asyncio

import pytest

from tests.load.proof.beat import beating


async def test_question_is_asked_again_and_answered_to_its_end() -> None:
    asked, answered, again = 0, 0, asyncio.Event()

    async def ask() -> None:
        nonlocal asked, answered
        asked += 1
        if asked == 3:
            again.set()
        await asyncio.sleep(0.05)
        answered += 1

    async with asyncio.timeout(10), beating([ask], every=0.01):
        await again.wait()

    assert answered == asked >= 3


async def test_question_without_an_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixtures.deadlines.REQUEST", 0.1)
    began, ended = asyncio.Event(), []

    async def ask() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("given up")

    async with asyncio.timeout(10), beating([ask], every=0.01):
        await began.wait()

    assert ended == ["given up"]


async def test_error_is_raised_when_the_block_is_over() -> None:
    asked = asyncio.Event()

    async def ask() -> None:
        asked.set()
        raise LookupError("no such panel")

    with pytest.raises(LookupError, match="no such panel"):
        async with asyncio.timeout(10), beating([ask], every=0.01):
            await asked.wait()
