"""What the client claims of a run: answers certain, requests without an answer in between, and its rows."""

from collections.abc import Mapping

import pytest

from fixtures.ledger import Page
from tests.load.histogram import Histogram
from tests.load.operations import OPERATIONS
from tests.load.proof.accounts import ANSWERS, Claim, claims
from tests.load.proof.accounts import OPERATIONS as COUNTED
from tests.load.proof.rows import remaining, row_pages
from tests.load.result import Health, OperationResult, Result

EMPTY = Histogram()


def line(name: str, statuses: Mapping[int, int], around: Mapping[int, int], unanswered: int = 0) -> OperationResult:
    row = OPERATIONS[name]
    sent = sum(statuses.values()) + unanswered
    counts = (sent, unanswered, statuses, around)
    return OperationResult(row.entity, row.operation, row.method, row.route, *counts, EMPTY, EMPTY)


def result(**lines: OperationResult) -> Result:
    """A run with these operations; everything else is beside the point."""
    zeros = (0.0, 0.0, 0.0, 0, 0, 0, 0, 0, 0, 0.0, 0.0)
    return Result("mixed", "", *zeros, {}, lines, [], Health(0, 0, 0), EMPTY, EMPTY, EMPTY)


def test_claims_are_by_outcome_and_by_status_with_what_is_around_the_schedule() -> None:
    found = claims(
        result(
            stress=line("stress", {200: 5, 503: 2}, {}, unanswered=1),
            replace=line("replace_configuration", {200: 3}, {}),
            create=line("create_application", {201: 4, 409: 1}, {201: 6}),
        )
    )

    route = OPERATIONS["stress"].route
    assert found[COUNTED.title] == Claim(
        {
            ("configuration", "replace", "success"): 8,
            ("configuration", "replace", "unavailable"): 2,
            ("application", "create", "success"): 10,
            ("application", "create", "conflict"): 1,
        },
        {("configuration", "replace"): 1},
        group=2,
    )
    assert found[ANSWERS.title].certain["PUT", route, "503"] == 2
    assert found[ANSWERS.title].unknown == {("PUT", route): 1}


def test_rows_are_what_was_created_less_what_was_deleted() -> None:
    run = result(
        create=line("create_application", {201: 10}, {201: 4}), delete=line("delete_application", {204: 3}, {204: 11})
    )

    assert remaining(run, "application") == (11, 11)
    assert remaining(run, "configuration") == (0, 0)


def test_rows_without_certainty_are_an_interval() -> None:
    run = result(
        create=line("create_application", {201: 10}, {}, unanswered=2),
        delete=line("delete_application", {204: 3}, {}, unanswered=1),
    )

    assert remaining(run, "application") == (6, 9)


@pytest.mark.parametrize(
    ("kept", "after", "blamed"),
    [
        pytest.param(10, 0, None, id="as they should be"),
        pytest.param(9, 0, "rows: applications of the run", id="an acknowledged create is no row"),
        pytest.param(11, 0, "rows: applications of the run", id="a row too many"),
        pytest.param(10, 2, "rows: applications after its removal", id="rows that stay"),
    ],
)
def test_rows_that_differ_are_told(kept: int, after: int, blamed: str | None) -> None:
    run = result(create=line("create_application", {201: 10}, {}))

    found = row_pages(run, {"application": kept, "configuration": 0}, {"application": after, "configuration": 0})

    assert [each.fact for each in found if broken(each)] == ([blamed] if blamed else [])


def broken(page: Page) -> bool:
    return page.broken_at is not None
