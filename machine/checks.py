"""What the doctor makes of each finding: one row, with what it prevents and how to get what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from machine.docker import NEEDED_COMPOSE, show_version
from machine.engine import Facts, decide
from machine.errors import MachineError

PIPELINE, UP, IMAGES = "make pipeline", "make up", "building images"
EVERYTHING = f"{PIPELINE}, {UP}, {IMAGES}"
_GB = 10**9
_DISK_RUN, _DISK_BUILD = 2 * _GB, 10 * _GB
_MEMORY = 1.5 * _GB


@dataclass(frozen=True)
class Row:
    """One finding: `prevents` is empty when all is well; `blocks` means that `make pipeline` cannot run."""

    name: str
    found: str
    prevents: str = ""
    to_do: str = ""
    blocks: bool = False


@dataclass(frozen=True)
class Reach:
    """Which ways to an image are open."""

    missing: tuple[str, ...]
    registry: bool | None
    """None where it is not known which one would be asked; that is found out when it is."""
    mmdebstrap: bool
    mirror: bool
    go_proxy: bool | None

    @property
    def can_build(self) -> bool:
        """True when images can be made from packages."""
        return self.mmdebstrap and self.mirror and self.go_proxy is not False


def engine_row(facts: Facts) -> Row:
    """Whether there is an engine, or `make pipeline` will get one."""
    chosen = f", {facts.named}" if facts.named else ""
    try:
        decide(facts)
    except MachineError as error:
        return Row("Docker engine", error.what, EVERYTHING, error.to_do, blocks=True)
    if facts.server:
        return Row("Docker engine", f"{facts.server.version}, API {show_version(facts.server.api)}{chosen}")
    if facts.named:
        return Row("Docker engine", f"not asked yet{chosen}: the docker command will be installed by make pipeline")
    if facts.dockerd is None:
        return Row("Docker engine", "none; will be installed by make pipeline")
    return Row("Docker engine", "installed, not running; will be started by make pipeline")


def plugin_rows(facts: Facts) -> list[Row]:
    """Compose, which must know `--wait` and `start_interval`, and buildx; both come with the engine's installation."""
    client = facts.client
    compose, buildx = (client.compose, client.buildx) if client else (None, None)
    return [
        _plugin(
            "compose",
            show_version(compose) if compose else "",
            compose is not None and compose >= NEEDED_COMPOSE,
            facts,
        ),
        _plugin("buildx", show_version(buildx) if buildx else "", buildx is not None, facts),
    ]


def _plugin(name: str, found: str, good: bool, facts: Facts) -> Row:
    needs = " (2.20.2 or newer is needed: `up --wait`, `start_interval`)" if name == "compose" else ""
    if good:
        return Row(name, found)
    if facts.can_install:
        return Row(name, f"{found or 'none'}{needs}; will be installed by make pipeline")
    to_do = f"install docker-{name}-plugin (Debian: docker-{name})"
    prevents = EVERYTHING if name == "compose" else f"{IMAGES}, the service's among them, so {PIPELINE} too"
    return Row(name, f"{found or 'none'}{needs}", prevents, to_do, blocks=True)


def driver_rows(info: Mapping[str, Any]) -> list[Row]:
    """Storage driver and cgroups; no rows where no engine answers."""
    if not info:
        return []
    driver = str(info.get("Driver", "unknown"))
    storage = Row("storage driver", driver)
    if driver == "vfs":
        storage = Row(
            "storage driver", driver, "nothing, but each layer is a full copy", "use overlay2 if the kernel has it"
        )
    version = f"cgroup v{info.get('CgroupVersion', '?')}"
    limited = info.get("MemoryLimit", True) and info.get("CpuCfsQuota", True)
    if limited:
        return [storage, Row("cgroups", version)]
    to_do = "enable the memory and cpu controllers (rootless: systemd delegation)"
    lacking = f"{version}, without memory or CPU limits"
    return [
        storage,
        Row("cgroups", lacking, f"limits of containers, so {PIPELINE} turns red in layer 1", to_do, blocks=True),
    ]


