"""The sabotage matrix: who had to notice, who did, and what was left alone as it should be."""

import pytest

from fixtures.report.run import Mutant, Run
from fixtures.report.sabotage import Row, sabotage_view
from fixtures.report.verdict import verdict

NOTICED = Mutant("a pipeline without its exporter", "layer0_config", "layer0_config", True, "killed")
EARLY = Mutant("a renamed label", "layer3_telemetry", "layer0_config", True, "killed early")
SURVIVED = Mutant("nobody sees this", "layer4_dashboards", "", False, "survived")
MISSED = Mutant("seen too late", "layer3_telemetry", "layer4_dashboards", False, "wrong layer")
QUIET = Mutant("another comment", "", "", False, "stayed green")
LOUD = Mutant("another order", "", "layer1_containers", False, "wrongly red")
UNTRIED = Mutant("of another machine", "layer1_containers", "", False, "not applicable")


def row(mutant: Mutant) -> Row:
    view = sabotage_view([mutant])
    assert view is not None
    return view.rows[0]


@pytest.mark.parametrize(
    ("mutant", "tone", "marks"),
    [
        (NOTICED, "good", {"layer0_config": "✓"}),
        (EARLY, "good", {"layer3_telemetry": "○", "layer0_config": "✓"}),
        (SURVIVED, "bad", {"layer4_dashboards": "○"}),
        (MISSED, "bad", {"layer3_telemetry": "○", "layer4_dashboards": "✗"}),
        (QUIET, "good", {"": "○"}),
        (LOUD, "bad", {"": "○", "layer1_containers": "✗"}),
        (UNTRIED, "none", {"layer1_containers": "○"}),
    ],
    ids=lambda value: value.mutant if isinstance(value, Mutant) else None,
)
def test_change_is_marked_where_it_was_noticed(mutant: Mutant, tone: str, marks: dict[str, str]) -> None:
    seen = row(mutant)

    assert (seen.tone, {layer: sign for layer, (_, sign, _) in seen.marks.items()}) == (tone, marks)


def test_what_went_wrong_is_shown_first() -> None:
    view = sabotage_view([NOTICED, SURVIVED, QUIET, LOUD])

    assert view is not None
    assert [each.name for each in view.wrong] == ["nobody sees this", "another order"]
    assert view.sentence == "1 of 2 breaks noticed, 1 of 2 harmless changes left alone."
    assert view.columns == ["layer0_config", "layer1_containers", "layer4_dashboards"]


def test_layer_may_be_named_by_its_number_alone() -> None:
    view = sabotage_view([Mutant("a", "layer3", "layer3", True), Mutant("b", "tests/service", "tests/service", True)])

    assert view is not None
    assert view.columns == ["layer3_telemetry", "tests/service"]


def test_row_without_a_state_is_told_by_its_end() -> None:
    assert row(Mutant("a", "layer0_config", "layer0_config", True)).became == "killed"
    assert row(Mutant("a", "layer0_config")).became == "survived"


@pytest.mark.parametrize(("word", "state"), [("passed", "good"), ("failed", "bad")])
def test_run_of_sabotage_alone_has_its_own_sentence(word: str, state: str) -> None:
    seen = verdict(Run(verdict=word, seconds=1.0, sabotage=[NOTICED, SURVIVED]))

    assert (seen.state, seen.sentence) == (state, "1 of 2 breaks noticed.")


def test_run_without_sabotage_has_no_chapter() -> None:
    assert sabotage_view([]) is None
