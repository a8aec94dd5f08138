"""What a command names exists: targets, options, markers, environments, modules, settings, paths."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from fixtures.settings import ROOT
from tests.docs import code

MADE = ("report/", "compose/.secrets/", "compose/.env", ".venv/", ".build/")
"""Where programs write: nothing of it is there before they run."""
PROGRAMS = frozenset(
    {"cat", "curl", "docker", "done", "echo", "git", "grep", "head", "make", "pytest", "python", "tail", "tox"}
)
_ASSIGNMENT = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$", re.DOTALL)
_STANDARD = frozenset({"json.tool", "http.server"})


def objections(command: str) -> list[str]:
    """Return what a command names that does not exist."""
    return [one for part in _parts(command) for one in _of(part)]


def _parts(command: str) -> Iterator[list[str]]:
    """Yield the simple commands of a line of the shell, as words."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    part: list[str] = []
    for word in lexer:
        if set(word) <= set("|&;"):
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _of(words: Sequence[str]) -> Iterator[str]:
    words = list(words)
    while words and (match := _ASSIGNMENT.match(words[0])):
        yield from _setting(match[1])
        words.pop(0)
    if words and words[0] == "do":
        words.pop(0)
    if not words or words[0] == "for":
        return
    program = words[0].removeprefix(".venv/bin/")
    if program not in PROGRAMS:
        yield f"nobody knows the program {program}"
    if check := CHECKS.get(program):
        yield from check(words[1:])
    yield from _paths(words[1:])


def _setting(name: str) -> Iterator[str]:
    known = {*code.of_a_run(), *code.of_the_stack(), *code.ports(), "ARGS", "UPGRADE", "FUZZ_SECONDS"}
    if name not in known:
        yield f"there is no setting {name}"


def _make(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if match := _ASSIGNMENT.match(word):
            yield from _setting(match[1])
            taken = f"{_help('pytest')} {_help('fixtures.up', 'down')} {' '.join(code.options())}"
            yield from (f"nobody takes {each}" for each in _options(shlex.split(match[2]), taken))
        elif word not in code.targets() and word != "environment":
            yield f"make has no target {word}"


def _pytest(words: Sequence[str]) -> Iterator[str]:
    known = f"{_help('pytest')} {' '.join(code.options())}"
    yield from (f"pytest has no {each}" for each in _options(words, known))
    for option, value in pairwise(words):
        if option == "-m" and value not in code.markers():
            yield f"there is no marker {value}"
        if option == "--component" and value not in code.options()["--component"]["choices"]:
            yield f"there is no component {value}"


def _tox(words: Sequence[str]) -> Iterator[str]:
    named = [value for option, value in pairwise(words) if option == "-e"]
    unknown = [each for value in named for each in value.split(",") if each not in code.environments()]
    yield from (f"tox has no environment {each}" for each in unknown)


def _python(words: Sequence[str]) -> Iterator[str]:
    if words[:1] != ["-m"] or words[1] in _STANDARD:
        return
    module, rest = words[1], words[2:]
    if module == "pytest":
        yield from _pytest(rest)
    elif module not in code.modules():
        yield f"there is no module {module} to run"
    else:
        said = _help(module, *rest[:1]) if rest and not rest[0].startswith("-") else _help(module)
        yield from (f"{module} has no {each}" for each in _options(rest, said))


def _docker(words: Sequence[str]) -> Iterator[str]:
    from fixtures.expectations import SERVICES

    services = {each.name for each in SERVICES}
    for verb, name in pairwise(words):
        if verb in ("exec", "logs", "restart") and not name.startswith("-") and name not in services:
            yield f"there is no service {name}"


CHECKS: Mapping[str, Callable[[Sequence[str]], Iterator[str]]] = {
    "make": _make,
    "pytest": _pytest,
    "tox": _tox,
    "python": _python,
    "docker": _docker,
}


def _options(words: Sequence[str], known: str) -> list[str]:
    """Return the long options among some words that a text does not know."""
    named = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    return [each for each in named if not re.search(rf"{re.escape(each)}(?![\w-])", known)]


def _paths(words: Sequence[str]) -> Iterator[str]:
    """Judge words that look like files of the repository: they begin with one of its folders."""
    for word in words:
        path, _, test = word.partition("::")
        top = path.partition("/")[0]
        if "/" not in path or not top or not (ROOT / top).is_dir() or path.startswith(MADE) or "…" in path:
            continue
        if not (ROOT / path).exists():
            yield f"there is no {path}"
        elif test and f"def {test.partition('[')[0]}(" not in (ROOT / path).read_text(encoding="utf-8"):
            yield f"{path} has no {test}"


@cache
def _help(module: str, *words: str) -> str:
    """Return what a module says of its options."""
    command = [sys.executable, "-m", module, *words, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr
