"""The stack's images: what is already here, else pulled, else built from packages; which of them, and exactly what."""

import asyncio
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from machine import engine_images
from machine.builder import Builder
from machine.engine_images import Local
from machine.errors import MachineError
from machine.progress import Steps
from machine.recipes import REPOSITORY, Recipes, contents, context, digest, load, walk
from machine.registry import PROBE_SECONDS, pull_all
from machine.roots import KEY_LABEL, VERSION_LABEL

Mode = Literal["auto", "official", "built"]
Source = Literal["official", "built", "override"]

MODE_VARIABLE = "PLUMBLINE_IMAGES"
SERVICE = "config-service"
SERVICE_VARIABLE = "CONFIG_SERVICE_IMAGE"
SERVICE_BASE = "python"
SERVICES = ("postgres", SERVICE, "otel-collector", "prometheus", "grafana", "cadvisor")


@dataclass(frozen=True)
class Image:
    """One image that is on the engine now, and the compose variable that makes the stack use it."""

    service: str
    variable: str
    reference: str
    source: Source
    version: str
    digest: str


async def ensure(
    mode: Mode | None = None, services: Sequence[str] = SERVICES, steps: Steps | None = None
) -> list[Image]:
    """Have the images of these services (and `python`) on the engine, and return them in the order asked for.

    The mode is the given one, else what PLUMBLINE_IMAGES says, else `auto`. Nothing is pushed or removed.

    Raises:
        MachineError: an image can neither be found nor pulled nor built, as far as the mode allows; others that were
            being built at the time are stopped.

    """
    if steps is None:
        with Steps() as own:
            return await ensure(mode, services, own)
    store = Store(load(), mode or mode_of(os.environ), steps, os.environ)
    try:
        found = await store.ensure(services)
    except* MachineError as group:
        raise first_error(group) from None
    for reference, why in (await engine_images.foreign(each.reference for each in found)).items():
        steps.say(f"{reference} may not start: {why}")
    return found


def mode_of(environment: Mapping[str, str]) -> Mode:
    """Return the mode that the environment asks for.

    Raises:
        MachineError: it names none of the three.

    """
    asked = environment.get(MODE_VARIABLE) or "auto"
    modes: dict[str, Mode] = {"auto": "auto", "official": "official", "built": "built"}
    if asked in modes:
        return modes[asked]
    raise MachineError(
        f"{MODE_VARIABLE} is {asked!r}, which is no way to get images",
        where="the environment",
        to_do=f"set one of {', '.join(modes)}",
    )


