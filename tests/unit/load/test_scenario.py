"""Scenarios as data: those that are shipped, and what a wrong file is told; thresholds, met and missed."""

from pathlib import Path
from typing import get_args

import pytest

from tests.load.errors import ScenarioError
from tests.load.lines import TIMED_OUT
from tests.load.result import Health, Result
from tests.load.scenario import Profile, Scenario, scenarios
from tests.load.schedule import Stage, duration
from tests.load.threshold import FIGURES, Threshold
from tests.unit.load.results import READ, result_of

NAMES = ["baseline", "spike", "sustained", "mixed", "database-stress"]
SOUND = """
calm:
  proves: something
  stages:
    full: [{seconds: 60, rate: 10}]
    short: [{seconds: 6, rate: 10}]
  mix: {read_application: 1}
  thresholds:
    - {figure: errors, at_most: 0, unit: requests, reason: because}
"""
WRONG = {
    "not YAML": ("calm: [", "scenarios.yml cannot be read: .*not YAML"),
    "nothing": ("", "no scenarios"),
    "a list": ("- calm", "no scenarios"),
    "operation": (
        SOUND.replace("read_", "raed_"),
        r"scenarios.yml:7: calm.mix.*no operation has this name, choose from",
    ),
    "weight": (
        SOUND.replace("n: 1}", "n: 0}"),
        r"scenarios.yml:7: calm.mix.read_application: .*greater than or equal to 1",
    ),
    "rate": (
        SOUND.replace("6, rate: 10", "6, rate: -1"),
        r"scenarios.yml:6: calm.stages.short\[?.?0\]?.rate: .*greater",
    ),
    "word": (SOUND.replace("6, rate: 10", "6, rate: ten"), "scenarios.yml:6: calm.stages.short.*valid number"),
    "stage key": (
        SOUND.replace("6, rate: 10", "6, rate: 10, users: 3"),
        "scenarios.yml:6: calm.stages.short.*Unexpected",
    ),
    "no stages": (
        SOUND.replace("[{seconds: 6, rate: 10}]", "[]"),
        "scenarios.yml:6: calm.stages.short: .*at least 1 item",
    ),
    "profile": (SOUND.replace("short:", "quick:"), "scenarios.yml:4: calm.stages: give full and short here"),
    "key": (SOUND + "  users: 3\n", r"scenarios.yml:10: calm.users: Unexpected"),
    "missing": (SOUND.replace("  proves: something\n", ""), "scenarios.yml:2: calm.proves: "),
    "arrivals": (SOUND + "  arrivals: uniform\n", "scenarios.yml:10: calm.arrivals: .*'constant' or 'poisson'"),
    "figure": (
        SOUND.replace("errors", "mistakes"),
        r"scenarios.yml:9: .*figure: no figure has this name, choose from errors",
    ),
    "unit": (
        SOUND.replace("unit: requests", "unit: s"),
        r"scenarios.yml:9: .*the unit of errors is 'requests', not 's'",
    ),
    "bound": (SOUND.replace("at_most: 0, ", ""), "scenarios.yml:9: .*give either at_most or at_least"),
    "reason": (SOUND.replace("because", '""'), "scenarios.yml:9: .*reason: .*at least 1 character"),
    "hold": (
        SOUND + "  hold: {full: {since: 1, until: 2}, short: {since: 1, until: 2}}\n",
        "hold and the operation stress",
    ),
    "arrival count": (
        SOUND.replace("6, rate: 10", "6, rate: 0"),
        "scenarios.yml:2: calm: 0 arrivals, allowed are 1 to",
    ),
}


@pytest.fixture(params=get_args(Profile))
def profile(request: pytest.FixtureRequest) -> Profile:
    found: Profile = request.param
    return found


def test_shipped_scenarios_are_the_specified_ones(profile: Profile) -> None:
    found = scenarios(profile)

    assert list(found) == NAMES
    assert all(each.name == name and each.proves and each.thresholds for name, each in found.items())


def test_full_scenarios_have_the_specified_rates_and_times() -> None:
    full = scenarios("full")

    assert full["baseline"].stages == [Stage(seconds=120, rate=10)]
    assert Stage(seconds=30, rate=100) in full["spike"].stages
    assert full["sustained"].stages == [Stage(seconds=300, rate=50)]


def test_short_scenarios_take_15_to_20_seconds_each() -> None:
    assert all(15 <= duration(each.stages) <= 20 for each in scenarios("short").values())


