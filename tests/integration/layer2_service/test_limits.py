"""Limits are exact, hold however a body is sent, and what exceeds one is refused without a trace."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from fixtures.data import Maker, unique
from fixtures.environment import example
from fixtures.things import APPLICATIONS, Pool
from fixtures.wire import exchange, request

pytestmark = pytest.mark.pipeline
LIMIT = int(example()["DOCUMENT_LIMIT_BYTES"])
DEEPEST = 64
COUNT = "SELECT count(*) FROM configurations WHERE application_id = $1::uuid"


def document_of(size: int, character: str = "x") -> str:
    """A document of exactly so many bytes of UTF-8."""
    room, width = size - len('{"v": ""}'), len(character.encode())
    return f'{{"v": "{character * (room // width)}{"y" * (room % width)}"}}'


def body_of(document: str, name: str | None = None) -> bytes:
    """A configuration's body with the document exactly as written."""
    return f'{{"name": "{name or unique()}", "document": {document}}}'.encode()


async def chunked(body: bytes, size: int = 7919) -> AsyncIterator[bytes]:
    """The body in pieces, so that no length is declared."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.fixture
def json_type() -> dict[str, str]:
    """The header that every body here has."""
    return {"content-type": "application/json"}


@pytest.mark.parametrize("way", ["declared", "chunked"])
@pytest.mark.parametrize("character", ["x", "é", "中", "😀"])
async def test_document_at_its_limit_is_stored_whole(
    api: httpx.AsyncClient, make_application: Maker, database: Pool, json_type: dict[str, str], way: str, character: str
) -> None:
    url, document = f"{APPLICATIONS}/{(await make_application())['id']}/configurations", document_of(LIMIT, character)
    body = body_of(document)

    answer = await api.post(url, content=body if way == "declared" else chunked(body), headers=json_type)

    query = "SELECT document->>'v' FROM configurations WHERE id = $1::uuid"
    assert answer.status_code == httpx.codes.CREATED, answer.text[:300]
    assert await database.fetchval(query, answer.json()["id"]) == json.loads(document)["v"]


@pytest.mark.parametrize("way", ["declared", "chunked"])
@pytest.mark.parametrize("character", ["x", "é", "中", "😀"])
async def test_document_one_byte_over_is_too_large(
    api: httpx.AsyncClient, make_application: Maker, database: Pool, json_type: dict[str, str], way: str, character: str
) -> None:
    owner, body = (await make_application())["id"], body_of(document_of(LIMIT + 1, character))

    answer = await api.post(
        f"{APPLICATIONS}/{owner}/configurations",
        content=body if way == "declared" else chunked(body),
        headers=json_type,
    )

    assert answer.status_code == 413, answer.text[:300]
    assert (answer.json()["title"], str(LIMIT) in answer.json()["detail"]) == ("Content Too Large", True), answer.text
    assert await database.fetchval(COUNT, owner) == 0


@pytest.mark.parametrize("way", ["declared", "chunked"])
@pytest.mark.parametrize("size", [LIMIT + 32768, 1 << 22], ids=["just too long", "4 MiB"])
async def test_body_too_large_as_a_whole_is_refused(
    api: httpx.AsyncClient, make_configuration: Maker, json_type: dict[str, str], way: str, size: int
) -> None:
    made = await make_configuration()
    body = b" " * size + body_of("{}")

    answer = await api.put(
        f"{APPLICATIONS}/{made['application_id']}/configurations/{made['id']}",
        content=body if way == "declared" else chunked(body),
        headers=json_type,
    )

    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE, answer.text[:300]
    assert (await api.get("/health")).status_code == httpx.codes.OK


async def test_application_body_has_a_limit_too(api: httpx.AsyncClient, json_type: dict[str, str]) -> None:
    name = unique()
    body = json.dumps({"name": name, "description": "d" * (1 << 17)}).encode()

    answer = await api.post(APPLICATIONS, content=chunked(body), headers=json_type)

    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE, answer.text[:300]


@pytest.mark.parametrize("member", [("name", 128), ("description", 1024)], ids=lambda each: each[0])
@pytest.mark.parametrize("character", ["n", "é", "😀"])
async def test_text_is_measured_in_characters(
    api: httpx.AsyncClient, make_application: Maker, json_type: dict[str, str], member: tuple[str, int], character: str
) -> None:
    made, (field, longest) = await make_application(), member
    ending = unique() if field == "name" else ""
    fitting = character * (longest - len(ending)) + ending
    url = f"{APPLICATIONS}/{made['id']}"

    # Escaped, as many clients send all but ASCII: the longest text is then twelve bytes for each character.
    bodies = [json.dumps({"name": made["name"], field: text}) for text in (fitting, fitting + character)]
    taken, refused = [await api.put(url, content=body, headers=json_type) for body in bodies]

    assert (taken.status_code, refused.status_code) == (200, 422), (taken.text[:200], refused.text[:200])
    assert (await api.get(url)).json()[field] == fitting


async def test_declared_length_over_the_limit_is_refused_unread(
    api: httpx.AsyncClient, make_application: Maker
) -> None:
    target = f"{APPLICATIONS}/{(await make_application())['id']}/configurations"

    answer = await exchange(str(api.base_url), request("POST", target, b"{", content_length=1 << 30))

    assert answer.status == httpx.codes.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("declared", ["-1", "+30", "0x10", "1e3", "30, 31", "9" * 40], ids=lambda each: each[:8])
async def test_length_that_is_no_length_is_refused(
    api: httpx.AsyncClient, make_application: Maker, database: Pool, declared: str
) -> None:
    owner = (await make_application())["id"]
    target = f"{APPLICATIONS}/{owner}/configurations"

    answer = await exchange(
        str(api.base_url), request("POST", target, body_of("{}"), content_length=declared), hang_up=True
    )

    assert answer.status in (0, 400, 413), answer
    assert await database.fetchval(COUNT, owner) == 0


async def test_length_shorter_than_the_body_cuts_it(
    api: httpx.AsyncClient, make_application: Maker, database: Pool
) -> None:
    owner, body = (await make_application())["id"], body_of("{}")

    answer = await exchange(
        str(api.base_url), request("POST", f"{APPLICATIONS}/{owner}/configurations", body, content_length=len(body) - 1)
    )

    # The byte too many begins another request: by the time it takes, that one or this one is refused first.
    assert answer.status in (400, 422), answer
    assert await database.fetchval(COUNT, owner) == 0


async def test_length_longer_than_the_body_stores_nothing(
    api: httpx.AsyncClient, make_application: Maker, database: Pool
) -> None:
    owner, body = (await make_application())["id"], body_of("{}")
    sent = request("POST", f"{APPLICATIONS}/{owner}/configurations", body, content_length=len(body) + 1)

    answer = await exchange(str(api.base_url), sent, hang_up=True)

    assert answer.status in (0, 400), answer
    assert await database.fetchval(COUNT, owner) == 0
    assert (await api.get("/health")).status_code == httpx.codes.OK


def nested(levels: int, kind: str) -> str:
    """A document of so many levels, itself the first."""
    begin, middle, end = ("[", "", "]") if kind == "lists" else ('{"a":', "1", "}")
    inner = begin * (levels - 1) + middle + end * (levels - 1)
    return f'{{"a":{inner}}}'


@pytest.mark.parametrize("kind", ["lists", "objects"])
@pytest.mark.parametrize(
    ("levels", "status"), [(DEEPEST, 201), (DEEPEST + 1, 422), (1000, 422), (8000, 422)], ids=lambda each: str(each)
)
async def test_nesting_has_its_limit(
    api: httpx.AsyncClient, make_application: Maker, json_type: dict[str, str], levels: int, status: int, kind: str
) -> None:
    url = f"{APPLICATIONS}/{(await make_application())['id']}/configurations"

    answer = await api.post(url, content=body_of(nested(levels, kind)), headers=json_type)

    assert answer.status_code == status, answer.text[:300]
    assert (await api.get("/health")).status_code == httpx.codes.OK


async def test_document_of_many_keys_is_kept_whole(
    api: httpx.AsyncClient, make_configuration: Maker, database: Pool
) -> None:
    document: dict[str, Any] = {f"key-{number}": number for number in range(3500)}
    made = await make_configuration(document=document)

    stored = await database.fetchval("SELECT document FROM configurations WHERE id = $1::uuid", made["id"])

    assert json.loads(stored) == document
    assert made["document"] == document
