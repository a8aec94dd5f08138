"""The page of each kind of run: whole, alone, readable by everyone, and honest about what was not measured."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fixtures.report.page import write
from tests.unit.report.reading import Document
from tests.unit.report.samples import KINDS, directory, results

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"
pages = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The page of each kind of run, as text."""
    root = tmp_path_factory.mktemp("pages")
    return {kind: write(directory(kind, root / kind)).read_text(encoding="utf-8") for kind in KINDS}


@pytest.fixture(scope="module")
def documents(texts: dict[str, str]) -> dict[str, Document]:
    """The page of each kind of run, as elements."""
    return {kind: Document(text) for kind, text in texts.items()}


def made(tmp_path: Path, **content: Any) -> Document:
    """Return the page of some content of results.json."""
    (tmp_path / "results.json").write_text(json.dumps({"schema": 1, "verdict": "failed", "seconds": 1.0, **content}))
    return Document(write(tmp_path).read_text(encoding="utf-8"))


@pages
def test_page_asks_nothing_of_anyone(texts: dict[str, str], documents: dict[str, Document], kind: str) -> None:
    page = documents[kind]

    assert page.all("script") == page.all("iframe") == page.all("img") == []
    assert [each.attributes["href"] for each in page.all("link")] == ["data:,"]
    assert [each for each in page.elements if "src" in each.attributes] == []
    assert re.findall(r"url\((?!#)|@import|https?://(?!www\.w3\.org/2000/svg)", texts[kind]) == []


@pages
def test_page_stays_small(texts: dict[str, str], kind: str) -> None:
    assert 2_000 < len(texts[kind].encode()) < 1_500_000


@pages
def test_page_has_landmarks_and_a_way_past_them(documents: dict[str, Document], kind: str) -> None:
    page = documents[kind]

    assert page.one("html").attributes["lang"] == "en"
    assert [bool(each.text) for each in page.all("title") if not each.within("svg")] == [True]
    assert [len(page.all(each)) for each in ("main", "nav", "h1", "footer")] == [1, 1, 1, 1]
    assert page.all("a")[0].attributes["href"] == f"#{page.one('main').attributes['id']}"


@pages
def test_headings_leave_out_no_level(documents: dict[str, Document], kind: str) -> None:
    levels = [int(each.name[1]) for each in documents[kind].elements if re.fullmatch("h[1-6]", each.name)]

    assert levels[0] == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


@pages
def test_links_and_labels_lead_somewhere(documents: dict[str, Document], kind: str) -> None:
    page = documents[kind]
    identifiers = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    wanted = [each.attributes["href"].removeprefix("#") for each in page.all("a")]
    wanted += [name for each in page.elements for name in each.attributes.get("aria-labelledby", "").split()]

    assert len(identifiers) == len(set(identifiers))
    assert set(wanted) <= set(identifiers)


@pages
def test_tables_have_captions_and_heads(documents: dict[str, Document], kind: str) -> None:
    page = documents[kind]

    assert len(page.all("caption")) == len(page.all("table"))
    assert [each.text for each in page.all("th") if each.attributes.get("scope") not in ("col", "row")] == []
    assert [each for each in page.all("table") if not each.within("div")] == [], "a wide table scrolls inside"


@pages
def test_drawings_have_words_and_numbers(documents: dict[str, Document], kind: str) -> None:
    page = documents[kind]
    drawings = page.all("svg")
    titles = [each for each in page.all("title") if each.within("svg")]

    assert all(each.attributes["role"] == "img" for each in drawings)
    assert len(titles) == len(page.all("desc")) == len(drawings)
    assert all(each.text for each in titles + page.all("desc"))
    assert [each for each in page.all("figure") if "<svg" in each.text] == []


@pages
def test_glyphs_are_told_in_words_too(documents: dict[str, Document], kind: str) -> None:
    page = documents[kind]
    glyphs = [each for each in page.all("span") if "glyph" in each.attributes.get("class", "").split()]

    assert glyphs
    assert all(each.attributes["aria-hidden"] == "true" for each in glyphs)
    assert {each.text for each in glyphs} <= {"✓", "✗", "\N{EN DASH}", "○"}


@pages
def test_nothing_that_is_no_number_is_shown(texts: dict[str, str], kind: str) -> None:
    visible = re.sub(r"<(style|pre)\b.*?</\1>", "", texts[kind], flags=re.DOTALL)

    assert re.findall(r"\b(?:nan|NaN|None|undefined|inf|Infinity)\b", visible) == []


def test_passed_run_shows_every_chapter_that_it_measured(documents: dict[str, Document]) -> None:
    page = documents["passed"]

    assert page.one("h1").text == "✓ Passed"
    assert list(page.chapters()) == [
        *("pipeline", "layers", "startup", "freshness", "ledger", "panels", "load", "alerts", "trend", "images"),
        "absent",
    ]
    absent = [each.text.split(":")[0] for each in page.all("li") if "measures it" in each.text]
    assert absent == [f"\N{EN DASH} {name}" for name in ("Cost of observing", "Faults", "Exits", "Sabotage")]


def test_every_panel_is_drawn_or_shows_its_numbers(documents: dict[str, Document]) -> None:
    panels = documents["passed"].all("figure", **{"class": "panel"})
    recorded = {(each["dashboard"], each["panel"]) for each in results("passed")["panels"]}

    shown = [each for each in documents["passed"].elements if each.name in ("svg", "dl")]
    without = [each.text for each in panels if not any(each is one for inner in shown for one in inner.around)]

    assert len(panels) == len(recorded) > 10
    assert without == []


