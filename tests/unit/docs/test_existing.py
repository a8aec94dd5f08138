"""What the documents tell people to type exists, in their blocks and in their sentences."""

import re

import pytest

from tests.docs.existing import objections
from tests.docs.pages import FILES, pages

_BEGINS = re.compile(r"(make|pytest|tox|python -m) ")
_LEFT_OUT = re.compile(r"[…<>]|[A-Z]{3,}$")
"""Sentences leave out what a reader fills in."""


def said(name: str) -> list[str]:
    """Every command of a page: those of its blocks, and those in code marks in its sentences."""
    page = pages()[name]
    spoken = [each for each in re.findall(r"`([^`\n]+)`", page.prose) if _BEGINS.match(each)]
    return [*(command for block in page.blocks for command in block.commands), *spoken]


@pytest.mark.parametrize("name", FILES)
def test_what_is_to_be_typed_exists(name: str) -> None:
    wrong = {each: objections(each) for each in said(name) if not _LEFT_OUT.search(each)}

    assert {each: found for each, found in wrong.items() if found} == {}


def test_pages_have_something_to_type() -> None:
    assert sum(len(said(name)) for name in FILES) > 60


@pytest.mark.parametrize(
    ("command", "objection"),
    [
        pytest.param("make pipelin", "make has no target pipelin", id="target"),
        pytest.param('make load ARGS="--load-profil full"', "nobody takes --load-profil", id="option by make"),
        pytest.param("pytest --explian layer3", "pytest has no --explian", id="option"),
        pytest.param("pytest -m pipelin", "there is no marker pipelin", id="marker"),
        pytest.param("pytest --component colector", "there is no component colector", id="component"),
        pytest.param("pytest tests/integration/layer9", "there is no tests/integration/layer9", id="path"),
        pytest.param("pytest tests/unit/docs/test_links.py::test_no", "test_links.py has no test_no", id="test"),
        pytest.param("tox -e confg", "tox has no environment confg", id="tox"),
        pytest.param("python -m fixtures.conf", "there is no module fixtures.conf", id="module"),
        pytest.param(
            "python -m fixtures.configuration --rot x", "fixtures.configuration has no --rot", id="module option"
        ),
        pytest.param("PLUMBLINE_SLOW=2 make test", "there is no setting PLUMBLINE_SLOW", id="setting"),
        pytest.param("docker compose exec prometeus ls", "there is no service prometeus", id="service"),
        pytest.param("cat x | jq .", "nobody knows the program jq", id="program"),
    ],
)
def test_what_does_not_exist_is_told(command: str, objection: str) -> None:
    assert any(objection in each for each in objections(command))


def test_what_exists_is_not_objected_to() -> None:
    assert objections("for n in 1 2; do curl --silent http://127.0.0.1:8000/x; done") == []
    assert (
        objections('PLUMBLINE_SLOWNESS=2 make load ARGS="--load-profile full" && pytest -m pipeline tests/unit') == []
    )
