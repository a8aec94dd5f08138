"""The database lets nobody in without its own generated password."""

import asyncpg
import pytest

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.environment import example

pytestmark = pytest.mark.pipeline
USER, DATABASE = example()["DATABASE_USER"], example()["DATABASE_NAME"]


async def log_in(stack: Stack, user: str, password: str) -> None:
    """Log in to the database from this machine, and out again."""
    port, bound = stack.port("postgres"), deadlines.REQUEST
    connection = await asyncpg.connect(
        host="127.0.0.1", port=port, database=DATABASE, user=user, password=password, timeout=bound
    )
    await connection.close()


@pytest.mark.parametrize("user", [USER, "postgres"])
@pytest.mark.parametrize("password", ["", "postgres", "password", USER])
async def test_usual_password_is_refused(service_ready: Stack, user: str, password: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await log_in(service_ready, user, password)


async def test_generated_password_is_taken(service_ready: Stack) -> None:
    await log_in(service_ready, USER, service_ready.secret("postgres_password"))
