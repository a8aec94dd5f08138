"""Builds images with BuildKit: several at a time, bases first, each once, nothing half-made on a stop."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from filelock import AsyncFileLock, Timeout
from platformdirs import user_state_path

from machine import engine_images
from machine.build_reason import reason, remedy
from machine.errors import CommandFailed, MachineError
from machine.process import run
from machine.progress import Steps
from machine.recipes import REPOSITORY, Recipes, context
from machine.roots import BUILD_TIMEOUT, KEY_LABEL, VERSION_LABEL, build_root

LOGS = REPOSITORY / ".build" / "logs"
MEMORY_PER_BUILD = 4 * 1024**3
GO_VARIABLES = ("GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GONOPROXY", "GOINSECURE", "GONOSUMCHECK")
CA_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
PROXY_VARIABLES = tuple(
    form(f"{each}_proxy") for each in ("http", "https", "no", "all") for form in (str.lower, str.upper)
)
PIP_VARIABLES = {
    "PIP_INDEX_URL": "index-url",
    "PIP_EXTRA_INDEX_URL": "extra-index-url",
    "PIP_TRUSTED_HOST": "trusted-host",
    "PIP_PROXY": "proxy",
}
PIP_CONFIGURATIONS = ("~/.config/pip/pip.conf", "~/.pip/pip.conf", "/etc/pip.conf")


@dataclass
class Builder:
    """Builds what is asked for within one call; each image and base at most once."""

    recipes: Recipes
    steps: Steps
    _roots: dict[str, asyncio.Lock] = field(default_factory=dict)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(parallel_builds()))

    async def image(self, name: str) -> None:
        """Build one of the images of versions.toml, and its roots where they are missing."""
        recipe, tag = self.recipes.images[name], self.recipes.tag(name)
        async with self._alone(f"image-{name}"):
            if await engine_images.find([tag]):
                return
            async with asyncio.TaskGroup() as group:
                for root in set(recipe.bases.values()):
                    group.create_task(self._root(root))
            arguments = {argument: self.recipes.root_tag(root) for argument, root in recipe.bases.items()}
            version = recipe.version
            if recipe.version_from:
                base = self.recipes.root_tag(recipe.version_from)
                version = (await engine_images.find([base]))[base].version
            arguments |= {"VERSION": version, **recipe.arguments}
            labels = {VERSION_LABEL: version, KEY_LABEL: self.recipes.keys[name]}
            archive = context(self.recipes.files(name))
            await self._logged(name, lambda log: buildx(tag, archive, arguments, labels, log))

    async def service(self, tag: str, archive: bytes, arguments: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """Build the Configuration Service from its own Dockerfile, within the given context."""
        async with self._alone("image-config-service"):
            if not await engine_images.find([tag]):
                work = self._logged(
                    "config-service",
                    lambda log: buildx(tag, archive, arguments, labels, log, dockerfile="service/Dockerfile"),
                )
                await work

    async def _root(self, name: str) -> None:
        root = self.recipes.roots[name]
        # The lock in memory is fair, which a file lock is not: who asked first builds first.
        async with self._roots.setdefault(name, asyncio.Lock()), self._alone(f"root-{name}"):
            if not await engine_images.find([self.recipes.root_tag(name)]):
                await self._logged(f"root-{name}", lambda log: build_root(self.recipes, root, log))

    @asynccontextmanager
    async def _alone(self, name: str) -> AsyncIterator[None]:
        """Only one build of a thing at a time by this user, in whichever checkout; who waits for another's says so."""
        directory = user_state_path("plumbline", ensure_exists=True) / "locks"
        directory.mkdir(exist_ok=True)
        lock = AsyncFileLock(directory / f"{name}.lock", run_in_executor=False)
        try:
            await lock.acquire(timeout=0)
        except Timeout:
            async with self.steps.step(f"waiting for {name}, which is built from another checkout"):
                await _wait_for(lock)
        try:
            yield
        finally:
            await lock.release()

    async def _logged(self, name: str, work: Callable[[Path], Awaitable[None]]) -> None:
        log = LOGS / f"{name}.log"
        log.unlink(missing_ok=True)
        async with self.slots, self.steps.step(f"building {name}"):
            try:
                await work(log)
            except CommandFailed as error:
                raise MachineError(
                    f"the image {name} could not be built (exit code {error.exit_code})\n{reason(error.stderr)}",
                    where=str(log),
                    to_do=remedy(error.stderr),
                ) from error


