"""Sums of a run's lines: exact in every view, whole in a file, added up over several generators."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.load.histogram import LONGEST_S, Histogram
from tests.load.lines import CUT_OFF, NO_CONNECTION, REASONS, TIMED_OUT
from tests.load.result import Health, Result, merge
from tests.unit.load.results import CREATE, READ, REPLACE, Line, result_of, written

SECONDS = st.floats(0, 5)
FEW = settings(derandomize=True, max_examples=15, deadline=None)
STATUSES = st.sampled_from([0, 200, 201, 404, 503, TIMED_OUT, NO_CONNECTION, CUT_OFF])


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Arrivals in order of when they were due."""
    found = []
    for due in sorted(draw(st.lists(SECONDS, max_size=12))):
        sent = due + draw(SECONDS)
        found.append((draw(st.sampled_from([READ, CREATE, REPLACE])), due, sent, sent + draw(SECONDS), draw(STATUSES)))
    return found


def same(one: Histogram, other: Histogram) -> bool:
    return one.encoded() == other.encoded()


@FEW
@given(lines())
def test_every_arrival_is_counted_once_in_every_view(made: list[Line]) -> None:
    result = result_of(made)

    unanswered = sum(each.unanswered for each in result.operations.values())
    assert result.scheduled == len(made) == result.sent + result.dropped
    assert result.sent == result.answered + unanswered == sum(each.sent for each in result.operations.values())
    for name in ("offered", "sent", "answered", "dropped", "errors"):
        whole = {"offered": result.scheduled, "errors": sum(result.errors.values())}.get(
            name, getattr(result, name, None)
        )
        assert sum(getattr(each, name) for each in result.seconds) == whole
    assert sum(each.latency.count for each in result.seconds) == result.latency.count


@FEW
@given(lines())
def test_result_survives_its_file_whole(made: list[Line]) -> None:
    result = result_of(made)

    read = Result.from_mapping(json.loads(json.dumps(result.mapping(), allow_nan=False)))

    assert read.row() == result.row()
    assert read.mapping() == result.mapping()
    assert read.counted() == result.counted()


@FEW
@given(lines(), lines())
def test_merged_results_add_up(one: list[Line], other: list[Line]) -> None:
    first, second = result_of(one), result_of(other, began=1002.0)

    both = merge([first, second])

    assert (both.scheduled, both.sent, both.dropped) == (
        len(one) + len(other),
        first.sent + second.sent,
        both.scheduled - both.sent,
    )
    assert both.counted() == first.counted() + second.counted()
    assert both.latency.count == first.latency.count + second.latency.count
    assert Counter(both.errors) == Counter(first.errors) + Counter(second.errors)
    assert sum(each.answered for each in both.seconds) == both.answered


def test_merged_generators_share_one_axis_of_time() -> None:
    one, other = [(READ, 0.0, 0.0, 0.1, 200)], [(READ, 0.0, 0.0, 0.2, 200), (READ, 1.0, 1.0, 1.1, 200)]

    both = merge([result_of(one, began=1002.0), result_of(other, began=1000.1)])

    assert both.began == 1000.1
    assert {each.t: each.answered for each in both.seconds if each.answered} == {0: 1, 1: 1, 2: 1}


def test_merged_run_is_as_unwell_as_its_worst_generator() -> None:
    sick = Health(loop_lag_p99_s=0.5, loop_lag_max_s=0.6, cpu_share=0.2)

    both = merge([result_of([]), result_of([], health=sick)])

    assert both.health == Health(0.5, 0.6, 0.2)
    assert len(both.invalid) == 1


@pytest.mark.parametrize("results", [[], [result_of([]), result_of([], name="another")]], ids=["none", "two scenarios"])
def test_results_that_do_not_belong_together_are_not_merged(results: list[Result]) -> None:
    with pytest.raises(ValueError, match="only results of one scenario can be merged"):
        merge(results)


