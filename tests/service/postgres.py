"""One real PostgreSQL for the session, started with testcontainers; each service gets a database of its own in it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from tenacity import AsyncRetrying, stop_after_delay, wait_fixed
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

START_BOUND = 30.0
_USER = "config"
_SECRET = "/run/secrets/postgres_password"


@dataclass(frozen=True)
class Postgres:
    """Where the server is and how to be let in."""

    host: str
    port: int
    password_file: Path
    container: DockerContainer

    @asynccontextmanager
    async def session(self, database: str = "postgres") -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection of the test's own."""
        connection = await asyncpg.connect(
            host=self.host, port=self.port, user=_USER, database=database, password=self.password_file.read_text()
        )
        try:
            yield connection
        finally:
            await connection.close()

    async def new_database(self) -> str:
        """Make an empty database and return its name; it goes with the server."""
        name = f"test_{secrets.token_hex(4)}"
        async with self.session() as connection:
            await connection.execute(f"CREATE DATABASE {name}")
        return name

    def environment(self, database: str) -> dict[str, str]:
        """What a service is told to find it."""
        return {
            "DATABASE_HOST": self.host,
            "DATABASE_PORT": str(self.port),
            "DATABASE_NAME": database,
            "DATABASE_USER": _USER,
            "DATABASE_PASSWORD_FILE": str(self.password_file),
        }


@asynccontextmanager
async def serving(image: str, labels: Mapping[str, str], directory: Path) -> AsyncIterator[Postgres]:
    """Start PostgreSQL on a network of its own, wait until it lets somebody in, and remove both afterwards."""
    # The labels and the sweep do the reaper's work, and its image may not be obtainable.
    testcontainers_config.ryuk_disabled = True
    password_file = directory / "postgres_password"
    password_file.write_text(secrets.token_hex(16))
    password_file.chmod(0o444)  # the server inside is another user; the directory is this user's alone
    network = await asyncio.to_thread(Network(docker_network_kw={"labels": dict(labels)}).create)
    container = (
        DockerContainer(image)
        .with_exposed_ports(5432)
        .with_network(network)
        .with_env("POSTGRES_USER", _USER)
        .with_env("POSTGRES_DB", "postgres")
        .with_env("POSTGRES_PASSWORD_FILE", _SECRET)
        .with_volume_mapping(str(password_file), _SECRET, "ro")
        .with_tmpfs_mount("/var/lib/postgresql/data")
        .with_kwargs(labels=dict(labels))
    )
    try:
        await asyncio.to_thread(container.start)
        host, port = container.get_container_host_ip(), int(container.get_exposed_port(5432))
        postgres = Postgres(host, port, password_file, container)
        await _let_in(postgres)
        yield postgres
    finally:
        await asyncio.to_thread(container.stop)
        await asyncio.to_thread(network.remove)
        # testcontainers never closes its clients, and an unclosed socket is an error here.
        for client in (container.get_docker_client().client, network._docker.client):
            client.close()


async def _let_in(postgres: Postgres) -> None:
    async for attempt in AsyncRetrying(stop=stop_after_delay(START_BOUND), wait=wait_fixed(0.1), reraise=True):
        with attempt:
            async with postgres.session() as connection:
                await connection.fetchval("SELECT 1")
