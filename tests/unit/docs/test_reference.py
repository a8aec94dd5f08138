"""The reference has every name that the code has, and no other."""

import re
from collections.abc import Callable, Collection

import pytest

import plumbline
from plumbline import session
from plumbline.expected import Expected
from tests.docs import code
from tests.docs.pages import names, pages, rows
from tests.unit.docs import recorded

REFERENCE = pages()["docs/reference.md"]


def differences(documented: Collection[str], known: Collection[str]) -> dict[str, list[str]]:
    """What one has and the other has not, and what is documented twice."""
    twice = {each for each in documented if list(documented).count(each) > 1}
    found = {
        "missing in the reference": sorted(set(known) - set(documented)),
        "unknown to the code": sorted(set(documented) - set(known)),
        "documented twice": sorted(twice),
    }
    return {key: value for key, value in found.items() if value}


def section(*headings: str) -> list[str]:
    return [name for each in headings for name in names(REFERENCE.section(each))]


def fixtures() -> set[str]:
    return {name for name, each in vars(session).items() if type(each).__name__ == "FixtureFunctionDefinition"}


LISTS: dict[str, tuple[list[str], Callable[[], Collection[str]]]] = {
    "targets": (section("Make targets"), code.targets),
    "options and markers": (section("pytest"), lambda: {*code.options(), *code.markers()}),
    "tox": (section("tox"), code.environments),
    "modules": (section("Command lines"), code.modules),
    "settings of a run": (
        section("Of a run", "Of images", "A stack that stands already"),
        lambda: code.of_a_run() | {"CI"},
    ),
    "settings of the stack": (section("Of the stack"), lambda: code.of_the_stack()),
    "settings of the service": (section("Of the service"), code.of_the_service),
    "ports": (section("Ports"), lambda: code.ports()),
    "names of plumbline": (section("Names of `plumbline`"), lambda: plumbline.__all__),
    "fields of Expected": (section("Fields of `Expected`"), lambda: Expected.__dataclass_fields__),
    "claims": (section("Claims of `plumbline.claims`"), lambda: recorded.constant("plumbline/claims.py", "__all__")),
    "fixtures": (section("Fixtures of `plumbline.session`"), lambda: fixtures() | {"stack"}),
}


@pytest.mark.parametrize("what", LISTS)
def test_list_is_that_of_the_code(what: str) -> None:
    documented, known = LISTS[what]

    assert len(documented) > 1
    assert differences(documented, known()) == {}


def test_difference_is_told_either_way() -> None:
    assert differences(["a", "b", "b"], ["a", "c"]) == {
        "missing in the reference": ["c"],
        "unknown to the code": ["b"],
        "documented twice": ["b"],
    }


def test_defaults_of_the_stack_are_those_of_the_file() -> None:
    told = {
        name: default
        for row in rows(REFERENCE.section("Of the stack"))
        for name, default in [(row[0].strip("`"), row[1])]
    }

    assert told == code.of_the_stack()


def test_ports_are_those_of_the_compose_file() -> None:
    assert {row[0].strip("`"): row[1] for row in rows(REFERENCE.section("Ports"))} == code.ports()


def test_variables_of_the_compose_file_are_all_told() -> None:
    told = {name for each in ("Of the stack", "Of images", "Ports") for name in section(each)}
    set_by_us = [
        each for each in REFERENCE.section("Of the stack").splitlines() if each.startswith("Set by what starts")
    ]

    left = code.of_compose() - told

    assert left
    assert [name for name in left if f"`{name}`" not in set_by_us[0]] == []


def test_choices_of_options_are_told() -> None:
    told = {row[0]: row[0] + row[1] for row in rows(REFERENCE.section("pytest")) if row[0].startswith("`--")}
    missing = [
        (name, choice)
        for name, how in code.options().items()
        for choice in how.get("choices", ())
        if choice not in next(text for head, text in told.items() if f"`{name}`" in head)
    ]

    assert missing == []


def test_every_command_line_has_its_exit_codes() -> None:
    coded = set(section("Exit codes"))

    assert set(code.modules()) <= coded
    assert coded - {"pytest", "make", "doctor", "make pipeline", "results.json"} <= set(code.modules())


def test_keys_of_results_are_those_that_are_recorded() -> None:
    assert differences(names(REFERENCE.section("results.json")), recorded.known()) == {}


def test_whatever_is_recorded_is_looked_at() -> None:
    looked_at = {key.rstrip(".").partition("[")[0].partition(".")[0] for key in recorded.ROW} | recorded.SINGLE
    never_by_record = {"overhead", "overhead_absolute", "components"}

    assert {key for _, _, key in recorded.sites()} == looked_at - never_by_record


def test_phases_of_a_failure_are_told() -> None:
    (told,) = [row[2] for row in rows(REFERENCE.section("results.json")) if row[0] == "`failures[].phase`"]

    assert re.findall("`(.*?)`", told) == ["setup", "call", "teardown", pytest.CollectReport.when]
