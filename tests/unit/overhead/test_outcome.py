"""From slices to rows, verdict, files and tables."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.load.overhead.absolutes import absolutes
from tests.load.overhead.comparison import FIGURES, compare
from tests.load.overhead.components import REST, WORK, Cost
from tests.load.overhead.experiment import Findings
from tests.load.overhead.outcome import Outcome
from tests.load.overhead.table import remark, tables
from tests.load.overhead.variants import BOTH, OFF, VARIANTS
from tests.load.overhead.verdicts import Verdict
from tests.unit.overhead.findings import findings

COSTS = [Cost("grafana", REST, 0.012, 70.5), Cost("grafana", WORK, 0.034, 71.5)]


def outcome(found: Findings) -> Outcome:
    return Outcome(compare(found), absolutes(found), COSTS)


def test_every_variant_has_every_figure_over_off() -> None:
    rows = outcome(findings()).rows()

    assert len(rows) == len(FIGURES) * (len(VARIANTS) - 1) > 0
    assert {row["against"] for row in rows} == {OFF.name}
    assert OFF.name not in {row["variant"] for row in rows}


@pytest.mark.parametrize(
    ("figure", "ratio", "pairs"),
    [
        pytest.param("cpu_per_request", 1.03, 40, id="cpu"),
        pytest.param("throughput", 0.96, 40, id="throughput"),
        pytest.param("memory", 1.02, 2, id="memory"),
        pytest.param("latency_p99", 1.0, 20, id="latency"),
    ],
)
def test_ratio_is_that_of_the_slices(figure: str, ratio: float, pairs: int) -> None:
    (row,) = [each for each in outcome(findings()).rows() if (each["figure"], each["variant"]) == (figure, BOTH.name)]

    assert row["ratio"] == pytest.approx(ratio, abs=1e-3)
    assert row["low"] <= row["ratio"] <= row["high"]
    assert row["pairs"] == pairs


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        pytest.param(findings(), Verdict.PASSED, id="all as wanted"),
        pytest.param(findings(cpu=1.06), Verdict.MISSED, id="cpu"),
        pytest.param(findings(speed=0.89), Verdict.MISSED, id="throughput"),
        pytest.param(findings(memory=1.2), Verdict.MISSED, id="memory"),
    ],
)
def test_verdict_is_the_worst_of_all(found: Findings, verdict: Verdict) -> None:
    assert outcome(found).verdict is verdict


def test_absolute_figures_are_in_the_units_they_name() -> None:
    seen = {each.variant: each for each in absolutes(findings())}[OFF.name]

    assert seen.cpu_us_per_request == pytest.approx(1900)
    assert seen.requests_per_s == pytest.approx(500)
    assert seen.busy == pytest.approx(0.95)
    assert seen.latency_p50_ms == pytest.approx(2.5)
    assert (seen.rss_mib, seen.pss_mib) == (60, 40)
    assert seen.rest_cpu_ms_per_s == pytest.approx(5)
    assert (seen.cadvisor, seen.engine) == (0.99, 1.0)


def test_file_has_the_rows_and_says_when_they_were_measured(tmp_path: Path) -> None:
    found = outcome(findings())

    found.write(tmp_path / "report", began=1_700_000_000.5, command="python -m tests.load.overhead")

    (file,) = (tmp_path / "report").iterdir()
    content = json.loads(file.read_text(encoding="utf-8"))
    assert (file.name, content["schema"], content["verdict"]) == ("overhead.json", 1, "passed")
    assert content["run"] == {"began": 1_700_000_000.5, "command": "python -m tests.load.overhead"}
    assert content["overhead"] == found.rows()
    assert content["components"] == [each.row() for each in COSTS]


def test_results_of_another_run_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text('{"schema": 1, "verdict": "passed"}')

    outcome(findings()).write(tmp_path, began=1.0, command="")

    assert (tmp_path / "results.json").read_text() == '{"schema": 1, "verdict": "passed"}'


@pytest.mark.parametrize(
    ("busy", "said"),
    [
        pytest.param(0.95, "passed", id="a core to itself"),
        pytest.param(0.5, "passed; the services had 49% of their core: something else was running", id="crowded"),
    ],
)
def test_remark_tells_when_the_services_were_not_alone(busy: float, said: str) -> None:
    assert remark(outcome(findings(busy=busy))).startswith(said)


def test_tables_show_ratio_interval_wish_and_verdict() -> None:
    console = Console(width=170, record=True, file=StringIO())

    for each in tables(outcome(findings(cpu=1.06))):
        console.print(each)

    lines = {line.strip().split("  ")[0]: line for line in console.export_text().splitlines()}
    assert "1.060 [1.060, 1.060]" in lines["cpu_per_request"]
    assert lines["cpu_per_request"].split()[-3:] == ["below", "1.05", "missed"]
    assert lines["throughput"].split()[-3:] == ["above", "0.9", "passed"]
    assert "0.012" in lines["grafana"]
    assert "71.5" in lines["grafana"]
