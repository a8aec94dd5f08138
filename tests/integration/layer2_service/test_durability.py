"""What the service has acknowledged is on disk, in tables that outlive a crash of the database."""

from statistics import median

import httpx
import pytest

from fixtures.data import Maker, unique
from fixtures.expectations import SERVICES
from fixtures.things import APPLICATIONS, Pool

pytestmark = pytest.mark.pipeline
WRITES = 15
UNWRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn())::bigint"
"""Bytes of the log of changes that are in memory only; a commit that waits for the disk leaves none of its own."""
PERSISTENCE = (
    "SELECT relname, relpersistence FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)

DATA = next(each.target for row in SERVICES if row.name == "postgres" for each in row.mounts if each.volume)
IN_FORCE = "SELECT name, setting FROM pg_settings WHERE name = ANY($1)"
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


async def test_database_lies_in_its_volume(api: httpx.AsyncClient, database: Pool) -> None:
    found = await database.fetch(IN_FORCE, [*DURABLE, "data_directory"])
    settings = {str(each["name"]): str(each["setting"]) for each in found}

    place = settings.pop("data_directory")

    assert place == DATA or place.startswith(f"{DATA}/"), f"rows are in {place}, which goes with the container"
    assert settings == DURABLE


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

    assert found.keys() >= {"applications", "configurations"}
    assert set(found.values()) == {b"p"}, f"p: logged, u: emptied after a crash; {found}"
