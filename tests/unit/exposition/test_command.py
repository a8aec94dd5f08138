"""The command line: exit codes, lines, JSON, several inputs, and asking a URL as Prometheus does."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures.exposition.__main__ import app
from tests.unit.exposition.documents import om

runner = CliRunner()


@contextmanager
def target(status: int, body: bytes, headers: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Serve one body; gives the URL and the Accept headers that came."""
    accepts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            accepts.append(self.headers["Accept"])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/metrics", accepts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def clean(tmp_path: Path) -> str:
    path = tmp_path / "clean.prom"
    path.write_text("a 1\n")
    return str(path)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "broken.prom"
    path.write_text("a 1\na 2\n")
    return str(path)


def test_clean_file_exits_with_zero_and_says_nothing(clean: str) -> None:
    result = runner.invoke(app, ["lint", clean])

    assert (result.exit_code, result.output) == (0, "")


def test_finding_names_file_line_rule_and_mend(broken: str) -> None:
    result = runner.invoke(app, ["lint", broken])

    assert result.exit_code == 1
    assert f"{broken}:2: series-duplicate: a is on line 1 already\n    mend: Expose each series once" in result.output


def test_standard_input_is_read() -> None:
    assert runner.invoke(app, ["lint", "-"], input="a 1\na 2\n").exit_code == 1


def test_standard_input_named_twice_exits_with_two() -> None:
    result = runner.invoke(app, ["compare", "-", "-"], input="a 1\n")

    assert result.exit_code == 2
    assert "standard input is read once" in result.stderr


def test_several_inputs_are_all_read(clean: str, broken: str) -> None:
    result = runner.invoke(app, ["lint", "--json", clean, broken, clean])

    report = json.loads(result.stdout)
    assert (result.exit_code, [entry["samples"] for entry in report["inputs"]]) == (1, [1, 2, 1])


def test_json_finding_has_stable_keys(broken: str) -> None:
    report = json.loads(runner.invoke(app, ["lint", "--json", broken]).stdout)

    assert (report["schema"], report["verdict"]) == (1, "findings")
    assert set(report["findings"][0]) == {"source", "side", "line", "rule", "message", "mend"}


def test_missing_file_exits_with_two(tmp_path: Path, broken: str) -> None:
    result = runner.invoke(app, ["lint", str(tmp_path / "absent"), broken])

    assert result.exit_code == 2
    assert "cannot be read: No such file or directory" in result.stderr
    assert "series-duplicate" in result.stdout


def test_directory_exits_with_two(tmp_path: Path) -> None:
    assert runner.invoke(app, ["lint", str(tmp_path)]).exit_code == 2


def test_undecodable_bytes_are_a_finding(tmp_path: Path) -> None:
    (tmp_path / "latin1").write_bytes(b'a{x="\xe9"} 1\n')

    assert runner.invoke(app, ["lint", str(tmp_path / "latin1")]).exit_code == 1


def test_given_format_wins_over_content(tmp_path: Path) -> None:
    (tmp_path / "om").write_text("# TYPE a counter\na 1\n# EOF\n")

    assert runner.invoke(app, ["lint", "--format", "classic", str(tmp_path / "om")]).exit_code == 0
    assert runner.invoke(app, ["lint", "--format", "openmetrics", str(tmp_path / "om")]).exit_code == 1


def test_url_is_asked_for_openmetrics_first() -> None:
    content_type = {"Content-Type": "application/openmetrics-text; version=1.0.0; charset=utf-8"}
    with target(200, om("a 1").encode(), content_type) as (url, accepts):
        result = runner.invoke(app, ["lint", url])

    assert result.exit_code == 0
    assert accepts[0].startswith("application/openmetrics-text;version=1.0.0")


def test_url_content_type_decides_the_format() -> None:
    with target(200, b"a 1\n", {"Content-Type": "application/openmetrics-text; version=1.0.0"}) as (url, _):
        assert "missing-eof" in runner.invoke(app, ["lint", url]).output


def test_compressed_answer_is_read() -> None:
    headers = {"Content-Type": "text/plain; version=0.0.4", "Content-Encoding": "gzip"}
    with target(200, gzip.compress(b"a 1\n"), headers) as (url, _):
        assert runner.invoke(app, ["lint", url]).exit_code == 0


@pytest.mark.parametrize("status", [204, 404, 500, 503])
def test_other_status_exits_with_two(status: int) -> None:
    with target(status, b"", {}) as (url, _):
        result = runner.invoke(app, ["lint", url])

    assert result.exit_code == 2
    assert str(status) in result.stderr


def test_refused_connection_exits_with_two() -> None:
    with target(200, b"", {}) as (url, _):
        pass

    assert runner.invoke(app, ["lint", url]).exit_code == 2


def test_comparison_names_both_scrapes(clean: str, broken: str) -> None:
    assert runner.invoke(app, ["compare", clean, clean]).exit_code == 0
    assert runner.invoke(app, ["compare", clean, broken + ".absent"]).exit_code == 2


def test_comparison_reports_the_later_file(tmp_path: Path) -> None:
    for name, value in (("before", 5), ("after", 4)):
        (tmp_path / name).write_text(f"# TYPE a counter\na {value}\n")
    result = runner.invoke(app, ["compare", "--json", str(tmp_path / "before"), str(tmp_path / "after")])

    finding = json.loads(result.stdout)["findings"][0]
    assert (finding["side"], finding["rule"], finding["line"]) == ("after", "counter-fell", 2)
    assert finding["source"] == str(tmp_path / "after")
