"""Parts that answer, and those that do not: refused, wrong, slow, or too seldom asked to tell."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from fixtures.errors import QueryError
from tests.load.proof.probes import AT_WORST, USUALLY, Attendance, Probe, attending, exposes

LASTED = 10.0
WELL = [0.01] * 20


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        pytest.param(Attendance("grafana", WELL, ["12:00:00: 502"]), "grafana: 12:00:00: 502", id="wrong"),
        pytest.param(Attendance("grafana", WELL[:4]), "grafana: 4 answers in 10 s, expected 10", id="seldom"),
        pytest.param(Attendance("grafana", []), "grafana: 0 answers in 10 s", id="never asked"),
        pytest.param(Attendance("grafana", [*WELL, *[2 * USUALLY] * 2]), "grafana: 95 % of answers took", id="slow"),
        pytest.param(Attendance("grafana", [*WELL, 2 * AT_WORST]), "grafana: one answer took", id="one very slow"),
    ],
)
def test_part_that_does_not_answer_well_is_told(kept: Attendance, words: str) -> None:
    assert any(each.startswith(words) for each in kept.complaints(LASTED))


def test_part_that_answers_well_has_no_complaint() -> None:
    assert Attendance("grafana", WELL).complaints(LASTED) == []


def answering(status: int, text: str) -> Callable[[], Awaitable[str]]:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text=text))
    return exposes(httpx.AsyncClient(transport=transport, base_url="http://part"), "/metrics", "the_word")


@pytest.mark.parametrize(
    ("status", "text", "wrong"),
    [
        (200, "the_word 1", ""),
        (503, "the_word 1", "/metrics answered 503"),
        (200, "", "/metrics does not say the_word"),
    ],
)
async def test_page_has_to_be_there_and_to_say_its_word(status: int, text: str, wrong: str) -> None:
    assert await answering(status, text)() == wrong


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), QueryError("no"), ConnectionResetError()], ids=repr)
async def test_failed_question_is_kept_and_the_next_is_asked(error: Exception) -> None:
    asked, again = asyncio.Event(), asyncio.Event()

    async def ask() -> str:
        if asked.is_set():
            again.set()
            return ""
        asked.set()
        raise error

    async with attending([Probe("grafana", ask)]) as (kept,), asyncio.timeout(10):
        await again.wait()

    assert len(kept.wrong) == 1
    assert repr(error) in kept.wrong[0]
