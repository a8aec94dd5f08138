"""The matrix is whole: every cell is a row or has a reason, and every row can be told from a fault that never was."""

import dataclasses
from string import Template

import pytest
from promql_parser import parse

from fixtures.bringup import SERVICES
from fixtures.faults.matrix import ABSENT, BY_THE_ENGINE, OWN_VERBS, PARTS, ROWS, VERBS, Row
from fixtures.grafana.rules import shipped

CLOCK = "with a clock that is wrong"


def test_every_cell_is_tried_or_has_a_reason() -> None:
    cells = {(service, fault) for service in SERVICES for fault in (*VERBS, CLOCK)}
    tried = {(each.service, each.fault) for each in ROWS if each.fault in VERBS}

    assert tried | ABSENT.keys() == cells
    assert tried & ABSENT.keys() == set()
    assert all(len(reason) > 20 for reason in ABSENT.values())


def test_every_fault_of_one_part_is_tried() -> None:
    assert {each.fault for each in ROWS} == {*VERBS, *OWN_VERBS}
    assert PARTS.keys() == set(SERVICES)


def test_no_row_is_there_twice() -> None:
    assert len({each.name for each in ROWS}) == len(ROWS) > 40


def test_every_part_is_often_broken() -> None:
    often = {each.service for each in ROWS if each.often}

    assert often == set(SERVICES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_proof_is_a_query(row: Row) -> None:
    parse(Template(row.proof).substitute(window="9s", seconds="8.1", project="plumbline-x"))


def test_few_rows_go_without_a_proof() -> None:
    unproven = {each.fault for each in ROWS if each.proof == BY_THE_ENGINE and not each.hole}

    assert unproven <= {"with little memory", "with a full disk", "on a bad network"}


def test_alarms_are_rules_that_ship() -> None:
    titles = {each.title for each in shipped()}
    alarms = [each.alarm.rule for each in ROWS if each.alarm]

    assert set(alarms) <= titles
    assert len(alarms) >= 3


def test_only_ends_of_the_service_may_lose_counts() -> None:
    losing = {(each.service, each.fault) for each in ROWS if each.lost}

    assert losing == {("config-service", "killed"), ("config-service", "with little memory")}


def test_rows_are_data() -> None:
    assert all(dataclasses.is_dataclass(each) and each.within > 0 for each in ROWS)
