"""Licences of what the lock files install: each on the list of licences.toml, or an exception there with its reason."""

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from machine.process import run

POLICY = Path(__file__).with_name("licences.toml")
BOUND = 60.0
"""Seconds for pip-licenses, which takes less than one."""


@dataclass(frozen=True)
class Package:
    """An installed package and the licence that its metadata states, `UNKNOWN` where it states none."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True)
class Policy:
    """The spellings of allowed licences, and of each exception the licence that it is made for."""

    spellings: frozenset[str]
    exceptions: Mapping[str, str]

    def allows(self, stated: str) -> bool:
        """Whether a licence, an SPDX expression without brackets, or a list of classifiers is allowed."""
        return any(
            all(one.strip().lower() in self.spellings for one in re.split(r" AND |;", choice))
            for choice in stated.split(" OR ")
        )


def read_policy(path: Path = POLICY) -> Policy:
    """The policy as the file has it."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    spellings = {each.lower() for name, others in table["allowed"].items() for each in (name, *others)}
    return Policy(frozenset(spellings), {normal(name): row["states"] for name, row in table["exceptions"].items()})


async def installed() -> list[Package]:
    """Every package of this environment, as pip-licenses reads its metadata; nothing is asked of the network."""
    done = await run(
        [sys.executable, "-m", "piplicenses", "--from=mixed", "--with-system", "--format=json"], timeout=BOUND
    )
    return [Package(normal(row["Name"]), row["Version"], row["License"]) for row in json.loads(done.text)]


def locked(folder: Path) -> set[str]:
    """The names of the packages that the lock files of a folder pin."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))
    return {normal(name) for text in texts for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def objections(policy: Policy, packages: Iterable[Package], wanted: Iterable[str]) -> Iterator[str]:
    """One line for each wanted package whose licence is not allowed or not known, and each exception without use."""
    found = {package.name: package for package in packages}
    used = set()
    for name in sorted(wanted):
        package = found.get(name)
        if package is None:
            yield f"{name} is locked, but not installed, so nobody knows its licence; to do: make environment"
        elif policy.exceptions.get(name) == package.licence:
            used.add(name)
        elif not policy.allows(package.licence):
            yield (
                f"{name} {package.version} states the licence {package.licence!r}, which is not on the list; "
                f"to do: use another package, or make it an exception in machine/{POLICY.name}, with the reason"
            )
    for name in sorted(set(policy.exceptions) - used):
        yield f"the exception for {name} is used by nothing; to do: take it out of machine/{POLICY.name}"


def normal(name: str) -> str:
    """A package's name in the one spelling of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()
