"""The pipeline as a picture: every hop is proved by tests that exist, and is red when any of its proofs is."""

from fnmatch import fnmatch
from typing import Any

import pytest

from fixtures.report.pipeline import LINKS, NODES, Proof, proofs
from fixtures.report.run import Entry, Hop, Run, Tally
from fixtures.settings import ROOT

MODULES = [
    f"{path.parent.name}/{path.stem}" for path in sorted((ROOT / "tests" / "integration").glob("layer*/test_*.py"))
]
PUSHED = "config-service → otel-collector, pushed"


def proof(name: str, **content: Any) -> Proof:
    return next(each for each in proofs(Run(**content)) if each.link.name == name)


@pytest.mark.parametrize("pattern", sorted({each for link in LINKS for each in link.proof}))
def test_tests_that_prove_a_hop_exist(pattern: str) -> None:
    assert [each for each in MODULES if fnmatch(each, pattern)] != []


def test_picture_has_every_service_of_the_stack() -> None:
    from fixtures.expectations import SERVICES

    assert {each.name for each in NODES} == {each.name for each in SERVICES} | {"client"}


def test_hop_that_nobody_looked_at_is_neither() -> None:
    assert {(each.state, each.proof, each.freshness, each.ledger) for each in proofs(Run())} == {
        ("none", *"\N{EN DASH}" * 3)
    }


def test_hop_with_all_its_proofs_is_good() -> None:
    seen = proof(
        PUSHED,
        modules=[
            Tally("test_contract", 40, 0, 0, 1.0, "layer3_telemetry"),
            Tally("test_restart", 2, 0, 1, 1.0, "layer3_telemetry"),
        ],
        freshness=[Hop("otlp", "emit → collector", 20, 0.6, 1.03, 1.1, 2.2)],
        ledger=[Entry("flow", "made", "client", 37, True), Entry("flow", "made", "collector exporter", 37, True)],
    )

    assert (seen.state, seen.proof, seen.freshness, seen.ledger) == (
        "good",
        "42 claims",
        "p95 1.03 s of 2.20 s",
        "1 of 1 facts equal",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"modules": [Tally("test_contract", 39, 1, 0, 1.0, "layer3_telemetry")]}, "1 of 40 failed"),
        ({"freshness": [Hop("otlp", "emit → collector", 20, 0.6, 1.0, 2.3, 2.2)]}, "p95 1.00 s of 2.20 s"),
        (
            {"ledger": [Entry("f", "made", "client", 37, True), Entry("f", "made", "collector exporter", 36, False)]},
            "36 ≠ 37",
        ),
    ],
    ids=["a failed claim", "a late sample", "a difference"],
)
def test_one_bad_proof_makes_a_hop_bad(content: dict[str, Any], words: str) -> None:
    seen = proof(PUSHED, **content)

    assert seen.state == "bad"
    assert words in (seen.proof, seen.freshness, seen.ledger)


@pytest.mark.parametrize(
    ("station", "name"),
    [
        ("service /metrics", "client → config-service"),
        ("rows in PostgreSQL", "config-service → postgres"),
        ("collector exporter", PUSHED),
        ("prometheus, scraped", "config-service → prometheus, scraped"),
        ("prometheus, config-service", "config-service → prometheus, scraped"),
        ("prometheus, by OTLP", "otel-collector → prometheus"),
        ("prometheus, otlp", "otel-collector → prometheus"),
        ("Grafana's panel, otlp", "prometheus → grafana"),
        ("grafana, config-service", "prometheus → grafana"),
    ],
)
def test_station_of_the_ledger_belongs_to_one_hop(station: str, name: str) -> None:
    ledger = [Entry("flow", "made", station, 1, True)]

    assert [each.link.name for each in proofs(Run(ledger=ledger)) if each.state == "good"] == [name]
