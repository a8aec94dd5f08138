"""Writers that meet: one wins where only one may, nothing is lost where all may, and nothing is left half done."""

import asyncio
from collections import Counter
from functools import partial

import httpx
import pytest

from fixtures.data import Maker, unique
from fixtures.environment import example
from fixtures.things import APPLICATIONS, Pool, Thing, held, turn

pytestmark = pytest.mark.pipeline
WRITERS = 100
POOL = int(example()["DATABASE_POOL_MAX"])
"""How many writers can meet in the database; the others wait for a connection."""
CREATORS = 50


async def test_one_of_a_hundred_conflicting_writes_wins(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    bodies = [thing.body() for _ in range(WRITERS)]
    condition = {"If-Match": '"1"'}

    async with held(database, thing, POOL):
        writes = asyncio.gather(*(turn(partial(api.put, thing.url, json=b, headers=condition)) for b in bodies))
    answers = await writes

    row = await thing.row(database) or {}
    winners = [body for body, answer in zip(bodies, answers, strict=True) if answer.status_code == httpx.codes.OK]
    assert Counter(each.status_code for each in answers) == {200: 1, 412: WRITERS - 1}
    assert (row["version"], row["name"]) == (2, winners[0]["name"])


async def test_hundred_unconditional_writes_leave_no_gap(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    bodies = [thing.body() for _ in range(WRITERS)]

    async with held(database, thing, POOL):
        writes = asyncio.gather(*(turn(partial(api.put, thing.url, json=b)) for b in bodies))
    answers = await writes

    row = await thing.row(database) or {}
    versions = {each.json()["version"]: each.json()["name"] for each in answers}
    assert {each.status_code for each in answers} == {200}
    assert sorted(versions) == list(range(2, WRITERS + 2))
    assert (row["version"], row["name"]) == (WRITERS + 1, versions[WRITERS + 1])


async def test_chain_of_conditional_writers_loses_no_update(
    api: httpx.AsyncClient, make_configuration: Maker, database: Pool
) -> None:
    made = await make_configuration(document={"count": 0})
    url = f"{APPLICATIONS}/{made['application_id']}/configurations/{made['id']}"

    async def add_one() -> int:
        for tries in range(1, 20 * CREATORS):
            seen = await turn(lambda: api.get(url))
            body = {"name": made["name"], "document": {"count": seen.json()["document"]["count"] + 1}}
            condition = {"If-Match": seen.headers["etag"]}
            if (await turn(partial(api.put, url, json=body, headers=condition))).status_code == 200:
                return tries
        raise AssertionError(f"{url}: a writer never had its turn")

    tries = await asyncio.gather(*(add_one() for _ in range(8)))

    stored = await database.fetchval("SELECT document->>'count' FROM configurations WHERE id = $1::uuid", made["id"])
    assert int(stored) == 8, f"writers tried {tries} times"


async def test_one_of_many_creators_takes_a_name(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    body = thing.body()

    answers = await asyncio.gather(*(turn(lambda: api.post(thing.collection, json=body)) for _ in range(CREATORS)))

    created = [each for each in answers if each.status_code == httpx.codes.CREATED]
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CREATORS - 1}
    assert await thing.named(database, body["name"]) == 1
    await api.delete(created[0].headers["location"])


async def test_one_of_many_deleters_succeeds(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    answers = await asyncio.gather(*(turn(lambda: api.delete(thing.url)) for _ in range(CREATORS)))

    assert Counter(each.status_code for each in answers) == {204: 1, 404: CREATORS - 1}
    assert await thing.row(database) is None


async def test_one_of_two_renames_takes_the_name(api: httpx.AsyncClient, make_configuration: Maker) -> None:
    first = await make_configuration()
    made = [first, *[await make_configuration(first["application_id"]) for _ in range(7)]]
    collection, body = f"{APPLICATIONS}/{first['application_id']}/configurations", {"name": unique(), "document": {}}

    answers = await asyncio.gather(*(turn(partial(api.put, f"{collection}/{e['id']}", json=body)) for e in made))

    assert Counter(each.status_code for each in answers) == {200: 1, 409: len(made) - 1}


async def test_creation_beside_deletion_leaves_no_orphan(
    api: httpx.AsyncClient, make_application: Maker, database: Pool
) -> None:
    owner = (await make_application())["id"]
    bodies = [{"name": unique(), "document": {}} for _ in range(CREATORS)]
    url = f"{APPLICATIONS}/{owner}"
    acts = [partial(api.post, f"{url}/configurations", json=b) for b in bodies]
    acts.insert(CREATORS // 2, partial(api.delete, url))

    answers = await asyncio.gather(*(turn(act) for act in acts))

    query = "SELECT count(*) FROM configurations WHERE application_id = $1::uuid"
    assert {each.status_code for each in answers} <= {201, 204, 404}
    assert await database.fetchval(query, owner) == 0
    assert (await api.get(url)).status_code == httpx.codes.NOT_FOUND


async def test_pages_under_writes_stay_well_formed(api: httpx.AsyncClient, thing: Thing) -> None:
    writes = [turn(lambda: api.put(thing.url, json=thing.body())) for _ in range(30)]
    reads = [turn(lambda: api.get(thing.collection, params={"limit": 100})) for _ in range(30)]

    answers = await asyncio.gather(*writes, *reads)

    pages = [each.json() for each in answers[30:]]
    assert {each.status_code for each in answers} == {200}
    assert all(len({item["id"] for item in page["items"]}) == len(page["items"]) for page in pages)
