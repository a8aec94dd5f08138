"""Every error is a problem detail (RFC 9457), says what is wrong where, and changes nothing."""

import json
import uuid
from typing import Any

import httpx
import pytest

from fixtures.data import unique
from fixtures.things import APPLICATIONS, Pool, Thing

pytestmark = pytest.mark.pipeline
writing = pytest.mark.parametrize("method", ["POST", "PUT"])
TITLES = {404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 412: "Precondition Failed"}
TITLES |= {415: "Unsupported Media Type", 422: "Unprocessable Content"}
NOBODY = str(uuid.UUID(int=1))


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem that an answer is, once its form is right: type, title, status, detail, and of 422 the errors."""
    seen = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code == status, seen
    assert answer.headers["content-type"] == "application/problem+json", seen
    problem: dict[str, Any] = answer.json()
    assert set(problem) - {"errors", "instance"} == {"type", "title", "status", "detail"}, seen
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", TITLES[status], status)
    assert problem["detail"], seen
    return problem


async def write_both(api: httpx.AsyncClient, thing: Thing, content: bytes, media_type: str) -> list[httpx.Response]:
    """Create beside the thing, then replace it, each with the same bytes."""
    headers = {"content-type": media_type}
    return [
        await api.post(thing.collection, content=content, headers=headers),
        await api.put(thing.url, content=content, headers=headers),
    ]


MISSING = {
    "read": ("GET", f"{APPLICATIONS}/{NOBODY}"),
    "replace": ("PUT", f"{APPLICATIONS}/{NOBODY}"),
    "delete": ("DELETE", f"{APPLICATIONS}/{NOBODY}"),
    "list of a missing application": ("GET", f"{APPLICATIONS}/{NOBODY}/configurations"),
    "create in a missing application": ("POST", f"{APPLICATIONS}/{NOBODY}/configurations"),
    "read in a missing application": ("GET", f"{APPLICATIONS}/{NOBODY}/configurations/{NOBODY}"),
    "replace in a missing application": ("PUT", f"{APPLICATIONS}/{NOBODY}/configurations/{NOBODY}"),
    "delete in a missing application": ("DELETE", f"{APPLICATIONS}/{NOBODY}/configurations/{NOBODY}"),
}


@pytest.mark.parametrize(("method", "path"), MISSING.values(), ids=list(MISSING))
async def test_what_is_missing_is_not_found(api: httpx.AsyncClient, database: Pool, method: str, path: str) -> None:
    body: dict[str, Any] = {"name": unique()} | ({"document": {}} if "configurations" in path else {})

    answer = await api.request(method, path, json=body if method in ("POST", "PUT") else None)

    assert "errors" not in problem_of(answer, 404)
    assert await database.fetchval("SELECT count(*) FROM configurations WHERE name = $1", body["name"]) == 0


@pytest.mark.parametrize("path", ["/", "/api", "/api/v1", "/api/v1/nothing", f"{APPLICATIONS}/", "/metrics/x", "/docs"])
async def test_address_without_anything_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    problem_of(await api.get(path), 404)


@writing
async def test_taken_name_is_a_conflict(api: httpx.AsyncClient, thing: Thing, database: Pool, method: str) -> None:
    taken = thing.body()
    location = (await api.post(thing.collection, json=taken)).raise_for_status().headers["location"]
    before = await thing.row(database)

    answer = await api.request(method, thing.collection if method == "POST" else thing.url, json=taken)

    problem_of(answer, 409)
    assert await thing.row(database) == before
    assert await thing.named(database, taken["name"]) == 1
    await api.delete(location)


WRONG_MEMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": ...}, "name"),
    "name null": ({"name": None}, "name"),
    "name a number": ({"name": 7}, "name"),
    "name true": ({"name": True}, "name"),
    "name a list": ({"name": ["a"]}, "name"),
    "name empty": ({"name": ""}, "name"),
    "name too long": ({"name": "n" * 129}, "name"),
    "name too long in emoji": ({"name": "😀" * 129}, "name"),
    "name with a newline": ({"name": "a\nb"}, "name"),
    "name with NUL": ({"name": "a\0b"}, "name"),
    "name with DEL": ({"name": "a\x7f"}, "name"),
    "unknown member": ({"surprise": 1}, "surprise"),
    "identifier chosen": ({"id": NOBODY}, "id"),
    "version chosen": ({"version": 9}, "version"),
}


@pytest.mark.parametrize(("members", "where"), WRONG_MEMBERS.values(), ids=list(WRONG_MEMBERS))
async def test_wrong_member_is_named_and_changes_nothing(
    api: httpx.AsyncClient, thing: Thing, database: Pool, members: dict[str, Any], where: str
) -> None:
    body = {key: value for key, value in thing.body(**members).items() if value is not ...}
    before = await thing.row(database)

    answers = [await api.post(thing.collection, json=body), await api.put(thing.url, json=body)]

    errors = [error for each in answers for error in problem_of(each, 422)["errors"]]
    assert [each["loc"] for each in errors] == [["body", where]] * 2
    assert all(set(each) == {"loc", "msg", "type"} for each in errors)
    assert await thing.row(database) == before


CONTENTS: dict[str, object] = {"null": None, "list": [], "text": "text", "number": 7, "true": True}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=list(CONTENTS))
async def test_document_must_be_an_object(
    api: httpx.AsyncClient, thing: Thing, database: Pool, content: object
) -> None:
    wrong = content if thing.entity == "configuration" else {"not": "text"}

    answer = await api.put(thing.url, json=thing.body() | {thing.content: wrong})

    row = await thing.row(database) or {}
    assert problem_of(answer, 422)["errors"][0]["loc"] == ["body", thing.content]
    assert row["version"] == 1


async def test_all_wrong_members_are_named_together(api: httpx.AsyncClient, thing: Thing) -> None:
    answer = await api.put(thing.url, json={"name": 1, thing.content: 2, "surprise": 3})

    named = {each["loc"][-1] for each in problem_of(answer, 422)["errors"]}
    assert named == {"name", thing.content, "surprise"}


NOT_JSON = {
    "nothing": b"",
    "half": b'{"name": "a"',
    "two objects": b"{} {}",
    "trailing comma": b'{"name": "a",}',
    "single quotes": b"{'name': 'a'}",
    "unquoted key": b'{name: "a"}',
    "comment": b'{"name": "a"} // b',
    "a list": b'[{"name": "a"}]',
    "a string": b'"name"',
    "null": b"null",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "raw newline in text": b'{"name": "a\nb"}',
    "bad escape": rb'{"name": "\x41"}',
    "form": b"name=a",
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("content", NOT_JSON.values(), ids=list(NOT_JSON))
async def test_body_that_is_no_json_object_is_refused(
    api: httpx.AsyncClient, thing: Thing, database: Pool, content: bytes
) -> None:
    before = await thing.row(database)

    answers = await write_both(api, thing, content, "application/json")

    assert all(problem_of(each, 422)["errors"] for each in answers)
    assert await thing.row(database) == before


OTHER_TYPES = ["text/plain", "application/xml", "multipart/form-data", "application/jsonp", "x"]


@pytest.mark.parametrize("media_type", OTHER_TYPES)
async def test_body_of_another_media_type_is_refused(
    api: httpx.AsyncClient, thing: Thing, database: Pool, media_type: str
) -> None:
    before = await thing.row(database)

    answers = await write_both(api, thing, json.dumps(thing.body()).encode(), media_type)

    assert [problem_of(each, 415)["status"] for each in answers] == [415, 415]
    assert await thing.row(database) == before


JSON_TYPES = ["", "application/json; charset=utf-8", "APPLICATION/JSON", "application/merge+json"]


@pytest.mark.parametrize("media_type", JSON_TYPES)
async def test_body_of_any_json_media_type_is_taken(api: httpx.AsyncClient, thing: Thing, media_type: str) -> None:
    content = json.dumps(thing.body()).encode()

    answer = await api.put(thing.url, content=content, headers={"content-type": media_type} if media_type else {})

    assert answer.status_code == httpx.codes.OK, answer.text


MALFORMED_IDS = ["1", "null", "not-a-uuid", f"{NOBODY}0", NOBODY[:-1], "%00", "' OR 1=1 --", "\U0001d7ce" * 32]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("identifier", MALFORMED_IDS)
async def test_malformed_identifier_is_refused(api: httpx.AsyncClient, method: str, identifier: str) -> None:
    body = {"name": unique()} if method == "PUT" else None

    answer = await api.request(method, f"{APPLICATIONS}/{identifier}", json=body)

    assert problem_of(answer, 422)["errors"][0]["loc"] == ["path", "application_id"]


ALLOWED = {
    "applications": (APPLICATIONS, "GET, HEAD, POST"),
    "application": (f"{APPLICATIONS}/{NOBODY}", "DELETE, GET, HEAD, PUT"),
    "configurations": (f"{APPLICATIONS}/{NOBODY}/configurations", "GET, HEAD, POST"),
    "configuration": (f"{APPLICATIONS}/{NOBODY}/configurations/{NOBODY}", "DELETE, GET, HEAD, PUT"),
    "health": ("/health", "GET, HEAD"),
    "ready": ("/ready", "GET, HEAD"),
    "metrics": ("/metrics", "GET, HEAD"),
    "openapi": ("/openapi.json", "GET, HEAD"),
}


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize(("path", "allowed"), ALLOWED.values(), ids=list(ALLOWED))
async def test_wrong_method_is_told_the_right_ones(
    api: httpx.AsyncClient, path: str, allowed: str, method: str
) -> None:
    answer = await api.request(method, path)

    problem_of(answer, 405)
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/health", "/ready", "/openapi.json", APPLICATIONS, f"{APPLICATIONS}/{NOBODY}", "/nothing"]
)
async def test_head_is_get_without_its_body(api: httpx.AsyncClient, path: str) -> None:
    whole, head = await api.get(path), await api.head(path)

    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


async def test_head_of_a_thing_tells_its_version(api: httpx.AsyncClient, thing: Thing) -> None:
    plain = {"accept-encoding": "identity"}
    whole, head = await api.get(thing.url, headers=plain), await api.head(thing.url, headers=plain)

    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", '"1"')
    assert head.headers["content-length"] == whole.headers["content-length"] == str(len(whole.content))
