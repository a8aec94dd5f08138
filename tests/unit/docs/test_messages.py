"""Every message in troubleshooting can still be printed: by our programs, or by those that are named here."""

import re

import pytest

from tests.docs.messages import of_a_test, printable
from tests.docs.pages import Block, pages

BLOCKS = [each for each in pages()["docs/troubleshooting.md"].blocks if each.language == "text"]
FOREIGN = re.compile(r"^python -m pytest: error: argument|^ERROR: Unknown marker|^ERROR: file or directory not found")
"""pytest's own."""


@pytest.mark.parametrize("block", BLOCKS, ids=repr)
def test_message_can_be_printed(block: Block) -> None:
    lines = block.text.splitlines()

    assert FOREIGN.match(lines[0]) or any(printable(each) or of_a_test(each) for each in lines), block.text


def test_there_are_messages() -> None:
    assert len(BLOCKS) > 25


@pytest.mark.parametrize(
    ("line", "can"),
    [
        ("error: the Docker engine that was chosen does not answer", True),
        ("error: the Docker engine that was picked does not answer", False),
        ("  GRAFANA_PORT=3001: python3 (process 7)", False),
        ("error: the packages of locks/suite.txt could not be installed", True),
        ("  to do: correct the file, or move it away", True),
        ("  to do: correct the file, or throw it away", False),
    ],
)
def test_line_is_held_against_the_code(line: str, can: bool) -> None:
    assert printable(line) is can


def test_head_of_a_failure_is_held_against_the_tests() -> None:
    assert of_a_test("_ test_panel_has_data[plumbline-application / otlp / Alerts] _")
    assert not of_a_test("_ test_panel_has_no_data[plumbline-application / otlp / Alerts] _")
