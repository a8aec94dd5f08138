"""The decisions about the Docker engine, as tables: what is done, what is refused, and with which words."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from machine import daemon, debian, docker
from machine.daemon import Dockerd, clear_stale, running_pid
from machine.debian import Release, Source
from machine.docker import Client, Server
from machine.engine import Facts, Plan, decide
from machine.errors import MachineError
from machine.process import Completed

SERVER = Server("26.1.5", (1, 45))
CLIENT = Client("26.1.5", server=SERVER, compose=(2, 26, 1), buildx=(0, 13, 1))
SILENT = replace(CLIENT, server=None, silence="Cannot connect to the Docker daemon at unix:///var/run/docker.sock")
WELL = Facts(client=CLIENT, named="", dockerd=(26, 1, 5), is_root=True, can_install=True)
BARE = Facts(client=None, named="", dockerd=None, is_root=True, can_install=True)
PLUGINS = ("docker-buildx", "docker-compose")


@pytest.mark.parametrize(
    ("facts", "plan"),
    [
        pytest.param(WELL, Plan(), id="it answers"),
        pytest.param(replace(WELL, dockerd=None, is_root=False, can_install=False), Plan(), id="it answers a user"),
        pytest.param(replace(WELL, named="DOCKER_HOST=tcp://x:1"), Plan(), id="a chosen one answers"),
        pytest.param(replace(WELL, client=SILENT), Plan(start=True), id="installed but not running"),
        pytest.param(BARE, Plan(debian.ENGINE_PACKAGES, start=True), id="nothing"),
        pytest.param(
            replace(BARE, client=SILENT), Plan(debian.ENGINE_PACKAGES, start=True), id="only the docker command"
        ),
        pytest.param(replace(WELL, client=replace(CLIENT, compose=None, buildx=None)), Plan(PLUGINS), id="no plugins"),
        pytest.param(
            replace(WELL, client=replace(CLIENT, compose=(2, 20, 1))), Plan(("docker-compose",)), id="old compose"
        ),
        pytest.param(
            replace(BARE, named="DOCKER_HOST=tcp://x:1"), Plan(("docker-cli", *PLUGINS)), id="chosen, no command"
        ),
        pytest.param(
            replace(WELL, client=None), Plan(("docker-cli", *PLUGINS), start=True), id="engine without a command"
        ),
    ],
)
def test_plan_does_only_what_is_missing(facts: Facts, plan: Plan) -> None:
    assert decide(facts) == plan


@pytest.mark.parametrize(
    ("facts", "what", "to_do"),
    [
        pytest.param(replace(BARE, can_install=False), "there is no Docker engine", "install Docker", id="none"),
        pytest.param(
            replace(WELL, client=SILENT, named="the docker context 'far'"),
            "was chosen does not answer",
            "unset DOCKER_HOST",
            id="a chosen one is silent",
        ),
        pytest.param(
            replace(WELL, client=replace(SILENT, silence="permission denied while trying to connect"), is_root=False),
            "may not speak to the Docker engine",
            "usermod -aG docker",
            id="no right to the socket",
        ),
        pytest.param(
            replace(WELL, client=replace(CLIENT, server=Server("20.10.24", (1, 41)))),
            "too old: 20.10.24 (API 1.41)",
            "upgrade it",
            id="an old one answers",
        ),
        pytest.param(
            replace(WELL, client=SILENT, dockerd=(20, 10, 24)), "too old: 20.10.24", "upgrade it", id="old and stopped"
        ),
        pytest.param(
            replace(WELL, client=SILENT, is_root=False, can_install=False),
            "only root can start it",
            "sudo systemctl start docker",
            id="stopped, and not root",
        ),
        pytest.param(
            replace(WELL, client=replace(CLIENT, compose=(2, 17)), can_install=False),
            "docker-compose (compose found: 2.17)",
            "docker-compose-plugin",
            id="old compose where nothing can be installed",
        ),
    ],
)
def test_refusal_says_what_and_what_to_do(facts: Facts, what: str, to_do: str) -> None:
    with pytest.raises(MachineError) as caught:
        decide(facts)

    assert what in caught.value.what
    assert to_do in caught.value.to_do
    assert caught.value.where


@pytest.mark.parametrize(
    ("environment", "context", "named"),
    [
        pytest.param({}, "default", "", id="default"),
        pytest.param({}, "", "", id="no docker command"),
        pytest.param({"DOCKER_HOST": "unix:///var/run/docker.sock"}, "default", "", id="the default socket by name"),
        pytest.param({"DOCKER_HOST": "ssh://far"}, "default", "DOCKER_HOST=ssh://far", id="DOCKER_HOST"),
        pytest.param({}, "rootless", "the docker context 'rootless'", id="a context"),
    ],
)
def test_chosen_engine_is_recognised(environment: dict[str, str], context: str, named: str) -> None:
    assert docker.named_engine(environment, context) == named


def test_client_is_read_from_what_docker_says() -> None:
    said = b'{"Client": {"Version": "28.2.2"}, "Server": {"Version": "26.1.5+dfsg1", "ApiVersion": "1.45"}}'
    buildx = Completed((), 0, b"github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3", b"", 0)

    client = docker.parse_client(Completed((), 0, said, b"", 0), Completed((), 1, b"", b"no such command", 0), buildx)

    assert client == Client("28.2.2", Server("26.1.5+dfsg1", (1, 45)), "", compose=None, buildx=(0, 13, 1))


def test_silent_engine_keeps_its_reason() -> None:
    silent = Completed((), 1, b'{"Client": {"Version": "28.2.2"}, "Server": null}', b"Cannot connect", 0)
    missing = Completed((), 1, b"", b"", 0)

    client = docker.parse_client(silent, missing, missing)

    assert (client.server, client.silence) == (None, "Cannot connect")


DEB822 = """Types: deb
# a snapshot
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/own.gpg

