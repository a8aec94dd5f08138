"""Lists come in pages: in order of name, complete, within bounds, and each with the length of the whole."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio

from fixtures.data import Maker, unique
from fixtures.things import APPLICATIONS, Pool, Thing, walk

pytestmark = pytest.mark.pipeline
NAMES = [*sorted("!19AZ_abz~éÿΩя中﷽😀É", reverse=True), "10", "aa", "a-b", "aB", "a b"]
"""By code point, as the C collation has it: not by any language's rules, which differ between machines."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(api: httpx.AsyncClient) -> Any:
    """The list of one application that has a configuration for each name; deleted afterwards."""
    owner = (await api.post(APPLICATIONS, json={"name": unique("paging")})).raise_for_status().headers["location"]
    for name in NAMES:
        (await api.post(f"{owner}/configurations", json={"name": name, "document": {}})).raise_for_status()
    yield f"{owner}/configurations"
    await api.delete(owner)


def names(page: Mapping[str, Any]) -> list[str]:
    """The names on a page."""
    return [each["name"] for each in page["items"]]


async def test_list_is_in_order_of_name(api: httpx.AsyncClient, filled: str) -> None:
    page = (await api.get(filled, params={"limit": 100})).json()

    assert names(page) == sorted(NAMES)
    assert (page["total"], page["limit"], page["offset"]) == (len(NAMES), 100, 0)


@pytest.mark.parametrize("limit", [1, 5, 7, len(NAMES) - 1, len(NAMES), 100])
async def test_pages_together_are_the_whole_list(api: httpx.AsyncClient, filled: str, limit: int) -> None:
    pages = [page async for page in walk(api, filled, limit)]

    assert [name for page in pages for name in names(page)] == sorted(NAMES)
    assert {page["total"] for page in pages} == {len(NAMES)}
    assert max(len(page["items"]) for page in pages) == min(limit, len(NAMES))


async def test_page_has_twenty_by_default(api: httpx.AsyncClient, filled: str) -> None:
    page = (await api.get(filled)).json()

    assert (names(page), page["limit"], page["offset"]) == (sorted(NAMES)[:20], 20, 0)


async def test_page_of_applications_has_twenty_by_default(api: httpx.AsyncClient) -> None:
    page = (await api.get(APPLICATIONS)).json()

    assert (page["limit"], page["offset"], len(page["items"])) == (20, 0, min(20, page["total"]))


@pytest.mark.parametrize("offset", [len(NAMES), len(NAMES) + 1, 10**6, 2**31 - 1])
async def test_page_beyond_the_end_is_empty(api: httpx.AsyncClient, filled: str, offset: int) -> None:
    page = (await api.get(filled, params={"offset": offset})).json()

    assert page == {"items": [], "total": len(NAMES), "limit": 20, "offset": offset}


async def test_items_are_as_they_are_read_alone(api: httpx.AsyncClient, thing: Thing) -> None:
    pages = [page async for page in walk(api, thing.collection, 100)]

    found = [each for page in pages for each in page["items"] if each["id"] == thing.created["id"]]

    assert found == [thing.created], f"{thing.url} is listed {len(found)} times in {thing.collection}"


async def test_applications_are_in_order_of_name(api: httpx.AsyncClient, make_application: Maker) -> None:
    prefix = unique("order")
    made = [await make_application(name=f"{prefix}-{suffix}") for suffix in ("b", "B", "a", "é")]

    pages = [page async for page in walk(api, APPLICATIONS, 100)]

    listed = [name for page in pages for name in names(page)]
    assert [name for name in listed if name.startswith(prefix)] == sorted(each["name"] for each in made)
    assert listed == sorted(listed)


@pytest.mark.parametrize("offset", [0, 1, 10_000])
async def test_total_of_applications_is_that_of_the_rows(
    api: httpx.AsyncClient, make_application: Maker, database: Pool, offset: int
) -> None:
    await make_application()
    await make_application()

    page = (await api.get(APPLICATIONS, params={"limit": 1, "offset": offset})).json()

    assert page["total"] == await database.fetchval("SELECT count(*) FROM applications")
    assert len(page["items"]) == (1 if offset < page["total"] else 0)


async def test_replaced_name_moves_in_the_list(api: httpx.AsyncClient, make_configuration: Maker) -> None:
    first = await make_configuration(name="a")
    collection = f"{APPLICATIONS}/{first['application_id']}/configurations"
    await make_configuration(first["application_id"], name="b")

    await api.put(f"{collection}/{first['id']}", json={"name": "c", "document": {}})

    assert names((await api.get(collection)).json()) == ["b", "c"]


async def test_list_holds_only_its_own_application(api: httpx.AsyncClient, make_configuration: Maker) -> None:
    own, other = await make_configuration(), await make_configuration()

    page = (await api.get(f"{APPLICATIONS}/{own['application_id']}/configurations")).json()

    assert ([each["id"] for each in page["items"]], page["total"]) == ([own["id"]], 1)
    assert other["id"] not in str(page)


OUT_OF_BOUNDS = ["limit=0", "limit=101", "limit=-1", "limit=abc", "limit=", "limit=1.5", "limit=1e1", "offset=-1"]


@pytest.mark.parametrize("query", [*OUT_OF_BOUNDS, "offset=x", "offset=2147483648", f"offset={'9' * 40}", "limit=%00"])
async def test_page_out_of_bounds_is_refused(api: httpx.AsyncClient, thing: Thing, query: str) -> None:
    answer = await api.get(f"{thing.collection}?{query}")

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert answer.json()["errors"][0]["loc"] == ["query", query.partition("=")[0]]


@pytest.mark.parametrize("query", ["limit=1", "limit=100", "offset=0", "limit=1&offset=2147483647"])
async def test_page_at_its_bounds_is_given(api: httpx.AsyncClient, thing: Thing, query: str) -> None:
    answer = await api.get(f"{thing.collection}?{query}")

    assert answer.status_code == httpx.codes.OK, answer.text
