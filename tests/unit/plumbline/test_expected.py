"""The table of another project: one that proves nothing, contradicts itself or cannot be read is refused by name."""

from pathlib import Path
from typing import Any

import pytest

from fixtures.errors import PlumblineError
from fixtures.expectations import Metric
from fixtures.measured import Fact
from plumbline.expected import read
from tests.unit.plumbline.table import FACT, expected


@pytest.mark.parametrize("part", ["ports", "jobs", "metrics", "flows", "paths"])
def test_table_with_nothing_in_it_is_refused(part: str) -> None:
    with pytest.raises(PlumblineError, match=f"the table has no .*{part}.*: it would prove nothing"):
        expected(**{part: []})


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"paths": {"scrape": "orders", "otlp": "nobody"}}, "the job nobody"),
        ({"paths": {"scrape": "orders"}}, "the path otlp of orders_placed_total"),
        ({"ports": {"prometheus": 9090}}, "the port of orders"),
        ({"ports": {"orders": 8000}}, "the port of prometheus"),
        ({"dashboards": [Path("x.json")]}, "the port of grafana"),
    ],
)
def test_table_that_contradicts_itself_is_refused(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(PlumblineError, match=f"names what it does not define: .*{named}"):
        expected(**changed)


def test_fact_travels_as_its_metric_does() -> None:
    scraped = Metric("seconds", "histogram", "s", paths=frozenset({"scrape"}))

    table = expected(metrics=[*expected().metrics, scraped])

    assert table.ways(FACT) == ["scrape", "otlp"]
    assert table.ways(Fact("seconds_count", {})) == ["scrape"]
    assert table.ways(Fact("unheard_of", {})) == ["scrape", "otlp"]


def test_deadline_grows_with_the_intervals() -> None:
    assert expected(scrape_interval=15, export_interval=60).within > expected(scrape_interval=1).within + 15


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no table of expectations at .*expectations.py"),
        ("import nowhere", "cannot be imported: ModuleNotFoundError"),
        ("1 +", "cannot be imported: SyntaxError"),
        ("EXPECTED = {}", "there is no EXPECTED = Expected"),
        ("from plumbline import Expected\nEXPECTED = Expected({}, [], [], [], {})", "it would prove nothing"),
    ],
    ids=["missing", "import", "syntax", "no table", "empty"],
)
def test_file_that_is_no_table_is_named(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "expectations.py"
    if text is not None:
        file.write_text(text)

    with pytest.raises(PlumblineError, match=message):
        read(file)
