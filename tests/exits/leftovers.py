"""What a run left behind, and what it did to others: on the engine, among the processes, in the files."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from fixtures.docker import Kind, inspect, listed
from fixtures.runs import HOST_LABEL, RUN_LABEL
from fixtures.sweep import UP

KINDS: tuple[Kind, ...] = ("container", "network", "volume")
ELSEWHERE = "elsewhere"
"""The host of things that stand in for those of another machine's runs on the same engine."""
LASTING = {"report", ".pytest_cache", ".hypothesis", "__pycache__"}
"""What a run may leave in the project's folder: its report, and caches."""
UNFINISHED = ".tmp"
_BASE = "pytest-of-"
"""Where pytest keeps the temporary files of a person's last runs, on purpose."""


@dataclass(frozen=True)
class Thing:
    """A container, network or volume, with its owner's labels as far as it has them."""

    kind: Kind
    name: str
    identifier: str
    host: str = ""
    run: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


async def things() -> frozenset[Thing]:
    """Return everything that is on the engine."""
    found = []
    for kind in KINDS:
        for each in await inspect(kind, await listed(kind)):
            labels = (each["Config"] if kind == "container" else each).get("Labels") or {}
            name = each["Name"].removeprefix("/")
            host, run = labels.get(HOST_LABEL, ""), labels.get(RUN_LABEL, "")
            found.append(Thing(kind, name, each.get("Id", name), host, run))
    return frozenset(found)


@dataclass(frozen=True)
class Remains:
    """What is there of a run that is over; `disturbed` is what is missing or new among the things of others."""

    things: Collection[str] = ()
    processes: Collection[str] = ()
    files: Collection[str] = ()
    disturbed: Collection[str] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each kind, for machines."""
        kinds = {f"{kind}s": sum(each.startswith(f"{kind} ") for each in self.things) for kind in KINDS}
        return kinds | {name: len(getattr(self, name)) for name in ("processes", "files", "disturbed")}

    @property
    def lines(self) -> list[str]:
        """Each of them, for people."""
        return sorted([*self.things, *self.processes, *self.files, *self.disturbed])


def ours(found: Iterable[Thing], host: str) -> list[Thing]:
    """Return what carries the label of a host's runs, but not what stands for people."""
    return [each for each in found if each.host == host and each.run != UP]


def others(found: Iterable[Thing], host: str) -> set[Thing]:
    """Return what no run on this engine made; what runs of other hosts have comes and goes as they like."""
    return {each for each in found if each.host in ("", ELSEWHERE) or (each.host == host and each.run == UP)}


def disturbed(before: Iterable[Thing], after: Iterable[Thing], host: str) -> list[str]:
    """Return which things of others are gone, or came."""
    then, now = others(before, host), others(after, host)
    return sorted([f"gone: {each}" for each in then - now] + [f"new: {each}" for each in now - then])


def processes(state: Path) -> list[str]:
    """Return the processes that were told of a state directory, whoever their parent is now."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.environ().get("XDG_STATE_HOME") == str(state) and each.status() != psutil.STATUS_ZOMBIE:
                found.append(f"process {each.pid}: {' '.join(each.cmdline())}")
        except psutil.Error:  # it ended meanwhile, or is another user's
            continue
    return found


@dataclass(frozen=True)
class Place:
    """Where a run's files are: the project it proves, its state, its temporary files; its own files before."""

    project: Path
    state: Path
    temporary: Path
    before: frozenset[Path] = field(default=frozenset(), repr=False)

    def files(self) -> list[str]:
        """Return the files that should not be there."""
        runs = self.state / "plumbline" / "runs"
        found = [*(runs.iterdir() if runs.exists() else ())]
        found += [each for each in self.temporary.iterdir() if not each.name.startswith(_BASE)]
        found += [each for each in project_files(self.project) if each not in self.before]
        found += (self.project / "report").rglob(f"*{UNFINISHED}*")
        return [f"file {each}" for each in found]


def project_files(project: Path) -> frozenset[Path]:
    """Return the files of a project without what a run may leave there."""
    return frozenset(
        each for each in project.rglob("*") if each.is_file() and not LASTING & set(each.relative_to(project).parts)
    )


async def remains(place: Place, host: str, before: Collection[Thing]) -> Remains:
    """Look everywhere."""
    after = await things()
    return Remains(
        [str(each) for each in ours(after, host)],
        processes(place.state),
        place.files(),
        disturbed(before, after, host),
    )
