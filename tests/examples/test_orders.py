"""The worked example is proven on a stack of its own, and turns red where its service is broken."""

from collections.abc import Callable

from tests.examples.running import Outcome

Outcomes = Callable[[str], Outcome]


def test_example_is_proven(outcomes: Outcomes) -> None:
    whole = outcomes("whole")

    assert whole.code == 0, whole.output
    assert whole.results["verdict"] == "passed"
    assert {row["agrees"] for row in whole.results["ledger"]} == {True}
    assert {row["path"] for row in whole.results["freshness"]} == {"scrape", "otlp"}


def test_count_that_is_pushed_twice_is_found_where_it_arises(outcomes: Outcomes) -> None:
    broken = outcomes("broken")

    assert broken.code == 1, broken.output
    assert broken.failed == {"test_flow_is_equal_at_every_station"}
    assert "the difference arises at: exposition of otlp" in broken.output


def test_nothing_of_either_run_is_left_behind(outcomes: Outcomes) -> None:
    nothing = {"containers": 0, "networks": 0, "volumes": 0}

    assert [outcomes(name).results["leftovers"] for name in ("whole", "broken")] == [nothing, nothing]
