"""The pure parts of the images: keys, modes, overrides, and a registry that never answers; `docker` is a script."""

import asyncio
import io
import json
import os
import re
import shutil
import tarfile
import time
from pathlib import Path

import pytest
from filelock import FileLock
from rich.console import Console

from machine import builder, engine_images, images, registry, roots
from machine.engine_images import Local
from machine.errors import CommandFailed, CommandTimedOut, MachineError
from machine.process import run
from machine.progress import Steps
from machine.recipes import REPOSITORY, Recipes, context, digest, load

DIRECTORY = REPOSITORY / "compose" / "images"
BUILT = frozenset({"postgres", "python", "otel-collector", "prometheus", "grafana", "cadvisor"})


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of compose/images that a test may change."""
    return Path(shutil.copytree(DIRECTORY, tmp_path / "images"))


@pytest.fixture
def quiet() -> Steps:
    """Steps that speak to nobody."""
    return Steps(Console(file=io.StringIO()))


@pytest.fixture
def fake_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of a `docker` that comes first on the PATH; the test writes the script."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory), prepend=":")
    return directory / "docker"


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def changed(before: Recipes, after: Recipes) -> set[str]:
    return {name for name in before.keys if before.keys[name] != after.keys[name]}


def replace(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("image", sorted(BUILT))
def test_a_changed_file_changes_its_own_image_only(copied: Path, image: str) -> None:
    before = load(copied)
    assert before.keys

    replace(copied / image / "Dockerfile", "FROM", "# changed\nFROM")

    assert changed(before, load(copied)) == {image}


def test_a_changed_root_changes_all_that_stand_on_it(copied: Path) -> None:
    before = load(copied)
    assert before.keys

    replace(copied / "versions.toml", "go1.26.8", "go1.26.9")

    assert changed(before, load(copied)) == {"root-toolchain", "otel-collector", "prometheus", "grafana", "cadvisor"}


def test_a_changed_official_pin_or_reason_rebuilds_nothing(copied: Path) -> None:
    before = load(copied)
    assert before.keys

    replace(copied / "versions.toml", "postgres:16.15", "postgres:16.16")
    replace(copied / "versions.toml", "no web pages", "without pages")

    assert changed(before, load(copied)) == set()


def test_an_executable_bit_is_part_of_the_key(copied: Path) -> None:
    before = load(copied)
    assert before.keys

    (copied / "grafana" / "run.sh").chmod(0o644)

    assert changed(before, load(copied)) == {"grafana"}


def test_bytecode_and_tool_caches_are_no_part_of_the_key(copied: Path) -> None:
    before = load(copied)
    assert before.keys

    (copied / "python" / "__pycache__").mkdir()
    (copied / "python" / "__pycache__" / "x.pyc").write_bytes(b"x")

    assert changed(before, load(copied)) == set()


def test_a_tag_names_the_image_and_twelve_digits() -> None:
    tag = load().tag("otel-collector")

    assert tag.startswith("plumbline/otel-collector:built-")
    assert len(tag.rpartition("-")[2]) == len(digest("")) == 12


def test_every_image_is_pinned_on_both_sides_with_a_reason() -> None:
    recipes = load()

    assert set(recipes.images) == BUILT
    assert [r.name for r in recipes.images.values() if not (r.difference and (r.version or r.version_from))] == []
    assert [
        r.official for r in recipes.images.values() if r.official.endswith(":latest") or ":" not in r.official
    ] == []


def test_the_collector_manifest_names_the_pinned_version() -> None:
    manifest = (DIRECTORY / "otel-collector" / "builder.yaml").read_text()

    assert f"version: {load().images['otel-collector'].version}\n" in manifest


def test_a_build_context_is_the_same_whenever_it_is_made(copied: Path) -> None:
    first = context(load(DIRECTORY).files("grafana"))
    second = context(load(copied).files("grafana"))

    assert first == second
    with tarfile.open(fileobj=io.BytesIO(first)) as archive:
        assert archive.getmember("run.sh").mode == 0o755


@pytest.mark.parametrize(
    ("mode", "there", "chosen"),
    [
        pytest.param("auto", {"o", "b"}, ("o", "official"), id="auto-prefers-official"),
        pytest.param("auto", {"b"}, ("b", "built"), id="auto-takes-built"),
        pytest.param("auto", set(), None, id="auto-has-nothing"),
        pytest.param("official", {"b"}, None, id="official-refuses-built"),
        pytest.param("built", {"o"}, None, id="built-refuses-official"),
        pytest.param("built", {"o", "b"}, ("b", "built"), id="built-prefers-built"),
    ],
)
def test_a_mode_chooses_among_what_is_there(
    mode: images.Mode, there: set[str], chosen: tuple[str, images.Source] | None
) -> None:
    assert images.choose(mode, "o", "b", there) == chosen


def test_the_environment_names_the_mode() -> None:
    assert images.mode_of({}) == "auto"
    assert images.mode_of({"PLUMBLINE_IMAGES": "built"}) == "built"
    with pytest.raises(MachineError, match="'sometimes'"):
        images.mode_of({"PLUMBLINE_IMAGES": "sometimes"})


@pytest.mark.parametrize(
    ("reference", "version"),
    [("postgres:16.15", "16.15"), ("prom/prometheus:v3.16.0", "3.16.0"), ("python:3.13-slim-trixie", "3.13")],
)
def test_a_reference_tells_its_version(reference: str, version: str) -> None:
    assert images.tag_version(reference) == version


async def test_an_override_wins_over_every_mode(monkeypatch: pytest.MonkeyPatch, quiet: Steps) -> None:
    mine = Local("sha256:1", ("mine/postgres:9",), (), {}, 0)

    async def find(references: object) -> dict[str, Local]:
        return {"mine/postgres:9": mine}

    monkeypatch.setattr(engine_images, "find", find)
    for mode in ("auto", "official", "built"):
        store = images.Store(
            load(), images.mode_of({"PLUMBLINE_IMAGES": mode}), quiet, {"POSTGRES_IMAGE": "mine/postgres:9"}
        )
        (image,) = await store.ensure(["postgres"])
        assert (image.reference, image.source, image.version) == ("mine/postgres:9", "override", "9")


async def test_an_unknown_service_is_refused_by_name(quiet: Steps) -> None:
    with pytest.raises(MachineError, match="no image is called mysql"):
        await images.Store(load(), "auto", quiet, {}).ensure(["mysql"])


async def test_a_registry_that_swallows_packets_is_given_up_once_for_all(fake_docker: Path, quiet: Steps) -> None:
    script(fake_docker, "exec sleep 60")
    began = time.monotonic()

    failures = await registry.pull_all([f"image:{n}" for n in range(7)], quiet, probe_seconds=0.5)

    assert time.monotonic() - began < 2
    assert set(failures.values()) == {"no registry answered in time"}
    assert len(failures) == 7


async def test_a_registry_that_refuses_is_quoted(fake_docker: Path, quiet: Steps) -> None:
    script(fake_docker, "echo 'dial tcp: connection refused' >&2; exit 1")

    assert await registry.pull_all(["image:1"], quiet) == {"image:1": "dial tcp: connection refused"}


async def test_a_slow_pull_is_not_given_up_once_the_registry_answered(fake_docker: Path, quiet: Steps) -> None:
    script(fake_docker, "echo '1: Pulling from image'; sleep 0.6")

    assert await registry.pull_all(["image:1"], quiet, probe_seconds=0.4) == {}


async def test_the_official_mode_fails_where_nothing_answers(fake_docker: Path, quiet: Steps) -> None:
    script(fake_docker, 'if [ "$1" = pull ]; then exec sleep 60; fi; exit 1')
    store = images.Store(load(), "official", quiet, {}, probe_seconds=0.2)

    with pytest.raises(MachineError, match="PLUMBLINE_IMAGES=auto"):
        await store.ensure(["postgres", "grafana"])


@pytest.mark.parametrize(
    "reference", ["postgres:16.15", "docker.io/library/postgres:16.15", "docker.io/postgres:16.15"]
)
async def test_an_image_is_found_by_any_of_its_names(fake_docker: Path, reference: str) -> None:
    script(
        fake_docker, """echo '{"Id": "sha256:1", "RepoTags": ["postgres:16.15"], "RepoDigests": [], "Config": {}}'"""
    )

    assert (await engine_images.find([reference]))[reference].digest == "sha256:1"


async def test_the_service_key_follows_its_sources_lock_and_base(tmp_path: Path, quiet: Steps) -> None:
    for name in ("service/app.py", "locks/service.txt", "locks/suite.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    store = images.Store(load(), "auto", quiet, {}, repository=tmp_path)
    before = store.service_key("sha256:1")

    (tmp_path / "locks" / "suite.txt").write_text("2")
    assert store.service_key("sha256:1") == before
    assert store.service_key("sha256:2") != before
    (tmp_path / "service" / "app.py").write_text("2")
    assert store.service_key("sha256:1") != before


def test_a_package_tells_its_upstream_version(tmp_path: Path) -> None:
    status = b"Package: other\nVersion: 1\n\nPackage: wanted\nDescription: x\n y\nVersion: 2:17.12-0+deb13u1\n"
    with tarfile.open(tmp_path / "root.tar", "w") as archive:
        entry = tarfile.TarInfo("./var/lib/dpkg/status")
        entry.size = len(status)
        archive.addfile(entry, io.BytesIO(status))

    assert roots.package_version(tmp_path / "root.tar", "wanted") == "17.12"
    with pytest.raises(MachineError, match="absent is not in"):
        roots.package_version(tmp_path / "root.tar", "absent")


async def test_a_machine_without_a_mirror_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "apt-get", "echo https://packages.example/apt/")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(MachineError, match="no Debian mirror"):
        await roots.debian_mirror()


def test_only_what_finds_an_index_is_taken_from_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text(
        "[global]\ncert = /host/only.pem\nindex-url = https://other.example/\nproxy = p:1\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    monkeypatch.setattr(builder, "PIP_CONFIGURATIONS", ())

    assert builder.pip_settings() == "[global]\nindex-url = https://index.example/simple\nproxy = p:1\n"


async def test_proxies_reach_a_build_without_being_written_down(
    fake_docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(fake_docker, f"""echo "$@" "by $HTTPS_PROXY" >> {tmp_path}/calls""")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:3128")
    monkeypatch.delenv("HTTP_PROXY", raising=False)

    await builder.buildx("plumbline/it:1", b"", {}, {}, tmp_path / "log")

    said, _, by = (tmp_path / "calls").read_text().splitlines()[-1].partition(" by ")
    assert "--build-arg=HTTPS_PROXY" in said.split()
    assert "--build-arg=HTTP_PROXY" not in said.split()
    assert by == "http://me:secret@proxy.example:3128"


async def test_who_waits_for_a_build_of_another_checkout_says_so(
    fake_docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    said = io.StringIO()
    found = {"Id": "sha256:1", "RepoTags": ["plumbline/it:1"], "RepoDigests": [], "Config": {}}
    script(fake_docker, f"echo '{json.dumps(found)}'")
    (tmp_path / "plumbline" / "locks").mkdir(parents=True)

    with FileLock(tmp_path / "plumbline" / "locks" / "image-config-service.lock") as lock:
        building = builder.Builder(load(), Steps(Console(file=said)))
        work = asyncio.ensure_future(building.service("plumbline/it:1", b"", {}, {}))
        await asyncio.sleep(0.2)
        lock.release()
        await work

    assert "waiting for image-config-service, which is built from another checkout" in said.getvalue()


async def test_a_failed_command_tells_its_last_lines() -> None:
    with pytest.raises(CommandFailed, match="exit code 3") as caught:
        await run(["sh", "-c", "echo one >&2; echo two >&2; exit 3"], timeout=10)

    assert caught.value.exit_code == 3
    assert "    two" in str(caught.value)


async def test_a_failure_shows_no_password_of_an_address() -> None:
    with pytest.raises(CommandFailed) as caught:
        await run(["sh", "-c", "echo from http://me:secret@mirror/debian >&2; exit 1"], timeout=10)

    assert "secret" not in str(caught.value)
    assert "http://…@mirror/debian" in str(caught.value)


async def test_a_command_that_hangs_shows_no_password_of_an_address() -> None:
    with pytest.raises(CommandTimedOut) as caught:
        await run(["sh", "-c", "sleep 60", "http://me:secret@mirror/debian"], timeout=0.1)

    assert "secret" not in str(caught.value)


async def test_a_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(CommandTimedOut, match=r"no end after 0\.3 s"):
        await run(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/child; wait"], timeout=0.3)

    assert not alive((tmp_path / "child").read_text())


async def test_a_cancelled_command_leaves_nothing_running(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "child")
    told = asyncio.to_thread((tmp_path / "child").read_text)
    task = asyncio.create_task(run(["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/child; wait"], timeout=60))
    child = await told

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(child)


def alive(pid: str) -> bool:
    status = Path(f"/proc/{pid.strip()}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


async def test_steps_without_a_terminal_are_plain_lines() -> None:
    out = io.StringIO()
    with Steps(Console(file=out, width=200), remind_seconds=0.05) as steps:
        async with steps.step("building x"):
            await asyncio.sleep(0.12)

    lines = out.getvalue().splitlines()
    assert lines[0] == "building x …"
    assert lines[1].startswith("building x … 0 s")
    assert re.fullmatch(r"building x: done after \d\.\d s", lines[-1])


@pytest.mark.parametrize(
    ("architecture", "told"),
    [
        pytest.param("amd64", {}, id="the engine's own"),
        pytest.param("arm64", {"a:1": "it is made for linux/arm64, and the engine runs linux/amd64"}, id="another"),
        pytest.param("", {}, id="not said"),
    ],
)
async def test_image_for_another_platform_is_told(fake_docker: Path, architecture: str, told: dict[str, str]) -> None:
    image = (
        f'{{"Id": "sha256:1", "RepoTags": ["a:1"], "Os": "linux", "Architecture": "{architecture}", "Config": {{}}}}'
    )
    script(fake_docker, f"""if [ "$1" = version ]; then echo linux/amd64; else echo '{image}'; fi""")

    assert await engine_images.foreign(["a:1"]) == told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[image.grafana", id="no TOML"),
        pytest.param("[root]\n[image.grafana]\nofficail = 1\n", id="unknown key"),
        pytest.param("", id="empty"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "versions.toml").write_text(text)

    with pytest.raises(MachineError, match="the table of images cannot be read") as refused:
        load(tmp_path)

    assert refused.value.where == str(tmp_path / "versions.toml")
