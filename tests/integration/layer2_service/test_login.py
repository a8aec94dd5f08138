"""The database lets nobody in without its own generated password."""

import asyncpg
import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.environment import example
from fixtures.errors import NotYet
from fixtures.polling import eventually

pytestmark = pytest.mark.pipeline
USER, DATABASE = example()["DATABASE_USER"], example()["DATABASE_NAME"]


async def log_in(stack: Stack, user: str, password: str) -> None:
    """Log in to the database from this machine, and out again; wait where the alert drill has all its connections."""
    port, bound = stack.port("postgres"), deadlines.REQUEST

    async def attempt() -> bool:
        try:
            connection = await asyncpg.connect(
                host="127.0.0.1", port=port, database=DATABASE, user=user, password=password, timeout=bound
            )
        except asyncpg.TooManyConnectionsError as error:
            raise NotYet(str(error)) from error
        await connection.close()
        return True

    await eventually(
        attempt,
        bool,
        expected="an answer to a login",
        of="postgres",
        within=deadlines.VISIBLE,
        hint="look at who is connected: SELECT application_name, count(*) FROM pg_stat_activity GROUP BY 1",
    )


@pytest.mark.parametrize("user", [USER, "postgres"])
@pytest.mark.parametrize("password", ["", "postgres", "password", USER])
async def test_usual_password_is_refused(service_ready: Stack, user: str, password: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await log_in(service_ready, user, password)


async def test_generated_password_is_taken(service_ready: Stack) -> None:
    await log_in(service_ready, USER, service_ready.secret("postgres_password"))