def test_counts_are_what_the_service_must_have_counted() -> None:
    made = [
        (READ, 0.0, 0.0, 0.1, 200),
        (READ, 0.1, 0.1, 0.2, 404),
        (REPLACE, 0.2, 0.2, 0.3, 503),
        (REPLACE, 0.3, 0.3, 0.4, 200),
        (CREATE, 0.4, 0.4, 0.5, TIMED_OUT),
        (CREATE, 0.5, 0.5, 0.5, 0),
    ]

    result = result_of(made)

    assert result.counted() == {
        ("configuration", "read", "success"): 1,
        ("configuration", "read", "not_found"): 1,
        ("configuration", "replace", "unavailable"): 1,
        ("configuration", "replace", "success"): 1,
    }
    assert result.operations["create_configuration"].unanswered == 1
    assert result.answers()["PUT", "/api/v1/applications/{application_id}/configurations/{configuration_id}", 503] == 1


def test_request_refused_at_the_door_has_no_latency_and_one_given_up_has() -> None:
    result = result_of([(READ, 0.0, 0.0, 0.001, NO_CONNECTION), (READ, 0.1, 0.1, 5.1, TIMED_OUT)])

    assert result.errors == {REASONS[NO_CONNECTION]: 1, REASONS[TIMED_OUT]: 1}
    assert result.latency.count == 1
    assert result.latency.longest == pytest.approx(5.0, rel=0.001)


def test_latency_counts_from_due_and_service_time_from_sent() -> None:
    result = result_of([(READ, 1.0, 1.5, 1.6, 200)])

    assert result.latency.longest == pytest.approx(0.6, rel=0.001)
    assert result.service_time.longest == pytest.approx(0.1, rel=0.001)
    assert result.lag.longest == pytest.approx(0.5, rel=0.001)
    assert result.late == 1


def test_second_belongs_to_who_was_due_sent_and_ended_in_it() -> None:
    first, second, third, *_ = result_of([(READ, 0.9, 1.1, 2.2, 500), (READ, 0.95, 0.95, 0.95, 0)]).seconds

    assert (first.offered, first.sent, first.answered, first.dropped, first.errors) == (2, 0, 0, 1, 0)
    assert (second.offered, second.sent, second.answered) == (0, 1, 0)
    assert (third.answered, third.errors) == (1, 1)
    assert first.max_s == pytest.approx(1.3, rel=0.01)


def test_row_leaves_out_what_was_not_measured() -> None:
    row = result_of([(READ, 0.0, 0.0, 0.0, 0)]).row()

    assert row.keys() >= {"scenario", "scheduled", "sent", "answered", "errors", "dropped", "rate_per_s"}
    assert not row.keys() & {"lag_p99_s", "latency_p50_s", "latency_p99_s"}


def test_line_without_an_end_counts_as_stopped() -> None:
    journal = written([])
    journal.send(READ, 0.5, 0.5)

    lines = journal.close(2.0)

    assert lines.errors == {"stopped before the answer": 1}
    assert journal.errors == 1


@FEW
@given(st.lists(st.floats(1e-6, LONGEST_S), min_size=1, max_size=50))
def test_histogram_keeps_durations_to_a_thousandth(durations: list[float]) -> None:
    histogram = Histogram.of(durations)

    assert histogram.count == len(durations)
    assert histogram.longest == pytest.approx(max(durations), rel=1e-3, abs=1e-6)
    assert histogram.quantile(0.5) == pytest.approx(sorted(durations)[(len(durations) - 1) // 2], rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(("duration", "kept"), [(-1.0, 0.0), (2 * LONGEST_S, LONGEST_S)])
def test_duration_beyond_the_histogram_is_not_lost(duration: float, kept: float) -> None:
    histogram = Histogram.of([duration])

    assert histogram.count == 1
    assert histogram.longest == pytest.approx(kept, rel=1e-3)


def test_empty_histogram_says_so() -> None:
    assert Histogram().quantile(0.99) is None
    assert Histogram().longest is None
    assert same(Histogram.decoded(Histogram().encoded()), Histogram())


def test_text_that_is_no_histogram_is_refused() -> None:
    with pytest.raises(ValueError, match="no histogram"):
        Histogram.decoded("nonsense")
