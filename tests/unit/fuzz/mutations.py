"""Strategies that spoil legal documents: byte by byte, and by values of the wrong kind at any place."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from hypothesis import strategies as st

Path = tuple[str | int, ...]
TOKENS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b" " * 3000, b"\\" * 999, b'"', b"'", b"#", b"# EOF\n",
    b"1e999", b"-1e-999999999", b"0e99999999999999999999", b"9" * 5000, b"0x1p3", b"NaN", b"+Inf", b"-0", b"1_000",
    b"{" * 3000, b"}" * 9, b"[" * 3000, b"- " * 3000, b"? " * 200, b"a: {" * 300, b"&a ", b"*a", b"&a [*a, *a]",
    b"<<: *a", b"!!python/object/apply:os.abort []", b"!x ", b"---\n", b"...\n", b"%YAML 9.9\n", b"|", b">", b": ",
    b",", b"=", b"${", b"${X:?", b"$$", b"$__rate_interval", b"[[x]]", b"{{", b"\xed\xa0\x80", b"\xe2\x80\xa8\xc2\x85",
    b"(" * 3000, b"[5m:", b" offset -1y", b" by (", b'=~"(a+)+$"', b'=~"["', b"@ end()", b'count_values("', b" / ",
]  # fmt: skip
WRONG: list[Any] = [
    None, True, 0, -1, 1e308, float("inf"), 10**30, "", "x", "${X", "$__interval[", "9" * 5000, "a\nb", "💥",
    "1" * 300 + "s", [], {}, [[]], [None], {"a": {}}, [{}], {"": None}, [[[["x"]]]], {"x": [1, {"y": []}]},
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A seed with one to six pieces cut out, doubled, exchanged, flipped, or replaced by hostile tokens."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 40))
        piece = text[at : at + length]
        kind = draw(st.sampled_from(["token", "token", "cut", "double", "move", "flip", "bytes", "end"]))
        if kind == "end":
            text = text[:at]
        elif kind == "move":
            to = draw(st.integers(0, len(text)))
            text = text[:to] + piece + text[to:]
        else:
            text = text[:at] + _replacement(draw, kind, piece) + text[at + length :]
    return text


def _replacement(draw: st.DrawFn, kind: str, piece: bytes) -> bytes:
    if kind == "token":
        return draw(st.sampled_from(TOKENS)) + piece
    if kind == "double":
        return piece * draw(st.integers(2, 50))
    if kind == "flip":
        return bytes(each ^ (1 << draw(st.integers(0, 7))) for each in piece[:4]) + piece[4:]
    return draw(st.binary(max_size=8)) if kind == "bytes" else b""


@st.composite
def misshapen(draw: st.DrawFn, document: Any) -> Any:
    """A document of mappings and lists with one to three values replaced by wrong ones, or left out."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(changed))
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        parent = changed
        for step in way:
            parent = parent[step]
        if draw(st.integers(0, 9)) == 0:
            del parent[last]
        else:
            parent[last] = copy.deepcopy(draw(st.sampled_from(WRONG)))
    return changed


def _places(document: Any, way: Path = ()) -> Iterator[Path]:
    pairs = document.items() if isinstance(document, dict) else enumerate(document)
    for step, child in pairs:
        yield (*way, step)
        if isinstance(child, dict | list):
            yield from _places(child, (*way, step))


def written(name: str, document: Any) -> bytes:
    """The document as the kind of file that the name says."""
    if name.endswith(".json"):
        return json.dumps(document).encode()
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return text.encode()


def shaped(name: str, seed: bytes) -> st.SearchStrategy[bytes]:
    """Misshapen forms of a YAML or JSON file."""
    return misshapen(yaml.safe_load(seed)).map(lambda document: written(name, document))


@st.composite
def nested(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A seed in which one value nests as deep as no program needs."""
    lines = draw(st.sampled_from(seeds)).split(b"\n")
    at = draw(st.integers(0, len(lines) - 1))
    depth, (begin, end) = draw(st.sampled_from([60, 101, 999, 5000, 100_000])), draw(st.sampled_from(NESTS))
    key = lines[at].partition(b": ")[0] if b": " in lines[at] else b"x"
    lines[at] = key + b": " + begin * depth + b"1" + end * depth + (b"," if lines[at].endswith(b",") else b"")
    return b"\n".join(lines)


@st.composite
def chained(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A query that is joined to itself, or put into brackets or functions, again and again."""
    query, times = draw(st.sampled_from(seeds)), draw(st.sampled_from([2, 20, 79, 1000, 20_000]))
    if draw(st.booleans()):
        return query + draw(st.sampled_from([b" + ", b" unless ", b" ^ ", b" / on() "])).join([b"1"] * times)
    begin, end = draw(st.sampled_from([(b"(", b")"), (b"sum(", b")"), (b"-", b""), (b"", b"[5m:1s]"), (b"abs(", b")")]))
    return begin * times + query + end * times


NESTS = [(b"[", b"]"), (b'{"a": ', b"}"), (b"- ", b""), (b"{a: ", b"}"), (b"? ", b""), (b"(", b")"), (b"!a ", b"")]


@st.composite
def aliased(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """YAML in which some values are aliases of others, of some that hold them too, or many times over."""
    root = yaml.compose(draw(st.sampled_from(seeds)), Loader=yaml.SafeLoader)
    holders = [node for node in _nodes(root) if isinstance(node, yaml.CollectionNode) and node.value]
    for _ in range(draw(st.integers(1, 12))):
        holder, alias = draw(st.sampled_from(holders)), draw(st.sampled_from(holders))
        at = draw(st.integers(0, len(holder.value) - 1))
        many = draw(st.integers(1, 10))
        if isinstance(holder, yaml.MappingNode):
            key = holder.value[at][0]
            holder.value[at] = (yaml.ScalarNode(MERGE, "<<") if many > 7 else key, alias)
        else:
            holder.value[at : at + 1] = [alias] * many
    text: str = yaml.serialize(root, allow_unicode=True)
    return text.encode()


MERGE = "tag:yaml.org,2002:merge"


def _nodes(root: yaml.Node | None) -> list[yaml.Node]:
    found, waiting = [], [root] if root else []
    while waiting:
        node = waiting.pop()
        found.append(node)
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        waiting += [each for pair in pairs for each in pair]
        waiting += node.value if isinstance(node, yaml.SequenceNode) else []
    return found
