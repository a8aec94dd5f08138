"""The command line: exit codes, one line for each mistake, Ctrl-C that still writes."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fixtures.settings import ROOT
from tests.load.__main__ import app
from tests.load.outcome import Outcome
from tests.load.result import Health, Result
from tests.load.scenario import Scenario
from tests.load.schedule import Stage
from tests.load.threshold import Threshold
from tests.unit.load.conftest import Bare
from tests.unit.load.memory import Memory, reads
from tests.unit.load.results import READ, result_of

RUN = (sys.executable, "-m", "tests.load", "run", "--url")
PACE = ("--rate", "50", "--duration", "0.4")
MISTAKES = {
    "nothing": ([], "nothing to do: give --rate and --duration, or --scenario"),
    "half": (["--rate", "5"], "--rate and --duration belong together"),
    "negative rate": (
        ["--rate", "-1", "--duration", "5"],
        "--rate: Input should be greater than or equal to 0, not -1",
    ),
    "no time": (["--rate", "5", "--duration", "0"], "--duration: Input should be greater than 0, not 0"),
    "no arrivals": (["--rate", "0", "--duration", "5"], "0 arrivals, allowed are 1 to"),
    "too many": (["--rate", "1e6", "--duration", "1e6"], "arrivals, allowed are 1 to"),
    "scenario": (["--scenario", "calm"], "there is none named 'calm', choose from baseline, spike"),
    "in flight": ([*PACE, "--in-flight", "0"], "--in-flight: Input should be greater than or equal to 1, not 0"),
    "file": ([*PACE, "--json", "/nowhere/at/all.json"], "--json: /nowhere/at/all.json cannot be written"),
}


def call(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, ["run", "--url", *arguments])
    return found.exit_code, found.stdout, found.stderr


def written(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def test_sound_run_exits_with_zero_and_writes_its_row(
    bare: Bare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound in ("LOOP_LAG_BOUND", "SEND_LAG_BOUND", "CPU_BOUND"):
        monkeypatch.setattr(f"tests.load.health.{bound}", 60.0)  # however busy the machine is
    file = tmp_path / "result.json"

    code, out, _ = call(bare.url, *PACE, "--json", str(file))

    assert code == 0, out
    assert "20 scheduled = 20 sent + 0 dropped" in out
    assert written(file)["load"][0]["answered"] == 20
    assert Result.from_mapping(written(file)["result"]).scheduled == 20


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_gets_one_line_and_exit_code_two(arguments: list[str], message: str) -> None:
    code, _, err = call("http://127.0.0.1:9/", *arguments)

    assert code == 2
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/"])
def test_text_that_is_no_address_gets_one_line(url: str) -> None:
    code, _, err = call(url, *PACE)

    assert (code, err.count("\n")) == (2, 1)
    assert "is no address to send load to" in err


def test_target_that_does_not_answer_gets_one_line(unused_tcp_port: int) -> None:
    code, _, err = call(f"http://127.0.0.1:{unused_tcp_port}/", *PACE)

    assert (code, err.count("\n")) == (2, 1)
    assert f"http://127.0.0.1:{unused_tcp_port} does not answer" in err


def test_scenario_against_no_service_gets_one_line(bare: Bare) -> None:
    code, _, err = call(bare.url, "--scenario", "baseline")

    assert (code, err.count("\n")) == (2, 1)
    assert "is a Configuration Service there" in err


def test_number_that_is_none_is_refused() -> None:
    code, _, err = call("http://127.0.0.1:9/", "--rate", "many", "--duration", "1")

    assert code == 2
    assert "--rate" in err


def test_interrupted_run_writes_what_it_measured(bare: Bare, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    command = [*RUN, bare.url, "--rate", "50", "--duration", "60", "--json", str(file)]

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        began = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    row = written(file)["load"][0]
    assert "sent" in began, began + err
    assert row["scheduled"] == row["sent"] + row["dropped"] > 0
    assert row["scheduled"] + row["cut"] == 3000
    assert f"{row['cut']} more arrivals were not due yet" in out
    assert (process.returncode, "Traceback" in err) == (0, False)


async def test_second_interrupt_ends_at_once_and_still_removes(memory: Memory) -> None:
    memory.waits = reads
    process = await asyncio.create_subprocess_exec(
        *RUN, memory.url, "--scenario", "baseline", cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(20):
        await memory.waiting.wait()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()

    assert (process.returncode, b"Traceback" in err) == (130, False)
    assert memory.stored == {}


def outcome(bound: float, health: Health, remains: str = "") -> Outcome:
    threshold = Threshold(figure="latency_max_s", unit="s", reason="r", at_most=bound)
    scenario = Scenario("test", "a claim", [Stage(seconds=1, rate=1)], {}, thresholds=[threshold])
    return Outcome(scenario, result_of([(READ, 0.0, 0.0, 0.2, 200)], health=health, remains=remains))


WELL, SICK = Health(0.001, 0.001, 0.1), Health(0.001, 0.001, 0.99)


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (outcome(1, WELL), 0),
        (outcome(0.1, WELL), 1),
        (outcome(1, WELL, "3 applications"), 1),
        (outcome(1, SICK), 3),
        (outcome(0.1, SICK), 3),
    ],
    ids=["met", "missed", "data remains", "invalid", "invalid and missed"],
)
def test_exit_code_tells_how_the_run_ended(ended: Outcome, code: int, tmp_path: Path) -> None:
    ended.write(tmp_path / "result.json")

    assert ended.code == code
    assert written(tmp_path / "result.json")["verdict"] == {0: "passed", 1: "failed", 3: "invalid"}[code]


def test_invalid_run_is_shown_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    outcome(1, SICK).show()

    assert "invalid: the generator used 99% of a core" in capsys.readouterr().out
