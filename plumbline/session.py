"""Fixtures and options for the proof of another compose project; all of them are public and can be overridden.

`stack` (fixtures.stack): the project, up and healthy, on ports of its own; gone with the session.
`expected`: the table. `prometheus`: its client, once every target is up. `asked`: a client of any service by name.
`stations`: where a fact can be read, in the order of its way, for `balance`.
A test that names `service`, `job`, `metric` and `way`, `flow` or `dashboard` runs once for each row of the table.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.errors import PlumblineError
from fixtures.grafana import dashboards
from fixtures.polling import eventually
from fixtures.project import PROJECT, Project
from fixtures.prometheus import Prometheus, client
from plumbline.expected import Expected, read
from plumbline.stations import Asked, Stations

pytest_plugins = [
    "fixtures.checked",
    "fixtures.failures",
    "fixtures.reporting",
    "fixtures.terminal",
    "fixtures.interrupts",
    "fixtures.github",
    "fixtures.stack",
]
pytest.register_assert_rewrite("plumbline.claims")  # a claim that fails shows what it saw
EXPECTED = pytest.StashKey[Expected]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the project and the table are; beside the conftest unless told."""
    group = parser.getgroup("plumbline")
    group.addoption("--compose-file", type=Path, help="the compose file to prove (compose.yml)")
    group.addoption("--expectations", type=Path, help="the Python file with the table EXPECTED (expectations.py)")


def pytest_configure(config: pytest.Config) -> None:
    """Read the table before anything is collected: tests are made from its rows."""
    file = config.getoption("compose_file") or config.rootpath / "compose.yml"
    table = config.getoption("expectations") or config.rootpath / "expectations.py"
    if not file.is_file():
        raise pytest.UsageError(f"there is no compose file at {file}\n  to do: say --compose-file")
    try:
        expected = config.stash[EXPECTED] = read(table.absolute())
    except PlumblineError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[PROJECT] = Project(file.absolute(), expected.ports)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each row of the table that it names."""
    expected, names = metafunc.config.stash[EXPECTED], set(metafunc.fixturenames)
    rows: Mapping[str, Sequence[object]] = {
        "service": sorted(expected.ports),
        "job": expected.jobs,
        "flow": expected.flows,
        "dashboard": [dashboards.read(each) for each in expected.dashboards],
    }
    for name in names & rows.keys():
        metafunc.parametrize(name, rows[name], ids=_row_name)
    if {"metric", "way"} <= names:
        travels = [(each, way) for each in expected.metrics for way in sorted(each.paths)]
        metafunc.parametrize(("metric", "way"), travels, ids=[f"{each.name} by {way}" for each, way in travels])


def _row_name(row: object) -> str:
    return str(getattr(row, "name", getattr(row, "uid", row)))


@pytest.fixture(scope="session")
def expected(pytestconfig: pytest.Config) -> Expected:
    """The table of what must exist."""
    return pytestconfig.stash[EXPECTED]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asked(stack: Stack) -> AsyncIterator[Asked]:
    """Clients of the project's services: `http = await asked("orders")`; closed at the end."""
    clients: dict[str, httpx.AsyncClient] = {}
    async with AsyncExitStack() as opened:

        async def ask(service: str) -> httpx.AsyncClient:
            if service not in clients:
                clients[service] = await opened.enter_async_context(client(stack.url(service)))
            return clients[service]

        yield ask


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prometheus(stack: Stack, expected: Expected, asked: Asked) -> Prometheus:
    """The project's Prometheus, once it has scraped every job of the table."""
    found = Prometheus(await asked(expected.prometheus))
    jobs = {each.name for each in expected.jobs}
    await eventually(
        lambda: found.query("up == 1"),
        lambda seen: {each.labels["job"] for each in seen} >= jobs,
        expected=f"targets up: {', '.join(sorted(jobs))}",
        of=expected.prometheus,
        within=expected.within,
        hint=f"curl {stack.url(expected.prometheus)}/api/v1/targets",
    )
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stations(stack: Stack, expected: Expected, prometheus: Prometheus) -> AsyncIterator[Stations]:
    """Where facts can be read: the exposition of every job whose port is published, and Prometheus."""
    async with AsyncExitStack() as opened:
        expositions = {
            each.name: await opened.enter_async_context(client(stack.url(each.service, each.port)))
            for each in expected.jobs
            if (each.service, each.port) in stack.ports
        }
        yield Stations(expected, expositions, prometheus)
