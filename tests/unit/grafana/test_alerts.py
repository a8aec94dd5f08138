"""States and deliveries of alerts are read as Grafana writes them; the sink keeps what is posted."""

import asyncio
import json
import runpy
import threading
from http.server import ThreadingHTTPServer
from typing import Any, cast

import httpx
import pytest

from fixtures.grafana.alerts import RuleState, delivered, states, unix
from fixtures.grafana.client import Grafana
from fixtures.grafana.drill import Cycle, Outcome
from fixtures.grafana.side import PROGRAMS, program

ALERT = {"labels": {"job": "a", "severity": "critical"}, "state": "Alerting", "activeAt": "2026-01-01T00:00:10Z"}
RULE = {
    "name": "Target down",
    "state": "firing",
    "health": "ok",
    "lastEvaluation": "2026-01-01T00:00:20Z",
    "alerts": [ALERT],
}


class Answers:
    """Stands for Grafana's API: one answer to everything."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    async def call(self, *_: object) -> object:
        """Answer."""
        return self.answer


async def state_of(rule: dict[str, Any]) -> RuleState:
    answer = {"data": {"groups": [{"name": "pipeline", "rules": [rule]}]}}
    return (await states(cast("Grafana", Answers(answer))))[rule["name"]]


async def test_rule_state_is_read() -> None:
    seen = await state_of(RULE)

    assert (seen.state, seen.health, seen.group, seen.evaluated) == ("firing", "ok", "pipeline", 1767225620.0)
    assert [each.state for each in seen.of({"job": "a"})] == ["Alerting"]
    assert seen.of({"job": "b"}) == []


async def test_rule_that_was_not_evaluated_yet_says_so() -> None:
    seen = await state_of({**RULE, "lastEvaluation": "0001-01-01T00:00:00Z", "alerts": None})

    assert (seen.evaluated, seen.alerts) == (0.0, [])
    assert unix("2026-01-01T01:00:00+01:00") == 1767225600.0


def test_every_alert_of_a_notification_is_a_delivery() -> None:
    alerts = [{"status": each, "labels": {"a": each}, "annotations": {}} for each in ("firing", "resolved")]

    found = delivered([{"received": 5.0, "body": {"alerts": alerts}}])

    assert [(each.received, each.status, each.labels) for each in found] == [
        (5.0, "firing", {"a": "firing"}),
        (5.0, "resolved", {"a": "resolved"}),
    ]


async def test_sink_keeps_what_is_posted() -> None:
    handler = runpy.run_path(str(PROGRAMS / "sink.py"))["Sink"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.server_port}") as http:
            await http.post("/", json={"alerts": []})
            kept = (await http.get("/")).json()
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()

    assert [each["body"] for each in kept] == [{"alerts": []}]


def test_outcome_raises_what_kept_a_rule_from_its_cycle() -> None:
    outcome = Outcome(failures={"a": ValueError("no")})

    with pytest.raises(ValueError, match="no"):
        outcome.of("a")


def test_outcome_gives_the_cycle_of_a_rule() -> None:
    fired, resolved = delivered(
        [{"received": 1.0, "body": {"alerts": [{"status": "firing", "labels": {}, "annotations": {}}] * 2}}]
    )
    cycle = Cycle("a", 1.0, 2.0, 3.0, 4.0, fired, resolved)

    assert Outcome(cycles={"a": cycle}).of("a") is cycle


@pytest.mark.parametrize("name", ["sink", "hog", "crasher"])
def test_programs_are_sent_as_text(name: str) -> None:
    options = program(name, "1")

    compile(options["entrypoint"][-1], name, "exec")
    assert json.dumps(options["command"]) == '["1"]'
