"""Containers that lived through the load, and those that were restarted, replaced, killed or interrupted."""

from dataclasses import replace

import pytest

from fixtures.complaints import complaints
from fixtures.events import Event
from tests.load.proof.endurance import HARMLESS, Life, changed, interrupted

LIFE = Life("abc", 42, "2026-01-01T00:00:00Z", 0, oom_killed=False)
BEFORE = {"grafana": LIFE, "postgres": replace(LIFE, container="def")}


def test_same_lives_are_no_change() -> None:
    assert changed(BEFORE, dict(BEFORE)) == []


@pytest.mark.parametrize(
    ("now", "words"),
    [
        pytest.param(replace(LIFE, restarts=1, process=43), "grafana was started again: ", id="restart in the middle"),
        pytest.param(replace(LIFE, process=43), "grafana was started again: ", id="started by hand"),
        pytest.param(
            replace(LIFE, process=43, oom_killed=True),
            "grafana was started again after it was killed for memory: ",
            id="out of memory",
        ),
        pytest.param(replace(LIFE, container="new"), "grafana was replaced by another container", id="replaced"),
    ],
)
def test_other_life_is_told(now: Life, words: str) -> None:
    (found,) = changed(BEFORE, {**BEFORE, "grafana": now})

    assert found.startswith(words)


def test_container_that_is_gone_or_new_is_told() -> None:
    assert changed(BEFORE, {"grafana": LIFE}) == ["postgres is gone"]
    assert changed({"grafana": LIFE}, BEFORE) == ["postgres appeared"]


@pytest.mark.parametrize("action", ["die", "oom", "restart", "kill", "stop", "pause", "health_status: unhealthy"])
def test_interruption_during_the_run_is_told(action: str) -> None:
    assert interrupted([Event("grafana", action, 105.0)], 100.0, 110.0) == [f"grafana: {action} at 105.0"]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(Event("grafana", "die", 99.0), id="before the run"),
        pytest.param(Event("grafana", "die", 111.0), id="after the run"),
        pytest.param(Event("alert-drill", "die", 105.0), id="a container beside the stack"),
        pytest.param(Event("grafana", "health_status: healthy", 105.0), id="good news"),
    ],
)
def test_other_events_are_no_interruption(event: Event) -> None:
    assert interrupted([event], 100.0, 110.0) == []


@pytest.mark.parametrize(
    ("service", "line"),
    [
        ("config-service", '{"level": "error", "message": "the request failed"}'),
        ("prometheus", "time=… level=ERROR msg=…"),
        ("postgres", "2026-01-01 UTC [7] ERROR:  deadlock detected"),
        ("cadvisor", "E0101 00:00:00.000000 1 manager.go:1] failed"),
    ],
)
def test_line_at_level_error_is_a_complaint(service: str, line: str) -> None:
    assert complaints(service, f"all is well\n{line}\n") == [line]


def test_cancelled_statement_is_harmless_only_while_a_row_is_held() -> None:
    line = "[7] ERROR:  canceling statement due to statement timeout"

    assert complaints("postgres", line) == [line]
    assert complaints("postgres", line, HARMLESS["postgres"]) == []
