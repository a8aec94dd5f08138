"""Files that unfold, nest or hold themselves without end are named in one line, and at once."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from fixtures.configuration import load
from fixtures.configuration.__main__ import main
from fixtures.configuration.findings import UnreadableError
from fixtures.configuration.model import COMPOSE
from fixtures.configuration.node import DEEPEST, Node
from fixtures.configuration.promql_parse import parse
from fixtures.configuration.read_json import read_json
from fixtures.configuration.read_lines import read_conf, read_env, read_toml
from fixtures.configuration.read_yaml import read_yaml
from tests.unit.fuzz.running import bounded

Reader = Callable[[str, str], Node]
LETTERS = "abcdefghij"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in pairwise(LETTERS)
)
MERGED = "a: &a {k: v}\n" + "".join(
    f"{name}: &{name} {{<<: [{','.join([f'*{before}'] * 10)}]}}\n" for before, name in pairwise(LETTERS)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000))
REFUSED: dict[str, tuple[Reader, str, str]] = {
    "aliases to the tenth power": (read_yaml, BOMB, "aliases written out"),
    "merges to the tenth power": (read_yaml, MERGED, "aliases written out"),
    "aliases of aliases": (read_yaml, CHAIN, "aliases written out"),
    "list in itself": (read_yaml, "a: &a [1, *a]\n", "aliases written out"),
    "mapping in itself": (read_yaml, "&a\nb: *a\n", "aliases written out"),
    "mapping merged into itself": (read_yaml, "&a\n<<: *a\n", "aliases written out"),
    "list merged into itself": (read_yaml, "<<: &a [*a]\n", "aliases written out"),
    "YAML lists in lists": (read_yaml, "a: " + "[" * 100_000, "nested deeper"),
    "YAML lists in lines": (read_yaml, "- " * 100_000 + "x", "nested deeper"),
    "YAML mappings in mappings": (read_yaml, "{a: " * 100_000, "nested deeper"),
    "YAML questions": (read_yaml, "? " * 100_000, "nested deeper"),
    "JSON lists": (read_json, "[" * 100_000, "nested deeper"),
    "JSON objects": (read_json, '{"a":' * 100_000, "nested deeper"),
    "TOML lists": (read_toml, "a = " + "[" * 100_000, "nested deeper"),
    "TOML integer": (read_toml, "a = " + "9" * 5000, "not TOML"),
    "blanks before a quote": (read_conf, "a" + " " * 200_000 + "'", "not a setting"),
}


@pytest.mark.parametrize(("read", "text", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_hostile_text_is_refused_at_once(read: Reader, text: str, reason: str) -> None:
    with bounded(2), pytest.raises(UnreadableError, match=reason) as caught:
        read("some.file", text)

    assert caught.value.line >= 1


def test_deepest_that_is_allowed_is_read() -> None:
    deep = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)

    assert read_yaml("f", f"a: {deep}").exists
    assert read_json("f", f'{{"a": {deep}}}').exists


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "1e999"])
def test_number_without_end_is_no_crash(number: str) -> None:
    for node in (read_yaml("f", f"a: {number}").at("a"), read_json("f", f'{{"a": {number}}}').at("a")):
        assert node.number in (float("inf"), float("-inf"))
        assert node.text


def test_blanks_before_a_remark_take_no_time() -> None:
    with bounded(1):
        node = read_env("f", "A=b" + " " * 200_000 + "c")

    assert node.at("A").text.startswith("b ")


@pytest.mark.parametrize("query", ["1" + " + 1" * 20_000, "(" * 100_000, "sum(" * 20_000, "x" * 200_000])
def test_query_without_end_is_refused(query: str) -> None:
    with bounded(1), pytest.raises(ValueError, match="more than"):
        parse(query)


@pytest.mark.parametrize("text", [BOMB, "a: " + "[" * 100_000, "\x00", "a: \ud800", "#" * 2**23, "", "- 1\n--- 2\n"])
def test_hostile_file_ends_the_command_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / COMPOSE).parent.mkdir()
    (tmp_path / COMPOSE).write_bytes(text.encode("utf-8", "surrogatepass"))

    with bounded(5):
        code = main(["--root", str(tmp_path)])

    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{COMPOSE}:")]
    assert (code, len(lines)) == (2, 1)
    assert "files-readable" in lines[0]


def test_unreadable_directory_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / COMPOSE).mkdir(parents=True)

    assert COMPOSE in {each.file for each in load(tmp_path).broken}
