"""The doctor's findings as tables: what blocks `make pipeline`, what is only noted, and what to do."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from machine import checks, doctor, place, ports, reach
from machine.checks import Reach, Row
from machine.docker import Client, Server
from machine.engine import Facts
from machine.errors import MachineError

CLIENT = Client("26.1.5", server=Server("26.1.5", (1, 45)), compose=(2, 26, 1), buildx=(0, 13, 1))
WELL = Facts(client=CLIENT, named="", dockerd=(26, 1, 5), is_root=True, can_install=True)
BARE = Facts(client=None, named="", dockerd=None, is_root=True, can_install=True)
OPEN = Reach(missing=(), registry=True, mmdebstrap=True, mirror=True, go_proxy=True)
SHUT = Reach(missing=("grafana",), registry=False, mmdebstrap=True, mirror=False, go_proxy=True)


@pytest.mark.parametrize(
    ("row", "found", "blocks"),
    [
        pytest.param(checks.engine_row(WELL), "26.1.5, API 1.45", False, id="engine"),
        pytest.param(checks.engine_row(BARE), "none; will be installed", False, id="engine can be installed"),
        pytest.param(
            checks.engine_row(replace(WELL, client=replace(CLIENT, server=None))),
            "will be started",
            False,
            id="stopped",
        ),
        pytest.param(checks.engine_row(replace(BARE, can_install=False)), "no Docker engine", True, id="no engine"),
        pytest.param(checks.plugin_rows(WELL)[0], "2.26.1", False, id="compose"),
        pytest.param(checks.plugin_rows(BARE)[0], "will be installed", False, id="compose can be installed"),
        pytest.param(
            checks.plugin_rows(replace(WELL, client=replace(CLIENT, compose=(2, 17)), can_install=False))[0],
            "2.17 (2.20.2 or newer",
            True,
            id="old compose",
        ),
        pytest.param(checks.plugin_rows(replace(BARE, can_install=False))[1], "none", True, id="no buildx"),
        pytest.param(checks.driver_rows({"Driver": "overlay2"})[0], "overlay2", False, id="storage driver"),
        pytest.param(checks.driver_rows({"Driver": "vfs"})[0], "vfs", False, id="slow storage driver"),
        pytest.param(checks.driver_rows({"CgroupVersion": "2"})[1], "cgroup v2", False, id="cgroups"),
        pytest.param(
            checks.driver_rows({"CgroupVersion": "2", "MemoryLimit": False})[1], "without memory", True, id="no limits"
        ),
        pytest.param(checks.place_row(""), "this machine", False, id="engine here"),
        pytest.param(checks.place_row("another machine: far"), "another machine: far", True, id="engine elsewhere"),
        pytest.param(checks.disk_row("/d", 50 * 10**9, building=True), "50 GB free at /d", False, id="disk"),
        pytest.param(checks.disk_row("/d", 10**9, building=False), "1 GB free", True, id="full disk"),
        pytest.param(checks.disk_row("/d", 5 * 10**9, building=True), "5 GB free", False, id="small disk"),
        pytest.param(checks.disk_row("/d", None, building=True), "not visible", False, id="disk unseen"),
        pytest.param(checks.memory_row(8 * 10**9, 4 * 10**9), "4.0 of 8.0 GB", False, id="memory"),
        pytest.param(checks.image_rows(OPEN, "auto")[0], "all here", False, id="images here"),
        pytest.param(
            checks.image_rows(replace(OPEN, missing=("grafana",)), "auto")[0], "gets them", False, id="images to get"
        ),
        pytest.param(checks.image_rows(SHUT, "auto")[0], "not here yet: grafana", True, id="no way to an image"),
        pytest.param(
            checks.image_rows(replace(OPEN, missing=("grafana",), registry=False), "official")[0],
            "not here yet",
            True,
            id="official images without a registry",
        ),
    ],
)
def test_finding_says_what_was_found(row: Row, found: str, blocks: bool) -> None:
    assert found in row.found
    assert row.blocks is blocks
    assert not blocks or (row.prevents and row.to_do)


def test_taken_port_names_its_user_and_variable() -> None:
    rows = checks.port_rows({"GRAFANA_PORT": (3001, "node (process 7)"), "POSTGRES_PORT": (5432, "")})

    assert [(row.name, row.found, row.prevents) for row in rows] == [
        ("port 3001", "used by node (process 7)", "make up")
    ]
    assert "GRAFANA_PORT=" in rows[0].to_do


def test_running_make_up_is_no_trouble() -> None:
    rows = checks.port_rows({"GRAFANA_PORT": (3001, "make up")})

    assert [(row.found, row.prevents) for row in rows] == [("3001: make up is running", "")]


def test_ports_come_from_the_compose_file() -> None:
    text = 'ports: ["127.0.0.1:${GRAFANA_PORT:-3001}:3000", "127.0.0.1:${POSTGRES_PORT:-5432}:5432"]'

    assert ports.published(text, {"POSTGRES_PORT": "6000"}) == {"GRAFANA_PORT": 3001, "POSTGRES_PORT": 6000}


@pytest.mark.parametrize("said", ["abc", "0", "65536", "-1"])
def test_port_that_is_none_is_named(said: str) -> None:
    with pytest.raises(MachineError, match="GRAFANA_PORT is"):
        ports.published('"127.0.0.1:${GRAFANA_PORT:-3001}:3000"', {"GRAFANA_PORT": said})


async def test_port_that_was_moved_before_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text('"127.0.0.1:${GRAFANA_PORT:-3001}:3000"', encoding="utf-8")
    (tmp_path / ".env").write_text("GRAFANA_PORT=4001\nGRAFANA_ADMIN_USER=admin\n", encoding="utf-8")
    monkeypatch.setattr(ports, "COMPOSE_FILE", tmp_path / "docker-compose.yml")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert {name: port for name, (port, _) in (await ports.usual_ports({})).items()} == {"GRAFANA_PORT": 4001}


def test_published_ports_name_their_container() -> None:
    text = "a-1\tplumbline\t127.0.0.1:8000->8000/tcp\nother\t\t0.0.0.0:9090->9090/tcp, :::9090->9090/tcp\nnone\t\t"

    assert ports.parse_containers(text) == {8000: "make up", 9090: "container other"}


def test_range_of_neighbouring_ports_is_read_whole() -> None:
    text = "plumbline-otel-collector-1\tplumbline\t127.0.0.1:4317-4318->4317-4318/tcp, 127.0.0.1:8889->8889/tcp"

    assert ports.parse_containers(text) == dict.fromkeys((4317, 4318, 8889), "make up")


def test_every_usual_port_is_looked_at() -> None:
    compose = ports.COMPOSE_FILE.read_text()

    assert sorted(ports.published(compose, {}).values()) == [3001, 4317, 4318, 5432, 8000, 8080, 8889, 9090]


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("unix:///var/run/docker.sock", ""),
        ("", ""),
        ("tcp://127.0.0.1:2375", ""),
        ("ssh://me@far.test", "far.test"),
        ("tcp://far.test:2376", "far.test"),
    ],
)
def test_remote_engine_is_recognised(endpoint: str, host: str) -> None:
    assert place.remote_host(endpoint) == host


@pytest.mark.parametrize(
    ("info", "gateway", "shared"),
    [
        pytest.param({}, "172.17.0.1", True, id="its bridge is here"),
        pytest.param({}, "172.99.0.1", False, id="its bridge is elsewhere"),
        pytest.param({}, "", True, id="no bridge, no verdict"),
        pytest.param({"SecurityOptions": ["name=rootless"]}, "172.99.0.1", True, id="rootless forwards"),
        pytest.param({"OperatingSystem": "Docker Desktop"}, "172.99.0.1", True, id="Docker Desktop forwards"),
    ],
)
def test_engine_in_another_network_is_recognised(info: dict[str, object], gateway: str, shared: bool) -> None:
    assert place.shares_ports(info, gateway, {"127.0.0.1", "172.17.0.1"}) is shared


@pytest.mark.parametrize(
    ("said", "proxy"),
    [
        ("", ""),
        ("off", ""),
        ("https://go.test/,direct", "https://go.test"),
        ("direct|https://go.test", "https://go.test"),
    ],
)
def test_go_proxy_is_the_first_address(said: str, proxy: str, tmp_path: Path) -> None:
    assert reach.go_proxy_of({"GOPROXY": said}, tmp_path) == proxy


async def test_nobody_listening_is_no_answer() -> None:
    assert not await reach.answers("http://127.0.0.1:9/")


async def test_machine_without_docker_is_looked_at_to_the_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    rows = {row.name: row for row in await doctor.diagnose({"PATH": str(tmp_path)})}

    assert rows["Docker engine"].blocks
    assert {"disk", "memory", "image sources"} <= rows.keys()


@pytest.mark.parametrize(
    ("rows", "code", "last"),
    [
        pytest.param([Row("CPUs", "2")], 0, "make pipeline can run", id="well"),
        pytest.param([Row("CPUs", "1", "nothing much", "use two")], 0, "make pipeline can run", id="noted"),
        pytest.param(
            [Row("disk", "full", "all", "free some", blocks=True)], 1, "make pipeline cannot run: disk", id="blocked"
        ),
    ],
)
@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "plain"])
def test_exit_code_tells_whether_the_pipeline_can_run(rows: list[Row], code: int, last: str, terminal: bool) -> None:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None)

    assert doctor.show(rows, console) == code

    printed = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    assert printed.splitlines()[-1] == last
    assert all(row.prevents in printed and row.to_do in printed for row in rows)


async def test_wrong_settings_are_rows_and_hide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_engine() -> Facts:
        return BARE

    monkeypatch.setattr(doctor, "find_facts", no_engine)

    rows = {each.name: each for each in await doctor.diagnose({"PLUMBLINE_IMAGES": "pull", "GRAFANA_PORT": "abc"})}

    assert rows["ports"].found == "GRAFANA_PORT is 'abc', which is no port"
    assert rows["PLUMBLINE_IMAGES"].blocks
    assert {"memory", "disk"} <= rows.keys()
