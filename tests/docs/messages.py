"""What the code can print: its texts, line by line, with everything filled in later as a wildcard."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache

from fixtures.settings import ROOT
from tests.docs.code import python

ENOUGH = 12
"""Letters that a line must have besides what is filled in: fewer would fit anything."""
_DECORATION = re.compile(r"^(?:E  |error: |ERROR: |[\w./-]+:\d+: [\w-]+: |(?:to do|where|prevents|mend|next): )\s*")


@cache
def templates() -> Sequence[tuple[re.Pattern[str], int]]:
    """Return every line that a program of ours can print, as a pattern, with the number of its own letters."""
    files = [*python(), *sorted((ROOT / "service").rglob("*.py"))]
    texts = {text for path in files for text in _texts(ast.parse(path.read_text(encoding="utf-8")))}
    texts |= set(_shell((ROOT / "machine" / "environment.sh").read_text(encoding="utf-8")))
    lines = {re.sub(r"\{\w*\}", "\0", line.strip()) for text in texts for line in text.split("\n")}
    return [(_pattern(line), letters(line)) for line in sorted(lines) if letters(line) >= ENOUGH]


def letters(line: str) -> int:
    """Return how many letters and digits a line has."""
    return len(re.sub(r"[\W_]", "", line))


def _texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module; a field of an f-string is a NUL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)


def _shell(script: str) -> Iterator[str]:
    """Yield the quoted texts of a script of the shell; a variable is a NUL."""
    for text in re.findall(r'"([^"\n]*)"', script):
        yield re.sub(r"\$\(.*?\)|\$\{?\w+\}?", "\0", text)


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.split("\0")))


def of_a_test(line: str) -> bool:
    """Tell whether a line is the head of a failure whose test exists."""
    head = re.match(r"_+ (test_\w+)", line)
    return head is not None and any(
        f"def {head[1]}(" in path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )


def printable(line: str) -> bool:
    """Tell whether a program of ours can print a line, a third of which at least is not filled in."""
    said = _DECORATION.sub("", line.strip())
    return any(own * 3 >= letters(said) and pattern.fullmatch(said) for pattern, own in templates())
