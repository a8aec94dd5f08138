"""Spoiled documents give findings, never a crash or a hang. `make fuzz` tries new ones for FUZZ_SECONDS in all."""

import re
from collections.abc import Iterator

import pytest

from tests.unit.fuzz.running import Target, TooSlow, bounded, fuzz, seconds_given
from tests.unit.fuzz.targets import TARGETS, remove_tree


@pytest.fixture(scope="module", autouse=True)
def _tree_removed() -> Iterator[None]:
    yield
    remove_tree()


@pytest.mark.parametrize("target", TARGETS, ids=lambda each: each.name)
def test_spoiled_documents_give_findings_only(target: Target, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = seconds_given(len(TARGETS))

    ran = fuzz(target, seconds)

    assert ran.documents >= min(target.examples, 10)
    if seconds is not None:
        with capsys.disabled():
            print(f"\n{target.name}: {ran.documents} documents, the slowest took {ran.slowest:.2f} s")


def test_crash_is_found_with_its_document() -> None:
    def crashes(document: bytes) -> None:
        document.decode()

    with pytest.raises(UnicodeDecodeError, match="invalid"):
        fuzz(Target("crashing", TARGETS[0].documents, crashes, 400), None)


def test_hang_is_ended() -> None:
    with pytest.raises(TooSlow), bounded(0.1):
        re.fullmatch("(a|a)*b", "a" * 60)
