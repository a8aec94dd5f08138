"""What the engine has: one question for any number of images."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from machine.process import run
from machine.roots import KEY_LABEL, VERSION_LABEL


@dataclass(frozen=True)
class Local:
    """An image that is on the engine."""

    identifier: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    labels: Mapping[str, str]
    size: int
    platform: str = ""
    """What it runs on, such as `linux/amd64`; empty where it does not say."""

    @property
    def digest(self) -> str:
        """The registry's digest where it came from one, else the image's own identifier."""
        return self.digests[0].rpartition("@")[2] if self.digests else self.identifier

    @property
    def version(self) -> str:
        """The version its label tells, or nothing."""
        return self.labels.get(VERSION_LABEL, "")

    @property
    def key(self) -> str:
        """The key it was built with, or nothing."""
        return self.labels.get(KEY_LABEL, "")


async def find(references: Iterable[str]) -> dict[str, Local]:
    """Return those of the references that are on the engine."""
    wanted = sorted(set(references))
    if not wanted:
        return {}
    # One answer per reference found, in order; the others are named on stderr only.
    asked = ["docker", "image", "inspect", "--format", "{{json .}}", *wanted]
    found: dict[str, Local] = {}
    for line in (await run(asked, timeout=30, check=False)).text.splitlines():
        image = _parse(json.loads(line))
        for reference in wanted:
            if _names(reference, image):
                found[reference] = image
    return found


async def foreign(references: Iterable[str]) -> dict[str, str]:
    """Return those of the references whose image is made for another platform than the engine's, with both in words."""
    asked = ["docker", "version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]
    here, found = await asyncio.gather(run(asked, timeout=30, check=False), find(references))
    return {
        reference: f"it is made for {image.platform}, and the engine runs {here.text}"
        for reference, image in found.items()
        if here.exit_code == 0 and image.platform and image.platform != here.text
    }


def _parse(raw: dict[str, object]) -> Local:
    config = raw.get("Config")
    labels = config.get("Labels") if isinstance(config, dict) else None
    size = raw.get("Size")
    return Local(
        identifier=str(raw["Id"]),
        tags=_strings(raw.get("RepoTags")),
        digests=_strings(raw.get("RepoDigests")),
        labels={str(name): str(value) for name, value in (labels or {}).items()},
        size=size if isinstance(size, int) else 0,
        platform=f"{raw['Os']}/{raw['Architecture']}" if raw.get("Os") and raw.get("Architecture") else "",
    )


def _strings(raw: object) -> tuple[str, ...]:
    return tuple(str(item) for item in raw) if isinstance(raw, list) else ()


def _names(reference: str, image: Local) -> bool:
    short = reference.removeprefix("docker.io/").removeprefix("library/")
    tagged = short if ":" in short.rpartition("/")[2] or "@" in short else f"{short}:latest"
    return tagged in (*image.tags, *image.digests) or reference.removeprefix("sha256:") in image.identifier
