"""Debian's packages of the Docker engine: which suite has them, from which mirror, and their installation."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from machine.errors import MachineError
from machine.logs import last_lines
from machine.process import run

SUITE = "trixie"
SUITE_VERSION = 13
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
ENGINE_PACKAGES = ("docker.io", "containerd", "docker-cli", "docker-buildx", "docker-compose")
_NAME = "plumbline-trixie"
_ALIASES = frozenset({"stable", "oldstable", "oldoldstable"})
_FREE_BYTES = 1_000_000_000
_LOG = Path("/var/log/plumbline-apt.log")
_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2", "-o", "APT::Install-Recommends=0")


@dataclass(frozen=True)
class Source:
    """One place that packages come from, as apt's files describe it."""

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str = ""


@dataclass(frozen=True)
class Release:
    """What /etc/os-release says; `version` is None where it is not a number (testing, unstable)."""

    identifier: str
    codename: str
    version: int | None

    @property
    def is_debian(self) -> bool:
        """True for Debian itself: a derivative's packages do not mix with Debian's."""
        return self.identifier == "debian"

    @property
    def is_recent(self) -> bool:
        """True when the release's own packages are new enough."""
        return self.version is None or self.version >= SUITE_VERSION


def parse_release(text: str) -> Release:
    """The release that the text of an os-release file describes."""
    values = {key: value.strip().strip('"') for key, _, value in (line.partition("=") for line in text.splitlines())}
    number = re.match(r"\d+", values.get("VERSION_ID", ""))
    return Release(values.get("ID", ""), values.get("VERSION_CODENAME", ""), int(number.group()) if number else None)


def parse_one_line(text: str) -> Iterator[Source]:
    """The binary sources of a `sources.list` in its one-line form."""
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[(?P<options>[^]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<rest>[^#]*)", line)
        if match:
            signed = re.search(r"signed-by=(\S+)", match["options"] or "", re.IGNORECASE)
            yield Source(match["uri"], match["suite"], tuple(match["rest"].split()), signed.group(1) if signed else "")


def parse_deb822(text: str) -> Iterator[Source]:
    """The enabled binary sources of a `.sources` file; a key written into the file itself counts as none named."""
    for stanza in re.split(r"\n\s*\n", text):
        lines = "\n".join(line for line in stanza.splitlines() if not line.startswith("#"))
        fields = {
            name.lower(): value.strip() for name, value in re.findall(r"^([\w-]+):((?:.*)(?:\n[ \t].*)*)", lines, re.M)
        }
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in {"no", "false", "0"}:
            continue
        signed = fields.get("signed-by", "")
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                keyring = signed if signed.startswith("/") else ""
                yield Source(uri, suite, tuple(fields.get("components", "").split()), keyring)


def read_sources(root: Path = Path("/etc/apt")) -> list[Source]:
    """Every source that apt reads, in apt's order of files."""
    files = [root / "sources.list", *sorted((root / "sources.list.d").glob("*"))]
    found: list[Source] = []
    for file in (file for file in files if file.is_file()):
        if file.suffix == ".list":
            found += parse_one_line(file.read_text(errors="replace"))
        elif file.suffix == ".sources":
            found += parse_deb822(file.read_text(errors="replace"))
    return found


def newer_source(sources: Iterable[Source], codename: str) -> Source:
    """The newer suite at the mirror that the machine's own main packages come from.

    Raises MachineError when no source names that mirror.
    """
    for source in sources:
        ours = source.suite in {codename, *_ALIASES} and "main" in source.components
        if ours and not source.uri.startswith("cdrom:"):
            return Source(source.uri, SUITE, ("main",), source.signed_by or KEYRING)
    raise MachineError(
        f"no mirror to install Docker from: no apt source has the suite {codename or '(unnamed)'} with component main",
        where="/etc/apt/sources.list and /etc/apt/sources.list.d",
        to_do="add Debian's own source there, or install a Docker engine (25 or newer) yourself",
    )


def render_source(source: Source) -> str:
    """The text of the `.sources` file for a source."""
    return (
        "# The Docker engine's packages for Plumbline: this release's own are too old.\n"
        f"Types: deb\nURIs: {source.uri}\nSuites: {source.suite}\n"
        f"Components: {' '.join(source.components)}\nSigned-By: {source.signed_by}\n"
    )


def render_pin() -> str:
    """The text of the preferences that keep the newer suite from upgrading anything by itself."""
    return (
        f"# Nothing comes from {SUITE} unless it is asked for by name.\n"
        f"Package: *\nPin: release n={SUITE}\nPin-Priority: 50\n"
    )


def package_names(wanted: Iterable[str], *, vendor: bool, recent: bool) -> list[str]:
    """What to ask apt for: Docker's own plugins beside Docker's own client, else Debian's packages."""
    if vendor:
        names = {"docker-compose": "docker-compose-plugin", "docker-buildx": "docker-buildx-plugin"}
        return [names.get(package, package) for package in wanted]
    return [package if recent else f"{package}/{SUITE}" for package in wanted]


def release(path: Path = Path("/etc/os-release")) -> Release:
    """The release of this machine; an empty one where there is no such file."""
    return parse_release(path.read_text()) if path.is_file() else Release("", "", 0)


def can_install() -> bool:
    """True for root on Debian with apt."""
    return os.geteuid() == 0 and release().is_debian and shutil.which("apt-get") is not None


async def install(packages: Iterable[str], *, etc: Path = Path("/etc/apt")) -> None:
    """Install packages of the engine; a run that was interrupted half way is completed first.

    Raises MachineError when the disk is full, no mirror is known, or apt fails.
    """
    free = shutil.disk_usage("/var").free
    if free < _FREE_BYTES:
        raise MachineError(
            f"not enough disk to install Docker: {free // 10**6} MB free, {_FREE_BYTES // 10**6} MB needed",
            where="/var",
            to_do="free some space and run it again",
        )
    machine = release()
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", "docker-ce-cli"]
    vendor = (await run(asked, timeout=30, check=False)).text == "installed"
    if not machine.is_recent and not vendor:
        source = newer_source(read_sources(etc), machine.codename)
        (etc / "sources.list.d" / f"{_NAME}.sources").write_text(render_source(source))
        (etc / "preferences.d" / _NAME).write_text(render_pin())
    await _apt(package_names(packages, vendor=vendor, recent=machine.is_recent))


async def _apt(names: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    await run(["dpkg", "--configure", "-a"], timeout=300, env=env, check=False, log=_LOG)
    # Somebody's broken third-party source must not stop us: only the installation decides.
    await run([*_APT, "update"], timeout=300, env=env, check=False, log=_LOG)
    # Its output goes to a file: an engine that a package's script starts would hold a pipe open for ever.
    installed = await run([*_APT, "install", "-y", *names], timeout=600, env=env, check=False, log=_LOG)
    if installed.exit_code != 0:
        raise MachineError(
            f"apt could not install the Docker packages\n{last_lines(_LOG)}",
            where=str(_LOG),
            to_do="repair what apt names, or install a Docker engine (25 or newer) with compose (2.20.2 or newer)",
        )
