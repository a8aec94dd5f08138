"""The book of a run's ledger: what balances, what does not, and the station that a difference is blamed on."""

import math
from collections.abc import Callable, Mapping

import httpx
import pytest

from fixtures.ledger import Page
from tests.load.proof.accounts import ACCOUNTS, ANSWERS, OPERATIONS, Claim, Key
from tests.load.proof.book import Place, Reading, Readings, balanced, broken, is_blank, pages

STATIONS = ("service /metrics", "collector exporter", "prometheus", "grafana")
CREATED: Key = ("application", "create", "success")
CONFLICT: Key = ("application", "create", "conflict")
UNAVAILABLE: Key = ("application", "create", "unavailable")


def reading(operations: Mapping[Key, float]) -> Reading:
    return {each.title: operations if each is OPERATIONS else {} for each in ACCOUNTS}


def everywhere(operations: Mapping[Key, float], **other: Mapping[Key, float]) -> Readings:
    """The same at every station, but for those named."""
    return [(each, reading(other.get(each.replace(" ", "_").replace("/", ""), operations))) for each in STATIONS]


def judged(certain: Mapping[Key, float], readings: Readings, unknown: Mapping[Key, int] | None = None) -> list[Page]:
    return pages({OPERATIONS.title: Claim(certain, unknown or {}, group=2)}, reading({CREATED: 100.0}), readings)


def blamed(found: list[Page]) -> dict[str, str | None]:
    return {each.fact: each.broken_at for each in broken(found)}


def test_growth_that_is_equal_everywhere_balances() -> None:
    found = judged({CREATED: 7}, everywhere({CREATED: 107.0, CONFLICT: 0.0}))

    assert broken(found) == []
    assert {each.fact: is_blank(each) for each in found} == {
        "operations: application create conflict": True,
        "operations: application create success": False,
    }


@pytest.mark.parametrize(
    ("readings", "where"),
    [
        pytest.param(everywhere({CREATED: 114.0}), "service /metrics", id="counted twice"),
        pytest.param(everywhere({}), "service /metrics", id="counted nowhere"),
        pytest.param(everywhere({CREATED: 107.0}, prometheus={CREATED: 104.0}), "prometheus", id="dropped batch"),
        pytest.param(everywhere({CREATED: 107.0}, collector_exporter={}), "collector exporter", id="dropped metric"),
        pytest.param(everywhere({CREATED: 107.0}, grafana={CREATED: 108.0}), "grafana", id="one too many at the end"),
        pytest.param(everywhere({CREATED: 107.0}, grafana={CREATED: math.nan}), "grafana", id="no number"),
    ],
)
def test_difference_names_the_station_where_it_arises(readings: Readings, where: str) -> None:
    assert blamed(judged({CREATED: 7}, readings)) == {"operations: application create success": where}


def test_renamed_label_is_two_differences_at_its_station() -> None:
    renamed = everywhere({CREATED: 107.0}, collector_exporter={("application", "create", ""): 107.0})

    assert blamed(judged({CREATED: 7}, renamed)) == {
        "operations: application create ": "collector exporter",
        "operations: application create success": "collector exporter",
    }


def test_outcome_that_the_client_never_saw_is_a_difference() -> None:
    found = judged({CREATED: 7}, everywhere({CREATED: 107.0, CONFLICT: 1.0}))

    assert blamed(found) == {"operations: application create conflict": "service /metrics"}


def test_series_that_one_station_lacks_is_a_difference_even_at_zero() -> None:
    found = judged({CREATED: 7}, everywhere({CREATED: 107.0, CONFLICT: 0.0}, grafana={CREATED: 107.0}))

    assert blamed(found) == {"operations: application create conflict": "grafana"}


@pytest.mark.parametrize("counted", [7, 8, 9])
def test_request_without_an_answer_may_have_been_counted(counted: int) -> None:
    found = judged({CREATED: 7}, everywhere({CREATED: 100.0 + counted}), {CREATED[:2]: 2})

    assert broken(found) == []
    assert found[0].entries[0].station == "client (7 answered, 2 without an answer)"


@pytest.mark.parametrize("counted", [6, 10])
def test_interval_has_an_end_on_both_sides(counted: int) -> None:
    found = judged({CREATED: 7}, everywhere({CREATED: 100.0 + counted}), {CREATED[:2]: 2})

    assert set(blamed(found).values()) == {"service /metrics"}


def test_one_request_is_not_counted_under_two_outcomes() -> None:
    counted = {CREATED: 108.0, UNAVAILABLE: 1.0}

    assert blamed(judged({CREATED: 7}, everywhere(counted), {CREATED[:2]: 1})) == {
        "operations: application create": "service /metrics"
    }


def test_interval_of_the_client_is_none_after_the_service() -> None:
    found = judged({CREATED: 7}, everywhere({CREATED: 108.0}, grafana={CREATED: 107.0}), {CREATED[:2]: 2})

    assert blamed(found)["operations: application create success"] == "grafana"


def test_statements_begin_at_the_service() -> None:
    readings: Readings = [(each, {**reading({}), "statements": {("INSERT",): 5.0}}) for each in STATIONS]

    (page,) = pages({}, reading({}), readings)

    assert [each.station for each in page.entries] == list(STATIONS)
    assert page.broken_at is None


async def test_book_waits_for_the_slow_station() -> None:
    late = iter([{CREATED: 103.0}, {CREATED: 107.0}])
    places = [place("service /metrics", lambda: {CREATED: 107.0}), place("late", lambda: next(late))]

    found = await balanced({OPERATIONS.title: Claim({CREATED: 7})}, reading({CREATED: 100.0}), places, within=10)

    assert broken(found) == []


async def test_book_that_never_balances_comes_back_with_its_difference() -> None:
    places = [place("service /metrics", lambda: {CREATED: 107.0}), place("paused", lambda: {CREATED: 103.0})]

    found = await balanced({OPERATIONS.title: Claim({CREATED: 7})}, reading({CREATED: 100.0}), places, within=0)

    assert [each.broken_at for each in found] == ["paused"]


def place(name: str, counts: Callable[[], Mapping[Key, float]]) -> Place:
    async def read() -> Reading:
        return reading(counts())

    return Place(name, read)


@pytest.mark.parametrize("silent", range(2), ids=["the service", "a station after it"])
async def test_station_that_cannot_be_read_is_the_one_that_is_named(silent: int) -> None:
    def paused() -> Mapping[Key, float]:
        raise httpx.ReadTimeout("no answer")

    told: list[Callable[[], Mapping[Key, float]]] = [lambda: {CREATED: 107.0}, lambda: {CREATED: 107.0}]
    told[silent] = paused
    places = [place("service /metrics", told[0]), place("prometheus", told[1])]

    found = await balanced({OPERATIONS.title: Claim({CREATED: 7})}, reading({CREATED: 100.0}), places, within=0)

    assert [each.broken_at for each in found] == [places[silent].name]
    assert found[0].entries[0].value == 7


def test_only_the_api_is_counted_among_answers() -> None:
    labels = {"http_request_method": "GET", "http_response_status_code": "200"}
    samples = [(ANSWERS.sample, {**labels, "http_route": route}, 3.0) for route in ("/metrics", "/api/v1/applications")]

    assert ANSWERS.tally(samples) == {("GET", "/api/v1/applications", "200"): 3.0}
    assert ANSWERS.expression('job="otlp"') == (
        "sum by (http_request_method, http_route, http_response_status_code) "
        '(http_server_request_duration_seconds_count{job="otlp", http_route=~"/api/v1/.*"})'
    )
