"""What is fuzzed: every reader of ours of metrics, configuration, queries and request bodies."""

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from typer.testing import CliRunner

from fixtures.configuration import check, load
from fixtures.configuration.findings import UnreadableError
from fixtures.configuration.node import Node
from fixtures.configuration.promql import Walk
from fixtures.configuration.queries import queries
from fixtures.configuration.read_json import read_json
from fixtures.configuration.read_lines import read_conf, read_dockerfile, read_env, read_ini, read_toml
from fixtures.configuration.read_yaml import read_yaml
from fixtures.configuration.series import KnownSeries
from fixtures.exposition import Choice, compare, lint, parse
from fixtures.exposition.__main__ import app
from fixtures.exposition.rules import RULES
from service.conditions import MalformedCondition, unchanged, wanted_versions
from service.documents import NotStorable, members
from service.documents import check as check_document
from tests.unit.exposition.cases_broken_classic import BROKEN_CLASSIC
from tests.unit.exposition.cases_broken_openmetrics import BROKEN_OPENMETRICS
from tests.unit.exposition.cases_legal_classic import LEGAL_CLASSIC
from tests.unit.exposition.cases_legal_openmetrics import LEGAL_OPENMETRICS
from tests.unit.exposition.cases_sound_pairs import SOUND_PAIRS
from tests.unit.fuzz.mutations import aliased, chained, nested, shaped, spoiled
from tests.unit.fuzz.running import Target

ROOT = Path(__file__).parents[3]
FORMS: tuple[Choice, ...] = ("auto", "classic", "openmetrics")
SEPARATOR = b"\x01\x02"


def _bytes(texts: Sequence[str | bytes]) -> list[bytes]:
    return [text if isinstance(text, bytes) else text.encode() for text in texts]


BODIES = _bytes([*LEGAL_CLASSIC.values(), *LEGAL_OPENMETRICS.values()])
BODIES += _bytes([body for _, body in (*BROKEN_CLASSIC.values(), *BROKEN_OPENMETRICS.values())])
PAIRS = [SEPARATOR.join(_bytes(pair)) for pair in SOUND_PAIRS.values()]
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("compose/**/*.y*ml", "compose/**/*.json", "compose/**/*.ini", "compose/**/*.conf", "compose/.env*",
                    "compose/**/*.toml", "compose/**/Dockerfile", "service/Dockerfile", "service/**/*.py",
                    "locks/service.txt")
    for path in ROOT.glob(pattern)
    if path.name != ".env"
)  # fmt: skip
SEEDS = {name: (ROOT / name).read_bytes() for name in FILES}


def lints(body: bytes) -> None:
    """Every form of the linter gives findings with a rule and a line."""
    for form in FORMS:
        for finding in lint(body, form):
            assert finding.rule in RULES
            assert 0 <= finding.line <= body.count(b"\n") + 2
            assert str(finding)


def compares(pair: bytes) -> None:
    """Comparing gives findings; samples that were read can be shown."""
    before, _, after = pair.partition(SEPARATOR)
    for finding in compare(before, after):
        assert finding.rule in RULES
    json.dumps([sample.name for sample in parse(after).samples])


def lints_as_a_command(body: bytes) -> None:
    """The command ends with its verdict and, on standard error, at most one line."""
    result = CliRunner().invoke(app, ["lint", "--json", "-"], input=body)

    assert result.exit_code in (0, 1), result.exception
    assert json.loads(result.stdout)["verdict"] in ("clean", "findings")


def reads(read: Callable[[str, str], Node]) -> Callable[[bytes], None]:
    """A reader gives a tree that can be walked, or says in which line it cannot."""

    def one(text: bytes) -> None:
        with suppress(UnreadableError):
            tree = read("some.file", text.decode(errors="replace"))
            for node in tree.walk():
                assert node.line >= 1
                assert node.kind
                repr((node.text, node.number, node.truth, node.texts))

    return one


