"""What the code knows of names that people type, set or read; the reference is held against it."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fixtures.environment import PORT_VARIABLES, read_env_file
from fixtures.remote.addresses import PREFIX, Addresses
from fixtures.settings import COMPOSE, ROOT, Settings
from machine.builder import GO_VARIABLES, PIP_VARIABLES, PROXY_VARIABLES
from machine.images import MODE_VARIABLE, SERVICE_VARIABLE
from machine.recipes import load
from service.settings import Settings as Service

OWN = ("fixtures", "machine", "plumbline", "tests/load", "tests/exits", "tests/sabotage", "tests/unit/fuzz")
"""Folders whose programs people run."""
INHERITED = {"HOME", "USER", "XDG_STATE_HOME"}
"""What every program reads; it is no setting of ours."""


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def targets() -> set[str]:
    """Return the targets that `make` alone lists."""
    return set(re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def environments() -> set[str]:
    """Return the environments of tox."""
    tox = project()["tool"]["tox"]
    return {*tox["env_list"], *tox["env"]}


def markers() -> set[str]:
    """Return pytest's markers."""
    return {each.partition(":")[0] for each in project()["tool"]["pytest"]["ini_options"]["markers"]}


class _Recorder:
    """Stands for pytest's parser, and keeps the names of options."""

    def __init__(self) -> None:
        self.found: dict[str, Mapping[str, Any]] = {}

    def getgroup(self, *_: str) -> "_Recorder":
        return self

    def addoption(self, name: str, **how: Any) -> None:
        self.found[name] = how


def options() -> dict[str, Mapping[str, Any]]:
    """Return pytest's options of ours, with how each was declared."""
    recorder = _Recorder()
    for path in python():
        if "def pytest_addoption(" in path.read_text(encoding="utf-8"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            importlib.import_module(name).pytest_addoption(recorder)
    return recorder.found


def python() -> Iterator[Path]:
    """Yield the Python files of programs that people run."""
    for folder in OWN:
        yield from sorted((ROOT / folder).rglob("*.py"))


def modules() -> set[str]:
    """Return the modules that can be run and are meant to be: with a `__main__`, or a command line of their own."""
    found = {
        ".".join(path.relative_to(ROOT).parts[:-1])
        for folder in (*OWN, "service")
        for path in (ROOT / folder).rglob("__main__.py")
    }
    return found | {
        "fixtures.up",
        "fixtures.sweep",
        "machine.scan",
        "fixtures.exposition.benchmark",
        "fixtures.grafana.formatting",
    }


def of_a_run() -> set[str]:
    """Return the settings that programs of ours read from the environment, images and remote addresses included."""
    found = {f"PLUMBLINE_{name}".upper() for name in Settings.model_fields}
    found |= {f"{PREFIX}{name}".upper() for name in Addresses.model_fields}
    found |= {
        MODE_VARIABLE,
        SERVICE_VARIABLE,
        *GO_VARIABLES,
        *PIP_VARIABLES,
        *filter(str.isupper, PROXY_VARIABLES),
        *(each.variable for each in load().images.values()),
    }
    for path in python():
        found |= set(read_variables(ast.parse(path.read_text(encoding="utf-8"))))
    script = (ROOT / "machine" / "environment.sh").read_text(encoding="utf-8")
    of_others = INHERITED | of_the_service()  # a replica is given the service's own
    return (found | set(re.findall(r"\$\{(PLUMBLINE_[A-Z]+)", script))) - of_others


def read_variables(tree: ast.AST) -> Iterator[str]:
    """Yield what a module asks of an environment: `environ["X"]`, `environ.get("X")`, `environment.get("X")`."""
    for node in ast.walk(tree):
        holder, key = None, None
        if isinstance(node, ast.Subscript):
            holder, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            holder, key = (node.func.value, node.args[0]) if node.func.attr == "get" else (None, None)
        name = getattr(holder, "attr", getattr(holder, "id", ""))
        if name in ("environ", "environment") and isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def of_the_stack() -> dict[str, str]:
    """Return the variables of `.env.example` with their values."""
    return read_env_file(COMPOSE / ".env.example")


def of_compose() -> set[str]:
    """Return every variable that the compose file takes."""
    return set(re.findall(r"\$\{([A-Z_]+)", (COMPOSE / "docker-compose.yml").read_text(encoding="utf-8")))


def of_the_service() -> set[str]:
    """Return the variables that the service reads."""
    return {name.upper() for name in Service.model_fields}


def ports() -> dict[str, str]:
    """Return the host port behind each variable of the compose file."""
    text = (COMPOSE / "docker-compose.yml").read_text(encoding="utf-8")
    found = dict(re.findall(r"127\.0\.0\.1:\$\{(\w+):-(\d+)\}:", text))
    assert found.keys() == set(PORT_VARIABLES)
    return found
