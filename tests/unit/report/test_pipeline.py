"""The pipeline as a picture: every hop is proved by tests that exist, and is red when any of its proofs is."""

from typing import Any

import pytest

from fixtures.report.pipeline import LINKS, NODES, Proof, proofs
from fixtures.report.proving import HOPS, PUSHED, SCRAPED
from fixtures.report.run import Entry, Hop, Run, Tally
from fixtures.settings import ROOT

MODULES = [
    f"{path.parent.name}/{path.stem}"
    for path in sorted((ROOT / "tests" / "integration").glob("layer[1-4]_*/test_*.py"))
]


def proof(name: str, **content: Any) -> Proof:
    return next(each for each in proofs(Run(**content)) if each.link.name == name)


def test_every_module_of_the_layers_is_at_a_hop_or_says_why_not() -> None:
    assert sorted(HOPS) == MODULES


def test_modules_prove_hops_of_the_picture() -> None:
    named = {hop for hops in HOPS.values() if not isinstance(hops, str) for hop in hops}

    assert named == {each.name for each in LINKS}
    assert all(HOPS.values()), "a module without a hop has a reason"


def test_modules_without_a_hop_are_not_counted() -> None:
    modules = [Tally(each.partition("/")[2], 0, 1, 0, 1.0, each.partition("/")[0]) for each in MODULES]

    assert {each.state for each in proofs(Run(modules=modules))} == {"bad"}
    without = [each for each in modules if isinstance(HOPS[f"{each.layer}/{each.name}"], str)]
    assert {each.state for each in proofs(Run(modules=without))} == {"none"}


@pytest.mark.parametrize(("module", "hop"), [("test_pushes", PUSHED), ("test_counted_once", SCRAPED)])
def test_red_module_makes_its_hop_bad(module: str, hop: str) -> None:
    modules = [Tally(module, 3, 1, 0, 1.0, "layer3_telemetry")]

    assert [each.link.name for each in proofs(Run(modules=modules)) if each.state == "bad"] == [hop]


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
