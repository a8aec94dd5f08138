"""Create, read, replace and delete of both kinds: what is answered is what is stored, and only that changes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from fixtures.data import Maker, unique
from fixtures.things import APPLICATIONS, Pool, Thing

pytestmark = pytest.mark.pipeline
CLOCK_TOLERANCE = timedelta(seconds=1)


def stored_content(thing: Thing, row: dict[str, Any] | None) -> object:
    """The content of a row in the form that it was sent in."""
    assert row is not None, f"{thing.url} has no row in PostgreSQL"
    return json.loads(row["document"]) if thing.entity == "configuration" else row["description"]


async def test_created_thing_is_stored_as_sent(thing: Thing, database: Pool) -> None:
    row = await thing.row(database)

    assert row is not None
    assert row["name"] == thing.sent["name"]
    assert stored_content(thing, row) == thing.sent[thing.content]
    assert row["version"] == 1


async def test_create_answers_location_and_version(api: httpx.AsyncClient, thing: Thing) -> None:
    answer = await api.post(thing.collection, json=thing.body())

    found = await api.get(answer.headers["location"])
    await api.delete(answer.headers["location"])

    assert answer.status_code == httpx.codes.CREATED
    assert answer.headers["location"] == f"{thing.collection}/{answer.json()['id']}"
    assert answer.headers["etag"] == found.headers["etag"] == '"1"'
    assert found.json() == answer.json()


async def test_answer_has_exactly_the_promised_members(api: httpx.AsyncClient, thing: Thing) -> None:
    common = {"id", "name", "version", "created_at", "updated_at"}
    own = {"description"} if thing.entity == "application" else {"application_id", "document"}

    answer = await api.get(thing.url)

    assert set(answer.json()) == common | own
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == dict(thing.created)


async def test_times_are_those_of_the_row(thing: Thing, database: Pool) -> None:
    row = await thing.row(database) or {}

    created = datetime.fromisoformat(thing.created["created_at"])

    assert created == row["created_at"]
    assert created == datetime.fromisoformat(thing.created["updated_at"]) == row["updated_at"]
    assert created.utcoffset() == timedelta(0), f"{thing.created['created_at']} is not in UTC"
    assert abs(datetime.now(UTC) - created) < timedelta(seconds=30) + CLOCK_TOLERANCE


async def test_replaced_thing_is_stored_as_sent(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    body = thing.body()

    answer = await api.put(thing.url, json=body)

    row = await thing.row(database) or {}
    assert answer.status_code == httpx.codes.OK
    assert (answer.json()["version"], answer.headers["etag"], row["version"]) == (2, '"2"', 2)
    assert (row["name"], stored_content(thing, row)) == (body["name"], body[thing.content])
    assert (await api.get(thing.url)).json() == answer.json()


async def test_replace_keeps_identity_and_moves_time(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    answer = (await api.put(thing.url, json=thing.body())).json()

    kept = {"id", "created_at"} | ({"application_id"} & set(thing.created))

    assert {key: answer[key] for key in kept} == {key: thing.created[key] for key in kept}
    updated = datetime.fromisoformat(answer["updated_at"])
    assert (
        datetime.fromisoformat(thing.created["updated_at"]) < updated == (await thing.row(database) or {})["updated_at"]
    )
    assert updated < datetime.now(UTC) + CLOCK_TOLERANCE


async def test_repeated_replace_gives_the_same_content(api: httpx.AsyncClient, thing: Thing) -> None:
    body = thing.body()

    first, second = await api.put(thing.url, json=body), await api.put(thing.url, json=body)

    differing = {key for key, value in first.json().items() if second.json()[key] != value}
    assert (first.status_code, second.status_code) == (200, 200)
    assert differing == {"version", "updated_at"}
    assert second.json()["version"] == first.json()["version"] + 1


async def test_deleted_thing_is_gone(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    answer = await api.delete(thing.url)

    assert (answer.status_code, answer.content) == (204, b"")
    assert await thing.row(database) is None
    assert (await api.get(thing.url)).status_code == httpx.codes.NOT_FOUND
    assert (await api.put(thing.url, json=thing.body())).status_code == httpx.codes.NOT_FOUND


async def test_second_delete_finds_nothing(api: httpx.AsyncClient, thing: Thing) -> None:
    first, second = await api.delete(thing.url), await api.delete(thing.url)

    assert (first.status_code, second.status_code) == (204, 404)


async def test_freed_name_can_be_taken_again(api: httpx.AsyncClient, thing: Thing, database: Pool) -> None:
    await api.delete(thing.url)

    answer = await api.post(thing.collection, json=dict(thing.sent))

    assert answer.status_code == httpx.codes.CREATED
    assert answer.json()["id"] != thing.created["id"]
    assert await thing.named(database, thing.sent["name"]) == 1
    await api.delete(answer.headers["location"])


async def test_description_may_be_left_out(make_application: Maker, database: Pool) -> None:
    created = await make_application()

    stored = await database.fetchval("SELECT description FROM applications WHERE id = $1::uuid", created["id"])

    assert created["description"] == stored == ""


async def test_replace_leaves_nothing_of_before(api: httpx.AsyncClient, make_application: Maker) -> None:
    url = f"{APPLICATIONS}/{(await make_application(description='first'))['id']}"

    answer = (await api.put(url, json={"name": unique()})).raise_for_status()

    assert answer.json()["description"] == (await api.get(url)).json()["description"] == ""


async def test_deleted_application_takes_its_own_configurations_along(
    api: httpx.AsyncClient, make_configuration: Maker, database: Pool
) -> None:
    kept, doomed = await make_configuration(), await make_configuration()
    await make_configuration(doomed["application_id"])

    answer = await api.delete(f"{APPLICATIONS}/{doomed['application_id']}")

    query = "SELECT count(*) FROM configurations WHERE application_id = $1::uuid"
    assert answer.status_code == httpx.codes.NO_CONTENT
    assert await database.fetchval(query, doomed["application_id"]) == 0
    assert await database.fetchval(query, kept["application_id"]) == 1


async def test_name_is_unique_within_its_application_only(make_configuration: Maker) -> None:
    name = unique("shared")

    first, second = await make_configuration(name=name), await make_configuration(name=name)

    assert (first["name"], second["name"]) == (name, name)
    assert first["application_id"] != second["application_id"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_configuration_is_unreachable_through_another_application(
    api: httpx.AsyncClient, make_configuration: Maker, make_application: Maker, database: Pool, method: str
) -> None:
    stored, stranger = await make_configuration(), await make_application()
    body = {"name": unique(), "document": {"stolen": True}} if method == "PUT" else None

    answer = await api.request(method, f"{APPLICATIONS}/{stranger['id']}/configurations/{stored['id']}", json=body)

    row = await database.fetchrow("SELECT version, document FROM configurations WHERE id = $1::uuid", stored["id"])
    assert answer.status_code == httpx.codes.NOT_FOUND, answer.text
    assert row is not None
    assert (row["version"], json.loads(row["document"])) == (1, stored["document"])


async def test_configuration_can_be_renamed_to_its_own_name(api: httpx.AsyncClient, thing: Thing) -> None:
    answer = await api.put(thing.url, json=thing.body(name=thing.sent["name"]))

    assert (answer.status_code, answer.json()["name"]) == (200, thing.sent["name"])
