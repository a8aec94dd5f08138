"""SQL in, values out. Each method is one statement, so none can be half done.

Errors, besides Unavailable::

    RepositoryError
    ├── Missing   there is no such application or configuration
    ├── Taken     another one has this name
    └── Stale     it is there, in a version the caller did not allow
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from service.database import Database

_APPLICATION = "id, name, description, version, created_at, updated_at"
_CONFIGURATION = "id, application_id, name, document, version, created_at, updated_at"
_ALLOWED = "(${n}::bigint[] IS NULL OR version = ANY(${n}::bigint[]))"


class RepositoryError(Exception):
    """What was asked cannot be done to what is stored."""


class Missing(RepositoryError):
    """There is no such thing."""


class Taken(RepositoryError):
    """The name belongs to another one."""


class Stale(RepositoryError):
    """The stored version is not one that the caller allowed."""


@dataclass(frozen=True)
class Application:
    """A row of applications."""

    id: UUID
    name: str
    description: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Configuration:
    """A row of configurations; the document is JSON text."""

    id: UUID
    application_id: UUID
    name: str
    document: str
    version: int
    created_at: datetime
    updated_at: datetime


Versions = Sequence[int] | None


class Applications:
    """The applications in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, name: str, description: str) -> Application:
        """Store a new application; raises Taken."""
        sql = f"INSERT INTO applications (name, description) VALUES ($1, $2) RETURNING {_APPLICATION}"  # noqa: S608
        return Application(*(await _write(self._database, "INSERT", sql, name, description))[0])

    async def page(self, limit: int, offset: int) -> tuple[list[Application], int]:
        """A part of the list in order of name, and the length of the whole."""
        sql = f"""
            WITH page AS (SELECT {_APPLICATION} FROM applications ORDER BY name LIMIT $1 OFFSET $2)
            SELECT page.*, whole.total FROM (SELECT count(*) AS total FROM applications) AS whole
            LEFT JOIN page ON true ORDER BY page.name"""  # noqa: S608
        rows = await self._database.rows("SELECT", sql, limit, offset)
        return [Application(*row[:-1]) for row in rows if row["id"] is not None], rows[0]["total"]

    async def read(self, key: UUID) -> Application:
        """The application; raises Missing."""
        sql = f"SELECT {_APPLICATION} FROM applications WHERE id = $1"  # noqa: S608
        rows = await self._database.rows("SELECT", sql, key)
        return Application(*_first(rows))

    async def replace(self, key: UUID, name: str, description: str, versions: Versions) -> Application:
        """Store new content under the next version; raises Missing, Taken or Stale."""
        sql = f"""
            UPDATE applications SET name = $2, description = $3, version = version + 1, updated_at = now()
            WHERE id = $1 AND {_ALLOWED.format(n=4)} RETURNING {_APPLICATION}"""  # noqa: S608
        rows = await _write(self._database, "UPDATE", sql, key, name, description, versions)
        return Application(*(rows[0] if rows else await self._refused(key)))

    async def delete(self, key: UUID, versions: Versions) -> None:
        """Delete it and its configurations; raises Missing or Stale."""
        sql = f"DELETE FROM applications WHERE id = $1 AND {_ALLOWED.format(n=2)} RETURNING id"  # noqa: S608
        if not await _write(self._database, "DELETE", sql, key, versions):
            await self._refused(key)

    async def _refused(self, key: UUID) -> asyncpg.Record:
        """Say why nothing was written."""
        await self.read(key)
        raise Stale


class Configurations:
    """The configurations in the database, each under its application."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, owner: UUID, name: str, document: str) -> Configuration:
        """Store a new configuration; raises Missing (the application) or Taken."""
        sql = f"""
            INSERT INTO configurations (application_id, name, document) VALUES ($1, $2, $3)
            RETURNING {_CONFIGURATION}"""  # noqa: S608
        return Configuration(*(await _write(self._database, "INSERT", sql, owner, name, document))[0])

    async def page(self, owner: UUID, limit: int, offset: int) -> tuple[list[Configuration], int]:
        """A part of the application's list in order of name, and the length of the whole; raises Missing."""
        sql = f"""
            WITH page AS (SELECT {_CONFIGURATION} FROM configurations
                          WHERE application_id = $1 ORDER BY name LIMIT $2 OFFSET $3)
            SELECT page.*, whole.total
            FROM (SELECT (SELECT count(*) FROM configurations WHERE application_id = $1) AS total
                  FROM applications WHERE id = $1) AS whole
            LEFT JOIN page ON true ORDER BY page.name"""  # noqa: S608
        rows = await self._database.rows("SELECT", sql, owner, limit, offset)
        total: int = _first(rows)["total"]
        return [Configuration(*row[:-1]) for row in rows if row["id"] is not None], total

    async def read(self, owner: UUID, key: UUID) -> Configuration:
        """The configuration; raises Missing."""
        sql = f"SELECT {_CONFIGURATION} FROM configurations WHERE id = $2 AND application_id = $1"  # noqa: S608
        return Configuration(*_first(await self._database.rows("SELECT", sql, owner, key)))

    async def replace(self, owner: UUID, key: UUID, name: str, document: str, versions: Versions) -> Configuration:
        """Store new content under the next version; raises Missing, Taken or Stale."""
        sql = f"""
            UPDATE configurations SET name = $3, document = $4, version = version + 1, updated_at = now()
            WHERE id = $2 AND application_id = $1 AND {_ALLOWED.format(n=5)} RETURNING {_CONFIGURATION}"""  # noqa: S608
        rows = await _write(self._database, "UPDATE", sql, owner, key, name, document, versions)
        return Configuration(*(rows[0] if rows else await self._refused(owner, key)))

    async def delete(self, owner: UUID, key: UUID, versions: Versions) -> None:
        """Delete it; raises Missing or Stale."""
        sql = f"""
            DELETE FROM configurations
            WHERE id = $2 AND application_id = $1 AND {_ALLOWED.format(n=3)} RETURNING id"""  # noqa: S608
        if not await _write(self._database, "DELETE", sql, owner, key, versions):
            await self._refused(owner, key)

    async def _refused(self, owner: UUID, key: UUID) -> asyncpg.Record:
        """Say why nothing was written."""
        await self.read(owner, key)
        raise Stale


async def _write(database: Database, operation: str, sql: str, *values: object) -> list[asyncpg.Record]:
    try:
        return await database.rows(operation, sql, *values)
    except asyncpg.UniqueViolationError as error:
        raise Taken from error
    except asyncpg.ForeignKeyViolationError as error:
        raise Missing from error


def _first(rows: list[asyncpg.Record]) -> asyncpg.Record:
    if not rows:
        raise Missing
    return rows[0]
