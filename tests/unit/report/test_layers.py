"""Every folder of proofs has a name and a sentence on the page, and layers stand in their order."""

from fixtures.report.layers import PROVES, layers
from fixtures.report.run import Run, Tally
from fixtures.settings import ROOT

OWN = {"unit", "service", "examples", "integration"}
"""Folders of tests/ that prove nothing of a pipeline, and the one whose folders are the layers."""


def test_every_folder_of_proofs_is_told() -> None:
    tests = ROOT / "tests"
    folders = {f"tests/{each.name}" for each in tests.iterdir() if each.is_dir() and each.name not in OWN}
    folders = {each for each in folders if not each.endswith("__pycache__")}

    assert PROVES.keys() == folders | {each.name for each in (tests / "integration").glob("layer*")}
    assert all(title and words for title, words in PROVES.values())


def test_layers_stand_in_order_and_others_behind() -> None:
    names = ["tests/exits", "other", "layer5_faults", "tests/load", "layer0_config"]

    found = layers(Run(layers=[Tally(each, 1, 0, 0, 1.0) for each in names]))

    assert [each.title for each in found] == ["0 config", "5 faults", "load", "exits", "other"]
