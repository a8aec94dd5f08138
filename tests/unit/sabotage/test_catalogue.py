"""The catalogue fits the files as they are: each change applies once, names are unique, whoever must notice exists."""

import ast
from pathlib import Path

import pytest

from fixtures.components import COMPONENTS
from fixtures.configuration import RULES
from fixtures.settings import ROOT
from tests.sabotage.catalogue import LAYERS, Change, Inapplicable, Row, apply, rows
from tests.sabotage.copies import broken

ROWS = rows()
MUTANTS = [each for each in ROWS if not each.harmless]
HARMLESS = [each for each in ROWS if each.harmless]
MOST_ROWS, MOST_HARMLESS = 70, 14
MOST_UNFIT = 0.05
"""Share of the catalogue that may not fit its files: somebody changed them, and the rows are to be mended."""


def changed(row: Row) -> dict[str, str]:
    """The files of a row after its changes."""
    texts: dict[str, str] = {}
    for each in row.changes:
        text = texts.get(each.file) or (ROOT / each.file).read_text(encoding="utf-8")
        texts[each.file] = each.apply(text)
    return texts


def test_catalogue_has_enough_of_both_kinds() -> None:
    assert len(MUTANTS) >= MOST_ROWS
    assert len(HARMLESS) >= MOST_HARMLESS


def unfit(row: Row) -> str:
    """Why a row does not fit the files as they are, if so."""
    try:
        changed(row)
    except (Inapplicable, FileNotFoundError) as reason:
        return str(reason)
    return ""


FITTING_HARMLESS = [each for each in HARMLESS if not unfit(each)]


def test_catalogue_fits_its_files() -> None:
    found = {each.id: unfit(each) for each in ROWS if unfit(each)}

    assert len(found) <= MOST_UNFIT * len(ROWS), found


@pytest.mark.parametrize("row", ROWS, ids=lambda each: each.id)
def test_row_applies_exactly_once(row: Row) -> None:
    if reason := unfit(row):
        pytest.skip(reason)
    texts = changed(row)

    assert texts or row.environment
    for file, text in texts.items():
        assert text != (ROOT / file).read_text(encoding="utf-8")
        if file.endswith(".py"):
            ast.parse(text)


@pytest.mark.parametrize("row", MUTANTS, ids=lambda each: each.id)
def test_whoever_must_notice_exists(row: Row) -> None:
    assert row.breaks
    assert row.layer in LAYERS
    assert set(row.by.split()) <= RULES.keys() if row.layer == "layer0" else (ROOT / row.killers).is_file()
    assert not row.component or row.component in COMPONENTS


def test_every_layer_is_broken_by_some_mutant() -> None:
    assert {each.layer for each in MUTANTS} == set(LAYERS)


def test_every_part_is_broken_by_some_mutant() -> None:
    files = {each.file for row in MUTANTS for each in row.changes}

    for part in ("docker-compose.yml", ".env.example", "otel-collector/", "prometheus/", "postgres/", "images/"):
        assert [each for each in files if each.startswith(f"compose/{part}")], f"nothing breaks compose/{part}"
    for part in ("grafana.ini", "dashboards/", "provisioning/datasources", "provisioning/alerting"):
        assert [each for each in files if each.startswith(f"compose/grafana/{part}")], f"nothing breaks {part}"
    assert {"service/Dockerfile", "service/repository.py", "service/schema.sql"} <= files


def test_harmless_changes_fit_together(tmp_path: Path) -> None:
    with broken(ROOT, FITTING_HARMLESS, tmp_path) as copy:
        assert copy.parent == tmp_path

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("a", "gone", "x"), "has 'gone' 0 times"),
        (Change("a", "two", "x"), "has 'two' 2 times"),
        (Change("a", "two", "x", after="never"), "has 'never' 0 times"),
        (Change("a", "one", "x", after="three"), "has no 'one' after 'three'"),
        (Change("a", "one", "one"), "replaced by itself"),
    ],
)
def test_change_that_does_not_fit_is_refused(change: Change, words: str) -> None:
    with pytest.raises(Inapplicable, match=words):
        change.apply("one two two three")


def test_change_after_words_takes_the_first_behind_them() -> None:
    change = Change("a", "two", "2", after="one")

    assert change.apply("two one two two") == "two one 2 two"


def test_unfit_row_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("text", encoding="utf-8")

    with pytest.raises(Inapplicable, match="odd: a has 'gone' 0 times, not once"):
        apply(Row("odd", "", (Change("a", "gone", "x"),)), tmp_path)
    with pytest.raises(Inapplicable, match="odd: there is no file b"):
        apply(Row("odd", "", (Change("b", "gone", "x"),)), tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: {one: {layer: layer0, by: x, old: a, new: b}}", "one needs"),
        ("a: {one: {breaks: x, layer: layer9, by: x, old: a, new: b}}", "one needs"),
        ("a: {one: {breaks: x, layer: layer0, by: x, old: a, new: b, nwe: c}}", "one needs"),
        ("a: {one: {breaks: x, layer: layer0, by: x}}\nb: {one: {breaks: x, layer: layer0, by: x}}", "called one"),
        ("a: b: c", "not YAML"),
    ],
)
def test_unusable_table_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "mutants").mkdir()
    (tmp_path / "mutants" / "some.yml").write_text(text, encoding="utf-8")
    (tmp_path / "harmless.yml").write_text("", encoding="utf-8")

    with pytest.raises(Inapplicable, match=words):
        rows(tmp_path)
