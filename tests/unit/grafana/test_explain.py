"""Explanations of empty answers, against a Prometheus that answers from a table."""

import pytest

from fixtures.grafana.explain import Reason, explain_empty
from fixtures.prometheus import Prometheus, Sample


class Table(Prometheus):
    """Answers each expression with what the table has for it, and nothing otherwise."""

    def __init__(self, **answers: list[Sample]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def query(self, expression: str, *, at: float | None = None) -> list[Sample]:
        """Look the expression up."""
        self.asked.append(expression)
        return self.answers.get(expression, [])


def found(value: float = 1.0, **labels: str) -> list[Sample]:
    return [Sample(labels, value, 0.0)]


async def test_renamed_metric_is_named_with_when_it_was_last_seen() -> None:
    table = Table(**{"max(max_over_time(timestamp(x_total)[1h:15s]))": found(1700000000.0)})

    (reason,) = await explain_empty(table, "sum(rate(x_total[5s]))")

    assert str(reason) == "x_total: no series is named x_total; last seen at 1700000000"


async def test_the_one_wrong_matcher_is_named_with_what_there_is() -> None:
    table = Table(
        **{
            "group by (__name__) (x)": found(),
            'group by (__name__) (x{a="1"})': found(),
            'group by (b) (x{a="1"})': found(b="other"),
        }
    )

    (reason,) = await explain_empty(table, 'x{a="1", b="2"}')

    assert (reason.label, reason.instead) == ("b", ["other"])
    assert str(reason) == 'x{a="1", b="2"}: no series with b="2"; b is \'other\'; not seen within 1h'


async def test_two_matchers_that_exclude_each_other_are_named_together() -> None:
    table = Table(**{"group by (__name__) (x)": found()})

    (reason,) = await explain_empty(table, 'x{a="1", b="2"}')

    assert reason.because == 'no series has a="1" and b="2" at once, and leaving out one does not help'


async def test_only_the_empty_side_is_blamed() -> None:
    table = Table(**{"group by (__name__) (x)": found()})

    reasons = await explain_empty(table, "x / y")

    assert [each.part for each in reasons] == ["y"]


async def test_offset_and_window_belong_to_the_question() -> None:
    table = Table()

    await explain_empty(table, "rate(x[5s] offset 10s)")

    assert "group by (__name__) (count_over_time(x[5000ms] offset 10000ms))" in table.asked


@pytest.mark.parametrize(
    ("expression", "answers", "words"),
    [
        pytest.param("x > 5", {"x": found(3)}, "the comparison keeps none of ['3']", id="comparison"),
        pytest.param("x / y", {"x": found(a="1"), "y": found(b="2")}, "both sides: a=1 and b=2", id="labels"),
        pytest.param("x", {"x": found(float("nan")), "group by (__name__) (x)": found()}, "", id="NaN of a selector"),
        pytest.param("0 / x", {"0 / x": found(float("nan")), "x": found()}, "every value is NaN", id="NaN"),
        pytest.param("rate(x[1s])", {"group by (__name__) (count_over_time(x[1000ms]))": found()}, "too few", id="few"),
    ],
)
async def test_operation_that_leaves_nothing_says_why(
    expression: str, answers: dict[str, list[Sample]], words: str
) -> None:
    table = Table(**{"group by (__name__) (x)": found(), "group by (__name__) (y)": found(), **answers})

    reasons: list[Reason] = await explain_empty(table, expression)

    assert words in (str(reasons[0]) if reasons else "")


async def test_numbers_need_no_explanation() -> None:
    assert await explain_empty(Table(**{"sum(x)": found()}), "sum(x)") == []


async def test_what_is_no_promql_is_refused() -> None:
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        await explain_empty(Table(), "sum(")
