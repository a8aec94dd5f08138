"""What compose/images/versions.toml says, and the keys of built images: a hash of exactly what each one depends on."""

import hashlib
import io
import json
import tarfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from machine.errors import MachineError

REPOSITORY = Path(__file__).resolve().parent.parent
IGNORED_PARTS = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


@dataclass(frozen=True)
class Root:
    """A root file system made of Debian packages."""

    name: str
    suite: str
    packages: list[str]
    version_of: str = ""
    users: list[str] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """One image: where it is published, and how it is made."""

    name: str
    variable: str
    official: str
    difference: str
    bases: dict[str, str]
    version: str = ""
    version_from: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    seconds: int = 0  # roughly, on two cores: the longest builds start first


@dataclass(frozen=True)
class Recipes:
    """All roots and images, with the files beside them."""

    directory: Path
    roots: Mapping[str, Root]
    images: Mapping[str, Recipe]

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The key of each root (`root-<name>`) and each image (`<name>`)."""
        keys = {f"root-{root.name}": digest([asdict(root)]) for root in self.roots.values()}
        for image in self.images.values():
            bases = {argument: keys[f"root-{root}"] for argument, root in image.bases.items()}
            made_of = [image.version, image.arguments, bases, contents(self.files(image.name))]
            keys[image.name] = digest(made_of)
        return keys

    def files(self, image: str) -> dict[str, Path]:
        """The build context of an image: every file of its directory, by its name there."""
        directory = self.directory / image
        return {str(path.relative_to(directory)): path for path in walk(directory)}

    def root_tag(self, root: str) -> str:
        """The tag of a root, which changes with its key."""
        return f"plumbline/root-{root}:{self.keys[f'root-{root}']}"

    def tag(self, image: str) -> str:
        """The tag of a built image, which changes with its key."""
        return f"plumbline/{image}:built-{self.keys[image]}"


def load(directory: Path = REPOSITORY / "compose" / "images") -> Recipes:
    """Read versions.toml and return what it says; the files beside it are read when a key is asked for."""
    file = directory / "versions.toml"
    try:
        table = tomllib.loads(file.read_text())
        roots = {name: Root(name, **values) for name, values in table["root"].items()}
        images = {name: Recipe(name, **values) for name, values in table["image"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        todo = "mend it, or restore it: git checkout compose/images/versions.toml"
        raise MachineError(f"the table of images cannot be read: {error}", where=str(file), to_do=todo) from None
    return Recipes(directory, roots, images)


def walk(directory: Path) -> Iterable[Path]:
    """Yield the files under a directory in order, without what tools leave there."""
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not IGNORED_PARTS & set(path.parts) and path.suffix != ".pyc":
            yield path


def digest(made_of: object) -> str:
    """Return 12 hexadecimal digits that change with any part of a JSON-able value."""
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:12]


def contents(files: Mapping[str, Path]) -> dict[str, list[object]]:
    """Return what counts of each file: whether it is executable, and its content's hash."""
    return {
        name: [bool(path.stat().st_mode & 0o100), hashlib.sha256(path.read_bytes()).hexdigest()]
        for name, path in files.items()
    }


def context(files: Mapping[str, Path]) -> bytes:
    """Return files as a tar archive that is the same whenever and by whomever it is made."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, path in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = path.stat().st_size
            entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            with path.open("rb") as content:
                archive.addfile(entry, content)
    return buffer.getvalue()