def first_error(group: BaseExceptionGroup[MachineError]) -> MachineError:
    """Return the first error of a group, however deep."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, MachineError) else MachineError(str(error), where="images", to_do="report it")


def choose(mode: Mode, official: str, built: str, there: Iterable[str]) -> tuple[str, Source] | None:
    """Return which of the references that are already there serves in this mode, or None."""
    found = set(there)
    if mode != "built" and official in found:
        return official, "official"
    if mode != "official" and built in found:
        return built, "built"
    return None


def tag_version(reference: str) -> str:
    """Return the version that an official reference pins, without the decoration around the number."""
    tag = reference.partition("@")[0].rpartition(":")[2]
    number = re.match(r"v?(\d+(\.\d+)*)", tag)
    return number[1] if number else tag


@dataclass
class Store:
    """One call's view: the recipes, the mode, and what the environment overrides."""

    recipes: Recipes
    mode: Mode
    steps: Steps
    environment: Mapping[str, str]
    probe_seconds: float = PROBE_SECONDS
    repository: Path = REPOSITORY

    async def ensure(self, services: Sequence[str]) -> list[Image]:
        """Do what the module's `ensure` promises."""
        self._require_known(services)
        build_service = SERVICE in services and not self.environment.get(SERVICE_VARIABLE)
        names = [name for name in dict.fromkeys(services) if name != SERVICE]
        if build_service and SERVICE_BASE not in names:
            names.append(SERVICE_BASE)
        overrides = {name: value for name in (*names, SERVICE) if (value := self.environment.get(self.variable(name)))}
        pinned = [name for name in names if name not in overrides]
        images = {}
        if SERVICE in services and SERVICE in overrides:
            images[SERVICE] = await self._override(SERVICE, overrides[SERVICE])
        for name in names:
            if name in overrides:
                images[name] = await self._override(name, overrides[name])
        builder = Builder(self.recipes, self.steps)
        there = await engine_images.find(
            reference for name in pinned for reference in (self.recipes.images[name].official, self.recipes.tag(name))
        )
        pulled = await self._pull([name for name in pinned if not self._choose(name, there)])
        missing = [name for name in pinned if not self._choose(name, {**there, **pulled})]
        missing.sort(key=lambda name: -self.recipes.images[name].seconds)
        async with asyncio.TaskGroup() as group:
            builds = {name: group.create_task(builder.image(name)) for name in missing}
            if build_service:
                base = builds.get(SERVICE_BASE)
                service = group.create_task(self._service(builder, base, images.get(SERVICE_BASE), {**there, **pulled}))
        built = await engine_images.find(self.recipes.tag(name) for name in missing)
        for name in pinned:
            images[name] = self._image(name, {**there, **pulled, **built})
        if build_service:
            images[SERVICE] = service.result()
        return [images[name] for name in services]

    def variable(self, name: str) -> str:
        """Return the environment variable of an image."""
        return SERVICE_VARIABLE if name == SERVICE else self.recipes.images[name].variable

    def service_key(self, base_identifier: str) -> str:
        """Return the key of the service's image: its sources, its lock and the image below it."""
        return digest([base_identifier, contents(self.service_files())])

    def service_files(self) -> dict[str, Path]:
        """Return the service's build context: service/ and its lock file, and nothing else of the repository."""
        paths = [*walk(self.repository / "service"), self.repository / "locks" / "service.txt"]
        return {str(path.relative_to(self.repository)): path for path in paths}

    def _require_known(self, services: Sequence[str]) -> None:
        known = {SERVICE, *self.recipes.images}
        if unknown := sorted(set(services) - known):
            raise MachineError(
                f"no image is called {', '.join(unknown)}",
                where="the list of services",
                to_do=f"name some of {sorted(known)}",
            )

    def _choose(self, name: str, there: Iterable[str]) -> tuple[str, Source] | None:
        return choose(self.mode, self.recipes.images[name].official, self.recipes.tag(name), there)

    def _image(self, name: str, there: Mapping[str, Local]) -> Image:
        chosen = self._choose(name, there)
        if chosen is None:
            raise MachineError(f"the image of {name} vanished", where="the engine", to_do="run it again")
        reference, source = chosen
        version = tag_version(reference) if source == "official" else there[reference].version
        return Image(name, self.variable(name), reference, source, version, there[reference].digest)

    async def _pull(self, names: Sequence[str]) -> dict[str, Local]:
        if self.mode == "built" or not names:
            return {}
        references = {self.recipes.images[name].official: name for name in names}
        failures = await pull_all(list(references), self.steps, probe_seconds=self.probe_seconds)
        if failures and self.mode == "official":
            reasons = "\n".join(f"    {reference}: {why}" for reference, why in failures.items())
            raise MachineError(
                f"official images could not be pulled\n{reasons}",
                where="the engine's registries",
                to_do=f"mend the way to the registry, or let them be built: {MODE_VARIABLE}=auto",
            )
        for reference, why in failures.items():
            self.steps.say(f"{reference} cannot be pulled ({why}): {references[reference]} is built from packages")
        return await engine_images.find(reference for reference in references if reference not in failures)

    async def _override(self, name: str, reference: str) -> Image:
        found = await engine_images.find([reference])
        if not found:
            failures = await pull_all([reference], self.steps, probe_seconds=self.probe_seconds)
            if failures:
                raise MachineError(
                    f"{reference} is neither on the engine nor can it be pulled: {failures[reference]}",
                    where=f"{self.variable(name)} in the environment",
                    to_do="correct the name, or unset the variable",
                )
            found = await engine_images.find([reference])
        local = found[reference]
        version = local.version or tag_version(reference)
        return Image(name, self.variable(name), reference, "override", version, local.digest)

    async def _service(
        self, builder: Builder, base: asyncio.Task[None] | None, override: Image | None, there: Mapping[str, Local]
    ) -> Image:
        if base is not None:
            await base
            there = await engine_images.find([self.recipes.tag(SERVICE_BASE)])
        python = override or self._image(SERVICE_BASE, there)
        key = self.service_key(python.digest)
        tag = f"plumbline/{SERVICE}:{key}"
        version = tomllib.loads((self.repository / "pyproject.toml").read_text())["project"]["version"]
        labels = {VERSION_LABEL: version, KEY_LABEL: key, "io.plumbline.base": python.reference}
        if not await engine_images.find([tag]):
            archive = context(self.service_files())
            await builder.service(tag, archive, {"PYTHON_IMAGE": python.reference}, labels)
        local = (await engine_images.find([tag]))[tag]
        return Image(SERVICE, SERVICE_VARIABLE, tag, "built", local.version, local.digest)
