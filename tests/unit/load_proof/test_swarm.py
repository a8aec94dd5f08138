"""What several workers do together is what one generator does alone: the same arrivals, the same operations."""

from collections import Counter

import pytest

from tests.load.data import Answer
from tests.load.operations import Request
from tests.load.scenario import Scenario, scenarios
from tests.load.schedule import arrivals
from tests.load.swarm.conductor import Conductor
from tests.load.swarm.share import Share, finished


def shares(scenario: Scenario, workers: int) -> list[Share]:
    return [Share(scenario, "http://service", "label", index, workers) for index in range(workers)]


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("name", list(scenarios()))
def test_shares_add_up_to_the_schedule(name: str, workers: int) -> None:
    scenario = scenarios()[name]

    found = [due for share in shares(scenario, workers) for _, due in share._arrivals()]

    assert sorted(found) == list(arrivals(scenario.stages, scenario.arrivals, scenario.seed))


def test_each_share_keeps_the_mix() -> None:
    for share in shares(scenarios()["baseline"], 2):
        counts = Counter(name for name, _ in share._arrivals())

        assert counts["read_configuration"] / counts.total() == pytest.approx(0.4, abs=0.02)
        assert counts["create_configuration"] / counts.total() == pytest.approx(0.1, abs=0.02)


def test_coroutine_that_waits_for_nothing_is_finished_without_a_loop() -> None:
    async def work() -> Answer:
        return Answer(201)

    assert finished(work()).status == 201


def test_result_has_what_the_client_saw_and_nothing_else() -> None:
    (share,) = shares(scenarios()["baseline"], 1)
    seen: list[Request] = []

    def call(request: Request) -> tuple[int, str, object]:
        seen.append(request)
        if request.operation.operation == "list":
            return 200, "", {"items": []}
        return min(request.operation.wished), f"/api/v1/applications/{len(seen)}", None

    share.prepare(call)
    prepared = len(seen)
    share.exchange(("read_configuration", 0.0), call)
    share.exchange(("replace_configuration", 0.1), lambda request: (-2, "", None))
    result = share.remove(call)

    assert (result.scheduled, result.sent, result.answered) == (2, 2, 1)
    assert result.errors == {"timed out": 1}
    assert result.operations["replace_configuration"].unanswered == 1
    assert sum(result.counted().values()) == prepared + 1 + 1


class Said:
    """What a conductor tells its workers."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, object]] = []

    def send_message(self, msg_type: str, data: object = None) -> None:
        """Keep it."""
        self.messages.append((msg_type, data))


def test_load_begins_when_the_last_worker_has_its_data(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said()
    conductor = Conductor(said, workers=2)

    conductor.hear("prepared", {"worker": 0})
    assert said.messages == []
    conductor.hear("prepared", {"worker": 1})

    assert said.messages == [("begin", {"began": conductor.began})]
    assert '{"began": ' in capsys.readouterr().out


def test_conductor_merges_what_all_measured_and_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    conductor = Conductor(Said(), workers=2)

    for share in shares(scenarios()["baseline"], 2):
        share.prepare(lambda _: (201, "/1", None))
        share.exchange(("read_configuration", 0.0), lambda _: (200, "", None))
        share.exchange(("read_configuration", 0.1), lambda _: (200, "", None))
        conductor.hear("result", share.remove(lambda _: (200, "", {"items": []})).mapping())

    assert conductor.over
    assert '{"result": {"scenario": "baseline"' in capsys.readouterr().out


def test_worker_that_fails_ends_the_run_with_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    conductor = Conductor(Said(), workers=2)

    conductor.fail("worker 1: nothing listens there")

    assert conductor.over
    assert capsys.readouterr().out == '{"error": "worker 1: nothing listens there"}\n'