@cache
def _tree() -> Path:
    """A copy of what layer 0 judges, for the whole session."""
    copy = Path(tempfile.mkdtemp(prefix="plumbline-fuzz-"))
    for name in (*FILES, "service/schema.sql", "service/Dockerfile.dockerignore", ".gitignore", "locks/suite.txt"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    return copy


def remove_tree() -> None:
    """Remove the copy again."""
    shutil.rmtree(_tree(), ignore_errors=True)
    _tree.cache_clear()


def judges(document: bytes) -> None:
    """Layer 0 gives findings about a tree in which one file is spoiled; the file's name stands before its content."""
    name, _, content = document.partition(SEPARATOR)
    path = _tree() / name.decode()
    try:
        path.write_bytes(content)
        for finding in check(load(_tree())):
            assert str(finding)
    finally:
        path.write_bytes(SEEDS[name.decode()])


def _named(name: str) -> st.SearchStrategy[bytes]:
    seeds = [SEEDS[name]]
    ways = [spoiled(seeds)]
    if name.endswith((".json", ".yml", ".yaml")):
        ways += [shaped(name, SEEDS[name]), nested(seeds), aliased(seeds)]
    return st.one_of(ways).map(lambda content: name.encode() + SEPARATOR + content)


@cache
def _known() -> KnownSeries:
    return KnownSeries(load(ROOT))


def _expressions() -> list[bytes]:
    return sorted({text.encode() for query in queries(load(ROOT)) for text in query.expanded})


def walks(text: bytes) -> None:
    """A query is understood, or refused with a reason."""
    with suppress(ValueError):
        walk = Walk(text.decode(errors="replace"), _known())
        assert walk.names is not None
        assert all(rule and message for rule, message in walk.complaints)


def stores(body: bytes) -> None:
    """A request's body is read, or refused with a reason."""
    with suppress(NotStorable):
        for value, text in members(body).values():
            check_document(value, text)


def matches(header: bytes) -> None:
    """A condition names versions, or is refused."""
    text = header.decode("latin-1")
    unchanged(text, 1)
    with suppress(MalformedCondition):
        wanted_versions(text)


def _files(*endings: str) -> list[bytes]:
    return [SEEDS[name] for name in FILES if name.endswith(endings)]


DOCUMENTS = [b'{"name": "n", "document": {"a": [1, -2.5e3, true, null, "\\u00e9\\ud83d\\ude00"], "b": {"": {}}}}']
CONDITIONS = [b'"1"', b'W/"1", "2" ,"3"', b"*", b',"1",', b'"", "a b"']
QUERIES = _expressions()
YAML = _files(".yml", ".yaml")
JSON = [*_files("containers.json"), *DOCUMENTS]
TARGETS = [
    Target("exposition-lint", spoiled(BODIES), lints, 250),
    Target("exposition-compare", spoiled(PAIRS), compares, 150),
    Target("exposition-command", spoiled(BODIES), lints_as_a_command, 40),
    Target("yaml", spoiled(YAML) | nested(YAML), reads(read_yaml), 120),
    Target("yaml-aliases", aliased(YAML), reads(read_yaml), 40),
    Target("json", spoiled(JSON) | nested(JSON), reads(read_json), 100),
    Target("ini", spoiled(_files(".ini")), reads(read_ini), 60),
    Target("conf", spoiled(_files(".conf")), reads(read_conf), 60),
    Target("env", spoiled(_files(".env.example")), reads(read_env), 60),
    Target("toml", spoiled(_files(".toml")) | nested(_files(".toml")), reads(read_toml), 60),
    Target("dockerfile", spoiled(_files("Dockerfile")), reads(read_dockerfile), 60),
    Target("layer-0", st.sampled_from(FILES).flatmap(_named), judges, 12, bound=20.0),
    Target("promql", spoiled(QUERIES) | chained(QUERIES), walks, 200),
    Target("request-body", spoiled(DOCUMENTS) | nested(DOCUMENTS), stores, 200),
    Target("condition", spoiled(CONDITIONS), matches, 100),
]
