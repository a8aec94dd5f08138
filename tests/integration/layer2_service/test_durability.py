"""What the service has acknowledged is on disk, in tables that outlive a crash of the database."""

from statistics import median

import httpx
import pytest

from fixtures.data import Maker, unique
from fixtures.things import APPLICATIONS, Pool

pytestmark = pytest.mark.pipeline
WRITES = 15
UNWRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn())::bigint"
"""Bytes of the log of changes that are in memory only; a commit that waits for the disk leaves none of its own."""
PERSISTENCE = (
    "SELECT relname, relpersistence FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


async def test_acknowledged_write_is_on_disk(api: httpx.AsyncClient, make_application: Maker, database: Pool) -> None:
    url = f"{APPLICATIONS}/{(await make_application())['id']}"
    left = []

    for _ in range(WRITES):
        (await api.put(url, json={"name": unique()})).raise_for_status()
        left.append(await database.fetchval(UNWRITTEN))

    # Others write now and then; a commit that did not wait would be behind nearly each time.
    assert median(left) == 0, f"bytes not yet on disk after each acknowledged write: {left}"


async def test_tables_outlive_a_crash(api: httpx.AsyncClient, database: Pool) -> None:
    found = {row["relname"]: row["relpersistence"] for row in await database.fetch(PERSISTENCE)}

    assert found == {"applications": b"p", "configurations": b"p"}, "p: logged, u: emptied after a crash"
