"""Promises to clients: what breaks each, and what is said then."""

import pytest

from fixtures.faults.promises import AWAY, NOISE, REFUSED, UNTOUCHED, Promise, late, p99
from fixtures.faults.traffic import Answer


def answers(*seconds: float, status: int = 200, again: bool = False, error: str = "") -> list[Answer]:
    return [Answer("read", 0.0, each, status, again, error) for each in seconds]


USUAL = answers(*[0.01] * 99, 0.03)


@pytest.mark.parametrize("promise", [UNTOUCHED, late(5), REFUSED, AWAY], ids=lambda each: each.words)
def test_good_answers_keep_every_promise(promise: Promise) -> None:
    assert promise.failures_in(USUAL) == []
    assert promise.slowness_in(USUAL, USUAL) == []


@pytest.mark.parametrize(
    ("promise", "status", "broken"),
    [
        (UNTOUCHED, 503, True),
        (UNTOUCHED, 0, True),
        (late(5), 503, True),
        (REFUSED, 503, False),
        (REFUSED, 500, True),
        (REFUSED, 0, True),
        (AWAY, 0, False),
        (AWAY, 503, False),
        (AWAY, 500, True),
    ],
)
def test_each_promise_allows_its_own_failures_only(promise: Promise, status: int, broken: bool) -> None:
    assert bool(promise.failures_in(answers(0.01, status=status, again=True))) == broken


def test_refusal_that_says_not_when_to_come_again_breaks_it() -> None:
    assert REFUSED.failures_in(answers(0.01, 0.01, status=503)) == ["2 answers 503 without Retry-After"]


def test_failures_are_counted_by_what_they_were() -> None:
    found = UNTOUCHED.failures_in(answers(1, 1, status=500) + answers(1, status=0, error="refused"))

    assert found == ["2 of read: 500", "1 of read: refused"]


def test_client_errors_are_no_failures() -> None:
    assert UNTOUCHED.failures_in(answers(0.01, status=404)) == []


def test_what_is_slower_than_noise_is_told() -> None:
    (told,) = UNTOUCHED.slowness_in(USUAL, answers(*[0.01] * 50, 1.0, 1.0))

    assert "took 1.000 s or more, otherwise 0.010 s" in told


def test_noise_is_no_slowness() -> None:
    assert UNTOUCHED.slowness_in(USUAL, answers(*[0.01] * 50, NOISE)) == []


def test_stall_of_every_second_is_no_noise() -> None:
    stalled = [0.8 - 0.05 * (number % 16) for number in range(80)]

    assert UNTOUCHED.slowness_in(USUAL, answers(*stalled))


def test_late_answer_that_is_too_late_is_told() -> None:
    assert late(4).slowness_in(USUAL, answers(1, 3.9, 4.1, 5)) == ["2 took longer than 4 s, up to 5.0 s"]


def test_waiting_for_nobody_is_not_timed() -> None:
    assert AWAY.slowness_in(USUAL, answers(99, status=0)) == []


@pytest.mark.parametrize(("usual", "during"), [([], USUAL), (USUAL, [])])
def test_nothing_to_judge_is_told(usual: list[Answer], during: list[Answer]) -> None:
    assert "nothing to judge" in UNTOUCHED.slowness_in(usual, during)[0]


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (100, 99), (101, 100), (200, 198)])
def test_percentile_is_a_measured_value(count: int, rank: int) -> None:
    assert p99(answers(*range(count, 0, -1))) == rank