def place_row(where: str) -> Row:
    """Whether the engine is on this machine; `where` says why not, and is empty when it is."""
    if not where:
        return Row("engine's place", "this machine: bind mounts and published ports work")
    return Row(
        "engine's place",
        where,
        f"{PIPELINE}, {UP}: containers get no files from here, or publish no ports here; {IMAGES} works",
        "run it on the engine's machine, or use an engine here: unset DOCKER_HOST; docker context use default",
        blocks=True,
    )


def disk_row(root: str, free: int | None, *, building: bool) -> Row:
    """Free space where the engine keeps its data; None where that place cannot be seen from here."""
    if free is None:
        return Row("disk", f"unknown: {root or 'the data root'} is not visible from here")
    found = f"{free / _GB:.0f} GB free at {root}"
    to_do = "free some space; `docker system df` shows what Docker holds"
    if free < _DISK_RUN:
        return Row("disk", found, f"{EVERYTHING}: 2 GB are needed", to_do, blocks=True)
    if building and free < _DISK_BUILD:
        return Row("disk", found, f"perhaps {IMAGES}: it may need 10 GB", to_do)
    return Row("disk", found)


def memory_row(total: int, available: int) -> Row:
    """Memory for the stack, whose parts use about 1.2 GB."""
    found = f"{available / _GB:.1f} of {total / _GB:.1f} GB available"
    if available >= _MEMORY:
        return Row("memory", found)
    return Row(
        "memory", found, f"perhaps {PIPELINE}: containers may be killed; 1.5 GB are needed", "end other programs"
    )


def cpu_row(count: int) -> Row:
    """Processors; with one, everything runs but the deadlines are short."""
    if count >= 2:
        return Row("CPUs", str(count))
    return Row(
        "CPUs", str(count), "nothing, but deadlines may be missed", "use two, or give it time: PLUMBLINE_SLOWNESS=2"
    )


def port_rows(users: Mapping[str, tuple[int, str]]) -> list[Row]:
    """The usual ports of `make up`, by the variable that moves each, and who has them; a test run never uses them."""
    taken = {name: (port, user) for name, (port, user) in users.items() if user and user != "make up"}
    if not taken:
        running = any(user for _, user in users.values())
        ports = ", ".join(str(port) for port, _ in users.values())
        return [Row("ports of make up", f"{ports}: {'make up is running' if running else 'free'}")]
    return [
        Row(f"port {port}", f"used by {user}", UP, f"stop it, or choose another: {name}=… make up")
        for name, (port, user) in taken.items()
    ]


_STATES = {True: "ok", False: "missing", None: "left to its default"}


def image_rows(reach: Reach, mode: str) -> list[Row]:
    """Where images can come from, and whether that gives those that are not here."""
    registry = {True: "answers", False: "does not answer", None: "not known before there is an engine"}
    ways = [f"registry {registry[reach.registry]}"]
    ways += [
        f"{name} {_STATES[good]}"
        for name, good in (
            ("mmdebstrap", reach.mmdebstrap),
            ("Debian mirror", reach.mirror),
            ("Go module proxy", reach.go_proxy),
        )
    ]
    sources = Row("image sources", "; ".join(ways))
    if not reach.missing:
        return [Row("images", "all here (the service's own is made in seconds)"), sources]
    obtainable = (mode != "built" and reach.registry is not False) or (mode != "official" and reach.can_build)
    found = f"not here yet: {', '.join(reach.missing)}"
    if obtainable:
        return [Row("images", f"{found}; make pipeline gets them"), sources]
    to_do = "open the way to Docker Hub and gcr.io, or (Debian, root) to a Debian mirror and the Go module proxy"
    return [Row("images", found, f"{PIPELINE}, {UP} (PLUMBLINE_IMAGES={mode})", to_do, blocks=True), sources]
