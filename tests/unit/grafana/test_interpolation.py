"""Variables and intervals are expanded as Grafana 10 does: the expected values are what a running one executed."""

import pytest

from fixtures.grafana.interpolation import (
    InterpolationError,
    Window,
    as_matcher,
    duration_ms,
    expand,
    go_duration,
    short,
)


@pytest.mark.parametrize(
    ("seconds", "points", "scrape", "step", "rate"),
    [
        pytest.param(300, 600, 1.0, 1000, "4s", id="never below the scrape interval"),
        pytest.param(900, 600, 1.0, 1000, "4s", id="1.5 s is still one"),
        pytest.param(3600, 600, 1.0, 5000, "6s", id="an hour"),
        pytest.param(86400, 600, 1.0, 120000, "2m1s", id="a day"),
        pytest.param(3600, 600, 15.0, 15000, "1m0s", id="a slower scrape"),
    ],
)
def test_step_and_rate_interval_follow_the_range(
    seconds: float, points: int, scrape: float, step: int, rate: str
) -> None:
    window = Window(1000.0, 1000.0 + seconds, points, scrape)

    assert window.step_ms() == step
    assert window.builtins()["__rate_interval"] == rate


def test_a_query_s_own_interval_is_the_lower_bound() -> None:
    window = Window(0.0, 300.0)

    assert window.step_ms("10s") == 10_000
    assert window.builtins("10s")["__interval"] == "10s"
    assert window.aligned("10s") == (0.0, 300.0)


def test_range_is_rounded_to_seconds() -> None:
    builtins = Window(0.0, 59.6).builtins()

    assert (builtins["__range"], builtins["__range_s"], builtins["__range_ms"]) == ("60s", "60", "59600")


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(500, "500ms"), (1000, "1s"), (90_000, "1m"), (7_200_000, "2h"), (172_800_000, "2d")]
)
def test_interval_has_one_unit(milliseconds: int, text: str) -> None:
    assert short(milliseconds) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(200, "200ms"), (4000, "4s"), (61_500, "1m1.5s"), (3_600_000, "1h0m0s")]
)
def test_rate_interval_is_written_as_go_does(milliseconds: int, text: str) -> None:
    assert go_duration(milliseconds) == text


def test_every_spelling_of_a_variable_is_expanded() -> None:
    assert expand("$a ${a} [[a]] ${a:regex} $ab", {"a": "1", "ab": "2"}) == "1 1 1 1 2"


def test_unknown_variable_is_named() -> None:
    with pytest.raises(InterpolationError, match=r"\$b in .* is defined nowhere; known: a"):
        expand("up{job='$b'}", {"a": "1"})


@pytest.mark.parametrize(
    ("values", "multi", "text"),
    [
        pytest.param(["a.b"], False, "a.b", id="one value is not escaped"),
        pytest.param(["a.b"], True, r"a\\.b", id="one of several is"),
        pytest.param(["a", "b"], True, "(a|b)", id="several are alternatives"),
        pytest.param(["/{id}"], True, r"/\\{id\\}", id="braces"),
        pytest.param([], False, "", id="nothing"),
    ],
)
def test_values_become_matchers(values: list[str], multi: bool, text: str) -> None:
    assert as_matcher(values, multi=multi) == text


def test_wrong_duration_is_refused() -> None:
    assert duration_ms(">10s") == 10_000
    with pytest.raises(InterpolationError, match="'soon' is no interval"):
        duration_ms("soon")
