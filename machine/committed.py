"""Secrets in committed files: whatever detect-secrets takes for one, unless innocent.toml says why it is none."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

from machine.process import run
from machine.shapes import SHAPES

INNOCENT = Path(__file__).with_name("innocent.toml")
BOUND = 60.0
HARMLESS = (r"^\s+--hash=sha256:[0-9a-f]{64}( \\)?$", r" h1:[A-Za-z0-9+/]{43}=$", r"^\W*\w{0,12}\W*$")
"""Lines of lock files and of go.sum with a checksum alone, and lines with at most one short word."""
# A remark in a line would be an excuse without a reason.
_SELF_EXCUSED = "detect_secrets.filters.allowlist.is_line_allowlisted"


@dataclass(frozen=True, order=True)
class Suspect:
    """What looks like a secret: where it stands, of which kind, and the beginning of its hash, never itself."""

    file: str
    line: int
    kind: str
    fingerprint: str


async def tracked(root: Path) -> list[str]:
    """The files that git tracks; where there is no git, all but what .gitignore names."""
    if not (root / ".git").exists():
        return _unignored(root)
    listed = await run(["git", "ls-files", "-z"], cwd=root, timeout=BOUND)
    return sorted(name for name in listed.stdout.decode().split("\0") if (root / name).is_file())


def _unignored(root: Path) -> list[str]:
    ignored = {line.strip("/") for line in (root / ".gitignore").read_text(encoding="utf-8").splitlines()}
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sorted(str(path) for path in paths if not ignored & set(path.parts))


def scan(root: Path, names: Iterable[str]) -> list[Suspect]:
    """Everything in these files that looks like a secret, in the order of files and lines."""
    names = list(names)
    with default_settings() as settings:
        settings.filters["detect_secrets.filters.regex.should_exclude_line"] = {"pattern": list(HARMLESS)}
        settings.disable_filters(_SELF_EXCUSED)
        found = SecretsCollection(root=str(root))
        for name in names:  # the library would fork, which a process with threads may not survive
            found.scan_file(name)
        suspects = [Suspect(file, one.line_number, one.type, one.secret_hash[:8]) for file, one in found]
    seen = {(one.file, one.line) for one in suspects}
    return sorted([*suspects, *(one for one in _shaped(root, names) if (one.file, one.line) not in seen)])


def _shaped(root: Path, names: Iterable[str]) -> Iterator[Suspect]:
    """Tokens of well-known places that are shorter than the library wants them, or that it does not know."""
    for name in names:
        lines = (root / name).read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            for match in SHAPES.finditer(line):
                mark = hashlib.sha1(match[0].encode(), usedforsecurity=False).hexdigest()[:8]
                yield Suspect(name, number, "Token", mark)


def read_innocent(path: Path = INNOCENT) -> Mapping[tuple[str, str], str]:
    """What was looked at and is no secret: file and fingerprint, and the reason."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        (file, fingerprint): str(row["because"])
        for file, rows in table.items()
        for row in rows
        for fingerprint in row["fingerprints"]
    }


def objections(suspects: Iterable[Suspect], innocent: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """One line for each suspect that nobody has excused, and each excuse without use."""
    seen = set()
    for one in suspects:
        seen.add((one.file, one.fingerprint))
        if (one.file, one.fingerprint) not in innocent:
            yield (
                f"{one.file}:{one.line}: this looks like a secret ({one.kind}, fingerprint {one.fingerprint}); to do: "
                f"take it out and make it invalid, or, if it is none, add it to machine/{INNOCENT.name} with the reason"
            )
    for file, fingerprint in sorted(set(innocent) - seen):
        yield f"{file} has no secret {fingerprint} any more; to do: take it out of machine/{INNOCENT.name}"
