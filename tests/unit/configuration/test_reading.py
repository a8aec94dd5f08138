"""The readers keep lines and refuse what the programs refuse."""

from collections.abc import Callable

import pytest

from fixtures.configuration.findings import UnreadableError
from fixtures.configuration.ignored import is_ignored
from fixtures.configuration.interpolation import Interpolation
from fixtures.configuration.node import Node
from fixtures.configuration.quantities import go_duration, prometheus_duration, size, suggestion
from fixtures.configuration.read_json import read_json
from fixtures.configuration.read_lines import read_conf, read_dockerfile, read_env, read_ini, read_toml
from fixtures.configuration.read_yaml import read_yaml

Reader = Callable[[str, str], Node]

REFUSED: list[tuple[str, Reader, str, int]] = [
    ("yaml duplicate key", read_yaml, "a: 1\nb: 2\na: 3\n", 3),
    ("yaml tab", read_yaml, "a:\n\tb: 1\n", 2),
    ("yaml unknown alias", read_yaml, "a: 1\nb: *c\n", 2),
    ("yaml two documents", read_yaml, "a: 1\n---\nb: 2\n", 2),
    ("yaml list as key", read_yaml, "[a]: 1\n", 1),
    ("json duplicate key", read_json, '{"a": 1,\n "a": 2}', 2),
    ("json comma at the end", read_json, '{"a": 1,\n}', 2),
    ("json without comma", read_json, '{"a": 1\n "b": 2}', 2),
    ("json tail", read_json, "{}\n{}", 2),
    ("json open text", read_json, '{"a": "b\n}', 1),
    ("json word", read_json, "[\nTrue]", 2),
    ("ini key twice", read_ini, "[a]\nb = 1\nb = 2\n", 3),
    ("ini without section", read_ini, "b = 1\n", 1),
    ("ini section twice", read_ini, "[a]\n[b]\n[a]\n", 3),
    ("conf without value", read_conf, "fsync = on\nport\n", 2),
    ("env spaces", read_env, "A=1\nB = 2\n", 2),
    ("env open quote", read_env, "A=1\nB='x\n", 2),
    ("toml open table", read_toml, "[a]\n[b\n", 2),
]


@pytest.mark.parametrize(("read", "text", "line"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_reader_refuses_with_line(read: Reader, text: str, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("some.file", text)

    assert (caught.value.file, caught.value.line) == ("some.file", line)


def test_yaml_merges_and_keeps_lines() -> None:
    node = read_yaml("f", "x: &x\n  a: 1\n  b: on\ny:\n  <<: *x\n  a: 2\n")

    assert node.at("y").plain() == {"a": 2, "b": "on"}
    assert (node.at("y", "a").line, node.at("y", "b").line) == (6, 3)


def test_json_keeps_lines_and_types() -> None:
    node = read_json("f", '{"a": [1,\n  {"b": "x\\u00e9"}],\n "c": null}')

    assert node.plain() == {"a": [1, {"b": "xé"}], "c": None}
    assert (node.at("a", 1, "b").line, node.at("c").line) == (2, 3)


def test_missing_node_knows_its_parents_line() -> None:
    node = read_yaml("f", "a:\n  b: 1\n").at("a", "c", "d")

    assert not node.exists
    assert (node.line, node.path, node.text) == (1, "a.c.d", "")


def test_dockerfile_joins_continued_lines() -> None:
    node = read_dockerfile("f", "FROM a:1.2\n# c\nRUN one \\\n  # inside\n  && two\nUSER 1\n")

    assert [(one.at("name").text, one.at("value").text, one.line) for one in node.elements] == [
        ("FROM", "a:1.2", 1),
        ("RUN", "one   && two", 3),
        ("USER", "1", 6),
    ]


@pytest.mark.parametrize(
    ("read", "line", "value"),
    [
        (read_env, "A=x # said", "x"),
        (read_env, "export A='x # y'", "x # y"),
        (read_env, 'A="x" # said', "x"),
        (read_ini, "A = x ; said", "x"),
        (read_ini, "A = `x ; y`", "x ; y"),
    ],
)
def test_remarks_and_quotes_are_no_part_of_a_value(read: Reader, line: str, value: str) -> None:
    text = f"[s]\n{line}\n" if read is read_ini else f"{line}\n"

    assert [node.text for node in read("f", text).walk() if node.text] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A:?needed}", "1"),
        ("${B:-two}-$A", "two-1"),
        ("$$A", "$A"),
        ("${EMPTY:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${A:+set}", "set"),
        ("plain", "plain"),
    ],
)
def test_interpolation_is_that_of_compose(text: str, expected: str) -> None:
    interpolation = Interpolation({"A": "1", "EMPTY": ""})

    assert interpolation.tree(Node("f", 1, text)).text == expected
    assert interpolation.bad == []


@pytest.mark.parametrize("text", ["$(x)", "${}", "${A!b}", "a $ b"])
def test_interpolation_refuses_bad_forms(text: str) -> None:
    interpolation = Interpolation({"A": "1"})

    interpolation.tree(Node("f", 1, text))

    assert len(interpolation.bad) == 1


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (go_duration, "1m30s", 90.0),
        (go_duration, "200ms", 0.2),
        (go_duration, "200", None),
        (go_duration, "1d", None),
        (prometheus_duration, "1d", 86400.0),
        (prometheus_duration, "1.5s", None),
        (size, "256M", 2.0**28),
        (size, "160MiB", 160 * 2.0**20),
        (size, "lots", None),
    ],
)
def test_quantities_are_read_as_programs_do(
    read: Callable[[str], float | None], text: str, expected: float | None
) -> None:
    assert read(text) == expected


def test_suggestion_names_the_nearest_word() -> None:
    assert suggestion("promtheus", {"prometheus", "grafana"}) == "; did you mean 'prometheus'?"
    assert suggestion("zzz", {"prometheus"}) == ""


@pytest.mark.parametrize(
    ("lines", "path", "ignored"),
    [
        (".secrets/", "compose/.secrets/key", True),
        ("/.secrets/", "compose/.secrets/key", False),
        ("compose/.secrets/", "compose/.secrets/key", True),
        (".secrets/\n!compose/.secrets/", "compose/.secrets/key", False),
        (".secrets/\n!compose/.secrets/key", "compose/.secrets/key", True),
        (".env", "compose/.env", True),
        (".env/", "compose/.env", False),
        (".env\n!.env", "compose/.env", False),
        (".env*\n!.env.example", "compose/.env.example", False),
        ("# .env", "compose/.env", False),
        ("compose/**/key", "compose/a/b/key", True),
        ("*", "compose/.secrets/key", True),
    ],
)
def test_ignored_is_what_git_ignores(lines: str, path: str, ignored: bool) -> None:
    assert is_ignored({".gitignore": lines}, path) is ignored


def test_nearer_lines_take_back() -> None:
    assert not is_ignored({".gitignore": ".env", "compose/.gitignore": "!.env"}, "compose/.env")
