"""The API does what it says, and the rows are in PostgreSQL."""

import httpx

from tests.service.names import APPLICATIONS, application, configuration, unique
from tests.service.postgres import Postgres
from tests.service.running import Service


async def test_created_application_is_a_row(client: httpx.AsyncClient, service: Service, postgres: Postgres) -> None:
    name = unique("naïve ✓ 名")

    answer = await client.post(APPLICATIONS, json={"name": name, "description": "🦉"})

    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    async with postgres.session(service.database) as session:
        row = await session.fetchrow("SELECT name, description, version FROM applications WHERE name = $1", name)
    assert tuple(row or ()) == (name, "🦉", 1)


async def test_location_leads_to_the_created_thing(client: httpx.AsyncClient) -> None:
    answer = await client.post(APPLICATIONS, json={"name": unique()})

    found = await client.get(answer.headers["location"])

    assert found.json() == answer.json()


async def test_list_is_paged_in_order_of_name(client: httpx.AsyncClient) -> None:
    path = f"{APPLICATIONS}/{(await application(client))['id']}/configurations"
    for name in ("b", "Z", "é", "a", "A"):
        await client.post(path, json={"name": name, "document": {}})

    page = (await client.get(path, params={"limit": 2, "offset": 1})).json()
    beyond = (await client.get(path, params={"offset": 5})).json()

    assert [item["name"] for item in page.pop("items")] == ["Z", "a"]
    assert page == {"total": 5, "limit": 2, "offset": 1}
    assert beyond == {"items": [], "total": 5, "limit": 20, "offset": 5}


async def test_replaced_configuration_has_the_next_version(client: httpx.AsyncClient) -> None:
    path = await configuration(client, {"a": 1})

    answer = await client.put(path, json={"name": "new", "document": {"b": [2]}}, headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"2"', 2)
    assert (await client.get(path)).json()["document"] == {"b": [2]}


async def test_deleted_application_takes_its_configurations(client: httpx.AsyncClient) -> None:
    path = await configuration(client, {})
    owner = path.rpartition("/configurations/")[0]

    deleted = await client.delete(owner)

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert {(await client.get(gone)).status_code for gone in (path, owner, f"{owner}/configurations")} == {404}


async def test_name_belongs_to_one_application_only(client: httpx.AsyncClient) -> None:
    first, second = await application(client), await application(client)

    created = await client.post(APPLICATIONS, json={"name": first["name"]})
    renamed = await client.put(f"{APPLICATIONS}/{second['id']}", json={"name": first["name"]})

    assert (created.status_code, renamed.status_code) == (409, 409)
    assert (await client.get(f"{APPLICATIONS}/{second['id']}")).json() == second


async def test_name_may_repeat_in_another_application(client: httpx.AsyncClient) -> None:
    paths = [f"{APPLICATIONS}/{(await application(client))['id']}/configurations" for _ in range(2)]

    answers = [await client.post(path, json={"name": "same", "document": {}}) for path in [*paths, paths[0]]]

    assert [answer.status_code for answer in answers] == [201, 201, 409]


async def test_configuration_is_found_under_its_own_application_only(client: httpx.AsyncClient) -> None:
    path, other = await configuration(client, {}), await application(client)

    elsewhere = f"{APPLICATIONS}/{other['id']}/configurations/{path.rpartition('/')[2]}"

    assert (await client.get(elsewhere)).status_code == 404
    assert (await client.delete(elsewhere)).status_code == 404
    assert (await client.get(path)).status_code == 200


async def test_head_answers_as_get_without_the_body(client: httpx.AsyncClient) -> None:
    path = await configuration(client, {"a": 1})

    head, got = await client.head(path), await client.get(path)

    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", '"1"')
    assert head.headers["content-length"] == got.headers["content-length"]
