"""Optimistic locking: a write with If-Match happens in exactly the version that it names, and else changes nothing."""

import httpx
import pytest

from fixtures.things import Pool, Thing

pytestmark = pytest.mark.pipeline
writing = pytest.mark.parametrize("method", ["PUT", "DELETE"])
MATCHING = {
    "the current tag": '"2"',
    "any": "*",
    "one of a list": '"7", "2"',
    "a list without spaces": '"1","2","3"',
    "beside a weak one": 'W/"1", "2"',
}
STALE = {
    "an older version": '"1"',
    "a newer version": '"3"',
    "a weak tag": 'W/"2"',
    "a tag of another kind": '"abc"',
    "an empty tag": '""',
    "a padded number": '"02"',
    "a huge number": f'"{"9" * 30}"',
    "just too large": f'"{2**63}"',
    "a list without it": '"1", "3", W/"2"',
}
MALFORMED = {"no quotes": "2", "half quoted": '"2', "words": "latest", "star in a list": '*, "2"', "only W": "W/2"}


async def write(api: httpx.AsyncClient, method: str, thing: Thing, if_match: str) -> httpx.Response:
    """The thing's second version exists; write to it under a condition."""
    (await api.put(thing.url, json=thing.body())).raise_for_status()
    body = thing.body() if method == "PUT" else None
    return await api.request(method, thing.url, json=body, headers={"If-Match": if_match})


@writing
@pytest.mark.parametrize("if_match", MATCHING.values(), ids=list(MATCHING))
async def test_write_under_a_true_condition_happens(
    api: httpx.AsyncClient, thing: Thing, database: Pool, method: str, if_match: str
) -> None:
    answer = await write(api, method, thing, if_match)

    row = await thing.row(database)
    assert answer.status_code == (200 if method == "PUT" else 204), answer.text
    assert (row["version"] if row else None) == (3 if method == "PUT" else None)


@pytest.mark.parametrize("if_match", STALE.values(), ids=list(STALE))
async def test_write_under_a_false_condition_changes_nothing(
    api: httpx.AsyncClient, thing: Thing, database: Pool, if_match: str
) -> None:
    (await api.put(thing.url, json=thing.body())).raise_for_status()
    before, headers = await thing.row(database), {"If-Match": if_match}

    replaced = await api.put(thing.url, json=thing.body(), headers=headers)
    deleted = await api.delete(thing.url, headers=headers)

    assert (replaced.status_code, deleted.status_code) == (412, 412), replaced.text
    assert await thing.row(database) == before


@pytest.mark.parametrize("if_match", MALFORMED.values(), ids=list(MALFORMED))
async def test_malformed_condition_is_refused(
    api: httpx.AsyncClient, thing: Thing, database: Pool, if_match: str
) -> None:
    before, headers = await thing.row(database), {"If-Match": if_match}

    replaced = await api.put(thing.url, json=thing.body(), headers=headers)
    deleted = await api.delete(thing.url, headers=headers)

    assert (replaced.status_code, deleted.status_code) == (400, 400), replaced.text
    assert "If-Match" in replaced.json()["detail"]
    assert await thing.row(database) == before


@writing
async def test_condition_on_what_is_missing_finds_nothing(api: httpx.AsyncClient, thing: Thing, method: str) -> None:
    await api.delete(thing.url)

    body = thing.body() if method == "PUT" else None
    answer = await api.request(method, thing.url, json=body, headers={"If-Match": '"1"'})

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_etag_of_an_answer_is_good_for_the_next_write(api: httpx.AsyncClient, thing: Thing) -> None:
    first = await api.get(thing.url)

    second = await api.put(thing.url, json=thing.body(), headers={"If-Match": first.headers["etag"]})
    third = await api.put(thing.url, json=thing.body(), headers={"If-Match": second.headers["etag"]})
    stale = await api.put(thing.url, json=thing.body(), headers={"If-Match": first.headers["etag"]})

    assert [each.status_code for each in (second, third, stale)] == [200, 200, 412]


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"9", "1"', "*"])
async def test_known_version_is_not_sent_again(api: httpx.AsyncClient, thing: Thing, known: str) -> None:
    answer = await api.get(thing.url, headers={"If-None-Match": known})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == '"1"'


async def test_changed_version_is_sent(api: httpx.AsyncClient, thing: Thing) -> None:
    changed = await api.put(thing.url, json=thing.body())

    answer = await api.get(thing.url, headers={"If-None-Match": '"1"'})

    assert (answer.status_code, answer.json()) == (200, changed.json())