Types: deb-src
URIs: http://mirror.test/sources
Suites: bookworm
Components: main

Types: deb
Enabled: no
URIs: http://off.test/debian
Suites: bookworm
Components: main
"""


def test_deb822_sources_are_read() -> None:
    own = "/usr/share/keyrings/own.gpg"

    assert list(debian.parse_deb822(DEB822)) == [
        Source("http://mirror.test/debian", "bookworm", ("main",), own),
        Source("http://mirror.test/debian", "bookworm-updates", ("main",), own),
    ]


def test_one_line_sources_are_read() -> None:
    line = "deb [arch=amd64 signed-by=/k.gpg] http://a.test/debian bookworm main contrib"
    text = f"# deb http://no.test/debian x main\n{line}\n"

    assert list(debian.parse_one_line(text)) == [
        Source("http://a.test/debian", "bookworm", ("main", "contrib"), "/k.gpg")
    ]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        pytest.param([Source("http://a.test/debian", "bookworm", ("main",), "/k.gpg")], "/k.gpg", id="its own key"),
        pytest.param([Source("http://a.test/debian", "bookworm", ("main",))], debian.KEYRING, id="Debian's keyring"),
        pytest.param([Source("http://a.test/debian", "stable", ("main",))], debian.KEYRING, id="suite by its alias"),
        pytest.param(
            [Source("http://b.test/x", "any", ("main",)), Source("http://a.test/debian", "bookworm", ("main",))],
            debian.KEYRING,
            id="a third party's source is passed over",
        ),
    ],
)
def test_newer_suite_comes_from_the_same_mirror(sources: list[Source], expected: str) -> None:
    assert debian.newer_source(sources, "bookworm") == Source("http://a.test/debian", "trixie", ("main",), expected)


def test_missing_mirror_is_explained() -> None:
    with pytest.raises(MachineError, match="no apt source has the suite bookworm"):
        debian.newer_source([Source("cdrom:[Debian]/", "bookworm", ("main",))], "bookworm")


@pytest.mark.parametrize(
    ("text", "release"),
    [
        pytest.param(
            'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm', Release("debian", "bookworm", 12), id="bookworm"
        ),
        pytest.param("ID=debian\nVERSION_CODENAME=forky", Release("debian", "forky", None), id="testing"),
        pytest.param('ID=ubuntu\nVERSION_ID="24.04"', Release("ubuntu", "", 24), id="a derivative"),
    ],
)
def test_release_is_read(text: str, release: Release) -> None:
    assert debian.parse_release(text) == release


@pytest.mark.parametrize(
    ("vendor", "recent", "names"),
    [
        pytest.param(False, False, ["docker-buildx/trixie", "docker-compose/trixie"], id="older Debian"),
        pytest.param(False, True, ["docker-buildx", "docker-compose"], id="recent Debian"),
        pytest.param(True, False, ["docker-buildx-plugin", "docker-compose-plugin"], id="beside Docker's own packages"),
    ],
)
def test_packages_fit_what_is_installed(vendor: bool, recent: bool, names: list[str]) -> None:
    assert debian.package_names(PLUGINS, vendor=vendor, recent=recent) == names


@pytest.fixture
def dockerd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dockerd]:
    """A stand-in that writes its pid file and waits, first on the PATH; it ends at once beside a file `ends`."""
    program = tmp_path / "bin" / "dockerd"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\ncd {tmp_path}\n[ -e ends ] && {{ echo broken configuration; exit 1; }}\n"
        "echo $$ >docker.pid\ntrap 'rm docker.pid; exit 0' TERM\nwhile :; do sleep 0.05; done\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(daemon, "systemd_runs", lambda: False)
    yield Dockerd(tmp_path / "docker.pid", tmp_path / "exec", tmp_path / "log")
    while daemon.STARTED:
        process = daemon.STARTED.pop()
        process.kill()
        process.wait()


async def test_started_engine_outlives_us_in_its_own_session(dockerd: Dockerd) -> None:
    async def answers() -> bool:
        return dockerd.pidfile.exists()

    await daemon.start(dockerd, answers=answers)

    pid = running_pid(dockerd.pidfile, "dockerd")
    assert pid is not None
    assert os.getsid(pid) == pid
    assert Path(f"/proc/{pid}/fd/0").readlink() == Path("/dev/null")  # noqa: ASYNC240 - /proc never blocks


async def test_engine_that_ends_shows_its_log(dockerd: Dockerd) -> None:
    (dockerd.pidfile.parent / "ends").touch()

    with pytest.raises(MachineError, match=r"ended with status 1\n  broken configuration") as caught:
        await daemon.start(dockerd, answers=_never)

    assert caught.value.where == str(dockerd.log)


async def test_engine_that_never_answers_is_stopped(dockerd: Dockerd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "START_SECONDS", 0.5)

    with pytest.raises(MachineError, match=r"no answer within 0\.5 s"):
        await daemon.start(dockerd, answers=_never)

    assert not dockerd.pidfile.exists()


async def test_interrupted_start_leaves_nothing(dockerd: Dockerd) -> None:
    starting = asyncio.create_task(daemon.start(dockerd, answers=_never))
    async with asyncio.timeout(10):
        while not dockerd.pidfile.exists():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)

    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert not dockerd.pidfile.exists()


@pytest.mark.parametrize("content", ["999999999", "1", "", "nonsense"], ids=["dead", "another", "empty", "broken"])
def test_stale_files_are_removed(tmp_path: Path, content: str) -> None:
    left = Dockerd(tmp_path / "docker.pid", tmp_path / "exec", tmp_path / "log")
    containerd = tmp_path / "exec" / "containerd"
    containerd.mkdir(parents=True)
    paths = [left.pidfile, containerd / "containerd.pid", containerd / "containerd.sock"]
    for path in paths:
        path.write_text(content)

    assert clear_stale(left) == paths
    assert not any(path.exists() for path in paths)


async def _never() -> bool:
    return False
