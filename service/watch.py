"""Waits for the database, prepares it, keeps asking whether it is there, and counts what it stores.

It has a connection of its own: a pool that requests have exhausted neither hides the database nor is used by this.
"""

import asyncio
import contextlib
import logging
from pathlib import Path
from time import perf_counter

import asyncpg
from tenacity import AsyncRetrying, RetryCallState, wait_exponential_jitter

from service.database import Database, Unavailable, connection_arguments
from service.settings import Settings
from service.telemetry.instruments import Instruments

SCHEMA = Path(__file__).with_name("schema.sql")
_SCHEMA_LOCK = 0x706C756D62
_LET_GO = "SET LOCAL idle_in_transaction_session_timeout = '2s'"
_COUNT = (
    "SELECT (SELECT count(*) FROM applications) AS application, (SELECT count(*) FROM configurations) AS configuration"
)
_SHARE_OF_TIME = 20
"""Counting takes at most a twentieth of the database's time: large tables are counted less often."""
_SHORTEST_PAUSE = 0.02

log = logging.getLogger("service.watch")


class Watch:
    """The one who knows whether the database is there; sets ``Database.available`` and logs each outage once."""

    def __init__(self, settings: Settings, database: Database, instruments: Instruments | None) -> None:
        self._settings = settings
        self._database = database
        self._instruments = instruments
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._away_since: float | None = perf_counter()
        self._told = False
        database.suspect = self._wake.set

    async def run(self) -> None:
        """Connect and watch until cancelled."""
        try:
            while True:
                pauses = wait_exponential_jitter(initial=0.05, max=1.0, jitter=0.05)
                await AsyncRetrying(wait=pauses, before_sleep=self._refused)(self._open)
                self._came_back()
                error = await self._keep()
                self._went_away(error)
        finally:
            self._let_go()

    async def check(self, bound: float) -> None:
        """Ask the database now; raises Unavailable unless it answers within ``bound`` seconds."""
        if not self._database.available or self._connection is None:
            raise Unavailable("The database is away.")
        try:
            async with asyncio.timeout(bound), self._turn:
                await self._connection.fetchval("SELECT 1")
        except Exception as error:
            self._wake.set()
            raise Unavailable("The database does not answer.") from error

    async def _open(self) -> None:
        connection = await asyncpg.connect(**connection_arguments(self._settings))
        try:
            async with connection.transaction():
                # A network that is cut here would leave the lock below with a session that nobody speaks to any more.
                await connection.execute(_LET_GO)
                # Several replicas may start at once on an empty database; IF NOT EXISTS alone does not stand that.
                await connection.execute("SELECT pg_advisory_xact_lock($1)", _SCHEMA_LOCK)
                await connection.execute(SCHEMA.read_text(encoding="utf-8"))
            await self._database.open()
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection

    async def _keep(self) -> Exception:
        """Count at each interval, and at once when a request met trouble; returns what ended it."""
        while True:
            await asyncio.sleep(_SHORTEST_PAUSE)
            self._wake.clear()
            started = perf_counter()
            try:
                row = await self._count()
            except Exception as error:
                return error
            if self._instruments is not None:
                self._instruments.stored(dict(row.items()))
            pause = max(self._settings.export_interval, _SHARE_OF_TIME * (perf_counter() - started))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), min(pause, 60.0))

    async def _count(self) -> asyncpg.Record:
        async with self._turn:
            if self._connection is None:
                raise Unavailable("There is no connection.")
            row = await self._connection.fetchrow(_COUNT)
        if row is None:
            raise Unavailable("The database counted nothing.")
        return row

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def _came_back(self) -> None:
        away = perf_counter() - self._away_since if self._away_since is not None else 0.0
        log.info("the database is there", extra={"away_seconds": round(away, 3)})
        self._away_since, self._told = None, False
        self._database.available = True

    def _went_away(self, error: Exception) -> None:
        self._database.available = False
        self._let_go()
        self._away_since = perf_counter()
        if self._instruments is not None:
            self._instruments.stored(None)
        self._tell(error)

    def _refused(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        self._tell(error)

    def _tell(self, error: BaseException | None) -> None:
        if not self._told:
            self._told = True
            reason = f"{type(error).__name__}: {error}"
            log.warning("the database is away; waiting for it", extra={"reason": reason})
