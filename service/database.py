"""The pool, thinly wrapped: it measures, bounds every wait, and names what it means that the database is away."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any

import asyncpg

from service.settings import Settings
from service.telemetry.instruments import Instruments

if TYPE_CHECKING:
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

# Classes of SQLSTATE after which a later try may succeed: connection exception, authorisation (a password in rotation),
# no such database (not yet), insufficient resources, operator intervention, system error; and of the classes 25, 40 and
# 55 a read-only replica, a failed serialisation, a deadlock and a lock that was not free.
_AWAY_CLASSES = frozenset({"08", "28", "3D", "53", "57", "58"})
_AWAY_STATES = frozenset({"25006", "40001", "40P01", "55P03"})


_SOONER = 0.9
"""The share of a statement's time after which the database itself gives it up.

What is only given up here goes on there: behind a lock that is held for long, sessions that nobody waits for would
pile up until the database takes no more.
"""


class Unavailable(Exception):
    """The database is away, or no connection came free in time: the same request may succeed later."""


def is_away(error: BaseException) -> bool:
    """Whether an error tells of a database that cannot serve now, rather than of a wrong statement or value."""
    if isinstance(error, asyncpg.PostgresError):
        state = str(error.sqlstate or "")
        return state[:2] in _AWAY_CLASSES or state in _AWAY_STATES
    return isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError)


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "")[:2] == "08" or isinstance(error, asyncpg.AdminShutdownError)
    return isinstance(error, OSError | asyncpg.InterfaceError) and not isinstance(error, TimeoutError)


def connection_arguments(settings: Settings) -> dict[str, Any]:
    """How every connection is opened; the password is read from its file each time."""
    limit = round(settings.database_command_timeout * _SOONER * 1000)
    return {
        "host": settings.database_host,
        "port": settings.database_port,
        "database": settings.database_name,
        "user": settings.database_user,
        "password": settings.password,
        "timeout": settings.database_acquire_timeout,
        "command_timeout": settings.database_command_timeout,
        "server_settings": {"application_name": settings.otel_service_name, "statement_timeout": f"{limit}ms"},
    }


class Database:
    """Runs statements for requests. Raises Unavailable for whatever may pass, and the driver's error for the rest."""

    def __init__(self, settings: Settings, instruments: Instruments | None) -> None:
        self._settings = settings
        self._instruments = instruments
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._pending = 0
        self.available = False
        self.suspect: Callable[[], None] = lambda: None
        """Called when a request met a lost connection."""
        self.span: Callable[[str, str], AbstractContextManager[object]] | None = None
        """Called with each statement's first word and text where traces are on."""
        if instruments is not None:
            instruments.watch_pool(settings.database_pool_max, self._idle, self._used, lambda: self._pending)

    async def open(self) -> None:
        """Make the pool, or replace the connections of the one there is, since the database may be another one now."""
        if self._pool is not None:
            await self._pool.expire_connections()
            return
        self._pool = await asyncpg.create_pool(
            min_size=self._settings.database_pool_min,
            max_size=self._settings.database_pool_max,
            reset=_keep_as_it_is,
            **connection_arguments(self._settings),
        )

    async def close(self, bound: float) -> None:
        """Close every connection, politely for ``bound`` seconds and then at once."""
        if self._pool is None:
            return
        try:
            async with asyncio.timeout(bound):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def rows(self, operation: str, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement; ``operation`` is its first word, for the measurement."""
        if not self.available or self._pool is None:
            raise Unavailable("The database is away.")
        connection = await self._acquire(self._pool)
        try:
            started = perf_counter()
            try:
                with self.span(operation, sql) if self.span else nullcontext():
                    return await connection.fetch(sql, *values)
            finally:
                if self._instruments is not None:
                    self._instruments.statements[operation].observe(perf_counter() - started)
        except asyncpg.QueryCanceledError as error:
            # The database is there, and the connection is as good as before.
            raise Unavailable("The database needed too long.") from error
        except BaseException as error:
            if is_away(error) or not isinstance(error, Exception):
                # A connection in an unknown state is not worth a cancellation that may hang as well.
                _terminate(connection)
            if _is_lost(error):
                # What ended this connection has ended its sisters: let them be replaced instead of failing one by one.
                await self._pool.expire_connections()
            self._translate(error)
            raise
        finally:
            await _release(self._pool, connection)

    async def _acquire(self, pool: "asyncpg.Pool[asyncpg.Record]") -> "Connection":
        self._pending += 1
        started = perf_counter()
        try:
            connection = await pool.acquire(timeout=self._settings.database_acquire_timeout)
        except Exception as error:
            if isinstance(error, TimeoutError):
                raise Unavailable("No connection to the database came free in time.") from error
            self._translate(error)
            raise
        finally:
            self._pending -= 1
        if self._instruments is not None:
            self._instruments.wait_time.observe(perf_counter() - started)
        return connection

    def _translate(self, error: BaseException) -> None:
        if is_away(error):
            self.suspect()
            raise Unavailable("The database is away.") from error

    def _idle(self) -> int:
        return self._pool.get_idle_size() if self._pool else 0

    def _used(self) -> int:
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool else 0


async def _release(pool: "asyncpg.Pool[asyncpg.Record]", connection: "Connection") -> None:
    """Give a connection back; what goes wrong with it from here on is no matter of the request that had it."""
    try:
        await pool.release(connection)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        _terminate(connection)


def _terminate(connection: "Connection") -> None:
    # One that ended by itself has left the pool already, and then refuses to be told anything.
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _keep_as_it_is(connection: object) -> None:
    """No statement here leaves state behind in a session, so the driver's reset would be a round trip for nothing."""
