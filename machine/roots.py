"""Root file systems from Debian packages: mmdebstrap, the machine's own mirror, and the engine's import."""

import contextlib
import os
import re
import shlex
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from machine.errors import MachineError
from machine.process import run
from machine.recipes import REPOSITORY, Recipes, Root

KEY_LABEL = "io.plumbline.key"
VERSION_LABEL = "org.opencontainers.image.version"
BUILD_TIMEOUT = 1500.0
# What nobody reads in a container; dpkg leaves it out while it unpacks.
EXCLUDED = ("/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/man/*")
# Settings of this machine's apt that reaching its mirror may need.
APT_SETTINGS = re.compile(
    r"^Acquire::(http|https)::(.*::)?(Proxy|CAInfo|Verify-Peer)|^Acquire::Check-(Date|Valid-Until)"
)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


async def build_root(recipes: Recipes, root: Root, log: Path) -> None:
    """Make a root's image; nothing is left behind where it fails or is stopped.

    Raises:
        MachineError: mmdebstrap cannot be had, no mirror is known, or a command failed.

    """
    await _require_mmdebstrap(log)
    mirror = await debian_mirror()
    tag = recipes.root_tag(root.name)
    with _fresh(REPOSITORY / ".build" / f"root-{root.name}") as directory:
        archive = directory / "root.tar"
        await run(bootstrap_command(root, archive, mirror, await _apt_settings()), timeout=BUILD_TIMEOUT, log=log)
        version = package_version(archive, root.version_of) if root.version_of else root.suite
        changes = [f"ENV PATH={PATH}", *(f"ENV {name}={value}" for name, value in root.environment.items())]
        changes += [f"LABEL {VERSION_LABEL}={version}", f"LABEL {KEY_LABEL}={tag.rpartition(':')[2]}"]
        options = [option for change in changes for option in ("--change", change)]
        await run(["docker", "import", *options, str(archive), tag], timeout=BUILD_TIMEOUT, log=log)


def bootstrap_command(root: Root, archive: Path, mirror: str, apt_settings: Sequence[str]) -> list[str]:
    """Return mmdebstrap's command line for a root."""
    command = ["mmdebstrap", "--variant=essential", f"--include={','.join(root.packages)}"]
    command += ['--aptopt=APT::Install-Recommends "false"', *(f"--aptopt={setting}" for setting in apt_settings)]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in EXCLUDED]
    for user in root.users:
        name, _, _, group = user.split(":")[:4]
        command.append(f'--essential-hook=echo {shlex.quote(user)} >> "$1/etc/passwd"')
        command.append(f'--essential-hook=echo {shlex.quote(f"{name}:x:{group}:")} >> "$1/etc/group"')
    # The mirror's name is this machine's business; caches and logs are nobody's.
    remove = ["/etc/apt/sources.list", "/var/cache/debconf/*-old", "/var/lib/apt/lists/*", "/var/log/*", *root.remove]
    command.append(f'--customize-hook=cd "$1" && rm -rf {" ".join("." + pattern for pattern in remove)}')
    return [*command, root.suite, str(archive), f"deb {mirror} {root.suite} main"]


async def debian_mirror() -> str:
    """Return the Debian mirror that this machine's apt uses.

    Raises:
        MachineError: its apt knows none.

    """
    targets = await run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], timeout=30, check=False
    )
    for address in targets.text.splitlines():
        if address.rstrip("/").endswith("/debian"):
            return address.rstrip("/")
    raise MachineError(
        "apt knows no Debian mirror, so no image can be made from packages",
        where="/etc/apt/sources.list and /etc/apt/sources.list.d/",
        to_do="add a line `deb <mirror>/debian trixie main`, or use the official images: PLUMBLINE_IMAGES=official",
    )


def package_version(archive: Path, package: str) -> str:
    """Return the upstream version of an installed package, from dpkg's record in a root's archive."""
    with tarfile.open(archive) as tar:
        status = tar.extractfile("./var/lib/dpkg/status")
        text = status.read().decode() if status else ""
    for paragraph in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if re.match(r"[\w-]+: ", line))
        if fields.get("Package") == package:
            return fields["Version"].rpartition(":")[2].partition("-")[0].partition("+")[0]
    raise MachineError(f"{package} is not in the root file system", where=str(archive), to_do="see versions.toml")


@contextlib.contextmanager
def _fresh(directory: Path) -> Iterator[Path]:
    """An empty directory of a fixed name, so that what a killed run left in it goes as well."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


async def _apt_settings() -> list[str]:
    dump = await run(["apt-config", "dump", "--format", '%f "%v";%n', "Acquire"], timeout=30, check=False)
    return [line for line in dump.text.splitlines() if APT_SETTINGS.match(line) and not line.endswith('"";')]


def is_debian() -> bool:
    """Whether this is Debian or a system made of it."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


async def _require_mmdebstrap(log: Path) -> None:
    if shutil.which("mmdebstrap"):
        return
    if os.geteuid() != 0 or not is_debian():
        raise MachineError(
            "images cannot be made from packages here: mmdebstrap is missing",
            where="the PATH",
            to_do="install it (Debian, Ubuntu: apt install mmdebstrap), or use a registry: PLUMBLINE_IMAGES=official",
        )
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=120"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    await run([*apt, "update"], timeout=300, env=environment, log=log, check=False)
    install = [*apt, "install", "-y", "--no-install-recommends", "mmdebstrap", "debian-archive-keyring"]
    await run(install, timeout=300, env=environment, log=log)