def test_failed_run_tells_each_failure_in_full(documents: dict[str, Document]) -> None:
    page = documents["failed"]
    failures = results("failed")["failures"]
    articles = page.all("article")

    assert page.one("h1").text == "✗ Failed"
    assert next(page.chapters()) == "failures"
    assert len(articles) == len(failures) == 4
    for failure, article in zip(failures, articles, strict=True):
        assert failure["test"] in article.text
        assert " ".join(failure["text"].split()) in article.text
        assert all(" ".join(text.split()) in article.text for _, text in failure["sections"])


def test_unfinished_run_is_neither_passed_nor_failed(documents: dict[str, Document]) -> None:
    page = documents["unfinished"]
    sentence = page.one("p", **{"class": "sentence"}).text

    assert page.one("h1").text == "\N{EN DASH} Not finished"
    assert re.fullmatch(r"The run was interrupted after [\d,]+ of [\d,]+ claims\. Nothing that .* failed\.", sentence)
    assert "\N{EN DASH}not complete: 4 dashboards" in "".join(each.text for each in page.all("th"))


def test_empty_directory_says_what_to_run(documents: dict[str, Document]) -> None:
    page = documents["empty"]

    assert page.one("h1").text == "\N{EN DASH} No run"
    assert "make pipeline" in page.one("p", **{"class": "sentence"}).text
    assert list(page.chapters()) == ["absent"]


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    failure = {"test": f"tests/x.py::t[{HOSTILE}]", "layer": HOSTILE, "phase": HOSTILE, "text": f"expected: {HOSTILE}"}
    line = {"name": HOSTILE, "t": [0.0, 1.0], "v": [1.0, 2.0]}
    panel = dict.fromkeys(("dashboard", "panel", "path", "kind", "unit", "description"), HOSTILE)
    (tmp_path / "panels.json").write_text(json.dumps([{**panel, "seconds": 1.0, "lines": [line]}]))

    page = made(
        tmp_path,
        failures=[{**failure, "crash": HOSTILE, "sections": [[HOSTILE, HOSTILE]]}],
        layers=[{"name": HOSTILE, "passed": 0, "failed": 1, "skipped": 0, "seconds": 1.0}],
        skipped=[{"test": HOSTILE, "reason": HOSTILE}],
        ledger=[{"run": HOSTILE, "fact": HOSTILE, "station": HOSTILE, "value": 1, "agrees": False}],
        images=[{"service": HOSTILE, "source": HOSTILE, "reference": HOSTILE}],
        faults=[{HOSTILE: HOSTILE}],
        exits=[{HOSTILE: HOSTILE}],
        sabotage=[{"mutant": HOSTILE, "layer_expected": HOSTILE, "layer_red": HOSTILE}],
        alerts=[{"rule": HOSTILE, "pending_s": 1, "firing_s": 2, "delivered_s": 3, "resolved_s": 4}],
        freshness=[{"path": HOSTILE, "hop": HOSTILE, "samples": 1, "p50_s": 1, "p95_s": 1, "max_s": 1, "bound_s": 2}],
        load=[{"scenario": HOSTILE, "invalid": [HOSTILE], "answering": [{HOSTILE: HOSTILE}]}],
    )

    assert page.all("script") == page.all("img") == []
    assert [each for each in page.elements if any(name.startswith("on") for name in each.attributes)] == []
    assert page.one("article").text.count(HOSTILE) >= 4
    assert HOSTILE in page.one("section", id="panels").text


def test_disagreement_in_the_ledger_is_marked(tmp_path: Path) -> None:
    page = made(
        tmp_path,
        ledger=[
            {"run": "flow", "fact": "created", "station": "client", "value": 37, "agrees": True},
            {"run": "flow", "fact": "created", "station": "collector exporter", "value": 36, "agrees": False},
        ],
    )

    assert [each.text for each in page.all("td", **{"class": "number wrong"})] == ["≠ 36"]
    assert "flow: 1 fact, 1 of them unequal" in page.one("section", id="ledger").text
    assert "✗broken: config-service → otel-collector, pushed" in page.one("section", id="pipeline").text


def test_skipped_tests_say_why(tmp_path: Path) -> None:
    page = made(tmp_path, skipped=[{"test": "tests/integration/x/test_y.py::test_z", "reason": "no engine here"}])

    assert "no engine here" in page.one("section", id="skipped").text


def test_cost_of_observing_measured_on_its_own_is_shown(tmp_path: Path) -> None:
    row = {
        "figure": "memory",
        "variant": "both",
        "ratio": 1.01,
        "low": 1.0,
        "high": 1.02,
        "pairs": 9,
        "verdict": "passed",
    }
    (tmp_path / "overhead.json").write_text(json.dumps({"schema": 1, "overhead": [row]}))

    assert "1.000 to 1.020" in made(tmp_path).one("section", id="overhead").text


def test_same_run_gives_the_same_page(tmp_path: Path) -> None:
    first = write(directory("passed", tmp_path)).read_text(encoding="utf-8")

    assert write(tmp_path).read_text(encoding="utf-8") == first
    assert len((tmp_path / "history.jsonl").read_text(encoding="utf-8").splitlines()) == 1
