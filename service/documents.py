"""JSON as it was sent: a body's members with their exact text, and the limits that keep a document storable.

The text itself goes to the database, so a number never passes through a float and comes back with the value it had.
"""

import json
import math
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

DEEPEST = 64
_LARGEST_EXPONENT = 324
_SPACE = re.compile(r"[ \t\n\r]*")


class NotStorable(ValueError):
    """The text is not JSON, or is JSON that PostgreSQL or a reader of it could not hold; the message says why."""


def members(body: bytes) -> dict[str, tuple[Any, str]]:
    """Each member of the one object that the body must be, as value and as its exact text; raises NotStorable."""
    try:
        text = body.decode("utf-8")
        return dict(_members(text))
    except UnicodeDecodeError as error:
        raise NotStorable("the body is not UTF-8") from error
    except RecursionError as error:
        raise NotStorable(f"the body nests deeper than {DEEPEST} levels") from error
    except (StopIteration, IndexError, json.JSONDecodeError) as error:
        raise NotStorable("the body is not a JSON object") from error
    except NotStorable:
        raise
    except ValueError as error:
        # Python refuses to read integers of thousands of digits.
        raise NotStorable("a number is out of range") from error


def check(value: object, text: str) -> None:
    """Refuse what jsonb cannot hold and what nests too deep; cheap unless the text looks suspicious."""
    if text.count("{") + text.count("[") > DEEPEST and _depth(value) > DEEPEST:
        raise NotStorable(f"the document nests deeper than {DEEPEST} levels")
    if "\\u" not in text:
        return
    # PostgreSQL reads what a later member of the same name replaces as well.
    for string in _strings(json.loads(text, object_pairs_hook=_flat)):
        if "\x00" in string:
            raise NotStorable("the document holds a NUL character")
        try:
            string.encode("utf-8")
        except UnicodeEncodeError as error:
            raise NotStorable("the document holds a lone surrogate") from error


def _members(text: str) -> Iterator[tuple[str, tuple[Any, str]]]:
    position = _after(text, 0, "{")
    if text[position] == "}":
        _end(text, position + 1)
        return
    while True:
        name, position = scanstring(text, _after(text, position, '"', skip=False))
        start = _after(text, position, ":")
        value, position = _DECODER.raw_decode(text, start)
        yield name, (value, text[start:position])
        position = _skip(text, position)
        if text[position] == "}":
            _end(text, position + 1)
            return
        position = _after(text, position, ",")


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _after(text: str, position: int, expected: str, *, skip: bool = True) -> int:
    position = _skip(text, position)
    if text[position] != expected:
        raise json.JSONDecodeError("unexpected character", text, position)
    return _skip(text, position + 1) if skip else position + 1


def _end(text: str, position: int) -> None:
    if _skip(text, position) != len(text):
        raise json.JSONDecodeError("text after the object", text, position)


def _real(text: str) -> float:
    """A number with fraction or exponent; a short text like 1e131071 would fill pages as jsonb."""
    exponent = text.lower().partition("e")[2]
    value = float(text)
    if math.isinf(value) or (exponent and abs(int(exponent)) > _LARGEST_EXPONENT):
        raise NotStorable("a number is out of range")
    return value


def _constant(text: str) -> float:
    raise NotStorable(f"{text} is not JSON")


_DECODER = json.JSONDecoder(parse_float=_real, parse_constant=_constant)


def _flat(pairs: list[tuple[str, object]]) -> list[object]:
    return [each for pair in pairs for each in pair]


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        inner = [item for item in level if isinstance(item, dict | list)]
        deepest += bool(inner)
        level = [child for item in inner for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def _strings(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting += item