async def _wait_for(lock: AsyncFileLock) -> None:
    try:
        await lock.acquire(timeout=2 * BUILD_TIMEOUT)
    except Timeout as error:
        raise MachineError(
            "another build of the same image does not end",
            where=str(lock.lock_file),
            to_do="end that process (fuser names it), and run this again",
        ) from error


async def buildx(
    tag: str,
    archive: bytes,
    arguments: Mapping[str, str],
    labels: Mapping[str, str],
    log: Path,
    *,
    dockerfile: str = "Dockerfile",
) -> None:
    """Run one build; its context comes over standard input, so that it is exactly what the key was made of."""
    # The builder that belongs to the engine itself: others do not see its images.
    builder = (await run(["docker", "context", "show"], timeout=30)).text
    command = ["docker", "buildx", "build", f"--builder={builder}", "--progress=plain", "--network=host"]
    command += ["--provenance=false", f"--tag={tag}", f"--file={dockerfile}"]
    command += [f"--build-arg={name}={value}" for name, value in arguments.items()]
    # Named alone, they are read from the environment: they may hold passwords, and images and keys do not keep them.
    command += [f"--build-arg={name}" for name in PROXY_VARIABLES if os.environ.get(name)]
    command += [f"--label={name}={value}" for name, value in labels.items()]
    if bundle := ca_bundle():
        command.append(f"--secret=id=ca,src={bundle}")
    secrets = {"go_env": go_settings(), "pip": pip_settings()}
    command += [f"--secret=id={name},env=PLUMBLINE_{name}" for name, value in secrets.items() if value]
    environment = {**os.environ, **{f"PLUMBLINE_{name}": value for name, value in secrets.items()}}
    await run([*command, "-"], timeout=BUILD_TIMEOUT, env=environment, input=archive, log=log)


def ca_bundle() -> str:
    """Return this host's bundle of certificate authorities, or nothing."""
    candidates = (os.environ.get("SSL_CERT_FILE", ""), os.environ.get("PIP_CERT", ""), *CA_BUNDLES)
    return next((path for path in candidates if path and Path(path).is_file()), "")


def go_settings() -> str:
    """Return where this host's Go takes modules from, as lines that Go itself reads."""
    configured = Path("~/.config/go/env").expanduser()
    lines = configured.read_text().splitlines() if configured.is_file() else []
    lines = [line for line in lines if line.partition("=")[0] in GO_VARIABLES]
    lines += [f"{name}={os.environ[name]}" for name in GO_VARIABLES if os.environ.get(name)]
    return "\n".join(lines)


def pip_settings() -> str:
    """Return the host's pip settings that name an index, as a pip.conf; paths of this host mean nothing in a build."""
    lines = []
    for variable, setting in PIP_VARIABLES.items():
        if value := os.environ.get(variable):
            lines.append(f"{setting} = {value}")
    paths = [Path(path).expanduser() for path in (os.environ.get("PIP_CONFIG_FILE", ""), *PIP_CONFIGURATIONS) if path]
    for path in paths:
        text = path.read_text() if path.is_file() else ""
        known = {line.partition("=")[0].strip() for line in lines}
        for line in text.splitlines():
            name = line.partition("=")[0].strip()
            if name in {"index-url", "extra-index-url", "trusted-host", "proxy"} - known:
                lines.append(line.strip())
    return "[global]\n" + "\n".join(lines) + "\n" if lines else ""


def parallel_builds() -> int:
    """Return how many builds this machine carries at once: as many as its cores and its free memory allow."""
    return max(1, min(os.cpu_count() or 1, psutil.virtual_memory().available // MEMORY_PER_BUILD))