def test_short_scenario_differs_in_times_alone() -> None:
    full, short = scenarios("full"), scenarios("short")

    assert [each.mix for each in full.values()] == [each.mix for each in short.values()]
    rates = [[[stage.rate for stage in each.stages] for each in found.values()] for found in (full, short)]
    assert rates[0] == rates[1]


def test_mix_never_deletes_more_than_it_creates(profile: Profile) -> None:
    mixes = [each.mix for each in scenarios(profile).values()]

    for entity in ("application", "configuration"):
        assert all(mix.get(f"delete_{entity}", 0) <= mix.get(f"create_{entity}", 0) for mix in mixes)


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_wrong_file_is_told_where_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "scenarios.yml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ScenarioError, match=message):
        scenarios("short", file)


def test_sound_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yml"
    file.write_text(SOUND, encoding="utf-8")

    assert scenarios("short", file)["calm"].stages == [Stage(seconds=6, rate=10)]


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.yml cannot be read"):
        scenarios("short", tmp_path / "nowhere.yml")


@pytest.mark.parametrize(
    ("threshold", "met"),
    [
        (Threshold(figure="latency_max_s", unit="s", reason="r", at_most=0.35), True),
        (Threshold(figure="latency_max_s", unit="s", reason="r", at_most=0.1), False),
        (Threshold(figure="errors", unit="requests", reason="r", at_most=0), False),
        (Threshold(figure="errors", unit="requests", reason="r", at_most=1), True),
        (Threshold(figure="status_503", unit="requests", reason="r", at_least=1), True),
        (Threshold(figure="status_503", unit="requests", reason="r", at_least=2), False),
        (Threshold(figure="dropped", unit="requests", reason="r", at_most=0), False),
        (Threshold(figure="rate_error", unit="ratio", reason="r", at_most=0.01), False),
    ],
    ids=str,
)
def test_threshold_holds_its_figure_against_the_bound(threshold: Threshold, met: bool) -> None:
    made = [(READ, 0.0, 0.0, 0.2, 200), (READ, 0.5, 0.7, 0.8, 503), (READ, 0.9, 0.9, 0.9, 0)]

    assert threshold.judge(result_of(made)).met is met


def test_missed_threshold_says_figure_bound_unit_and_reason() -> None:
    threshold = Threshold(figure="latency_max_s", unit="s", reason="answers come soon", at_most=0.1)

    verdict = threshold.judge(result_of([(READ, 0.0, 0.0, 0.5, 200)]))

    assert str(verdict) == "missed: latency_max_s is 0.500223 s, wanted at most 0.1: answers come soon"


def test_figure_that_was_not_measured_does_not_meet_a_bound() -> None:
    threshold = Threshold(figure="latency_p99_s", unit="s", reason="answers come soon", at_most=10)

    verdict = threshold.judge(result_of([]))

    assert not verdict.met
    assert "not measured" in str(verdict)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_had_of_a_run(name: str) -> None:
    made = [(READ, 0.0, 0.01, 0.2, 200), (READ, 0.5, 0.5, 2.5, TIMED_OUT)]

    assert FIGURES[name].of(result_of(made)) is not None


WELL = Health(loop_lag_p99_s=0.002, loop_lag_max_s=0.4, cpu_share=0.6)
UNWELL = {
    "cpu": (Health(0.002, 0.01, 0.95), 0.001, "the generator used 95% of a core in its busiest second"),
    "loop": (Health(0.06, 0.5, 0.1), 0.001, "the generator's event loop was 60 ms late"),
    "lag": (WELL, 0.08, "requests left 80 ms late"),
}


def lagging(health: Health, lag: float) -> Result:
    return result_of([(READ, n / 10, n / 10 + lag, n / 10 + lag, 200) for n in range(10)], health=health)


@pytest.mark.parametrize(("health", "lag", "reason"), UNWELL.values(), ids=UNWELL)
def test_generator_that_was_the_bottleneck_makes_the_run_invalid(health: Health, lag: float, reason: str) -> None:
    invalid = lagging(health, lag).invalid

    assert len(invalid) == 1
    assert reason in invalid[0]


def test_single_hiccup_does_not_make_a_run_invalid() -> None:
    assert lagging(WELL, 0.002).invalid == []


def test_scenario_without_arrivals_is_refused() -> None:
    with pytest.raises(ValueError, match="0 arrivals"):
        Scenario("none", "nothing", [Stage(seconds=5, rate=0)], {})
