"""Bad input gets the right error as problem details and changes nothing; good input comes back as it was meant."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.service.names import APPLICATIONS, JSON, application, unique

LIMIT = 65536
ENVELOPE = 16384


def exact(text: str) -> Any:
    """JSON with every number as the number it is, not as the nearest float."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def invalid(identifier: str, body: bytes) -> object:
    return pytest.param(body, id=identifier)


@pytest.mark.parametrize(
    "body",
    [
        invalid("empty", b""),
        invalid("not-json", b"{"),
        invalid("not-an-object", b"[1]"),
        invalid("text-behind", b'{"name":"a","document":{}} x'),
        invalid("not-utf8", b'{"name":"\xff","document":{}}'),
        invalid("no-name", b'{"document":{}}'),
        invalid("empty-name", b'{"name":"","document":{}}'),
        invalid("name-too-long", b'{"name":"' + b"x" * 129 + b'","document":{}}'),
        invalid("control-character", b'{"name":"a\\nb","document":{}}'),
        invalid("name-is-a-number", b'{"name":1,"document":{}}'),
        invalid("surrogate-in-name", b'{"name":"\\ud800","document":{}}'),
        invalid("unknown-member", b'{"name":"a","document":{},"x":1}'),
        invalid("document-is-an-array", b'{"name":"a","document":[]}'),
        invalid("nul", b'{"name":"a","document":{"a":"\\u0000"}}'),
        invalid("nul-in-key", b'{"name":"a","document":{"\\u0000":1}}'),
        invalid("lone-surrogate", b'{"name":"a","document":{"a":["\\ud83d"]}}'),
        invalid("nan", b'{"name":"a","document":{"a":NaN}}'),
        invalid("infinity", b'{"name":"a","document":{"a":-Infinity}}'),
        invalid("beyond-a-double", b'{"name":"a","document":{"a":1e999}}'),
        invalid("many-digits-of-nothing", b'{"name":"a","document":{"a":0e-9999}}'),
        invalid("exponent-without-end", b'{"name":"a","document":{"a":1e' + b"9" * 5000 + b"}}"),
        invalid("integer-without-end", b'{"name":"a","document":{"a":' + b"9" * 5000 + b"}}"),
        invalid("65-deep", b'{"name":"a","document":' + b'{"a":' * 65 + b"1" + b"}" * 66),
        invalid("very-deep", b'{"name":"a","document":{"a":' + b"[" * 30000 + b"]" * 30000 + b"}}"),
    ],
)
async def test_invalid_body_is_refused_and_changes_nothing(client: httpx.AsyncClient, body: bytes) -> None:
    path = f"{APPLICATIONS}/{(await application(client))['id']}/configurations"

    answer = await client.post(path, content=body, headers=JSON)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"]
    assert (await client.get(path)).json()["total"] == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"n": 123456789012345678901234567890.000000000000000000010}', id="long-numbers"),
        pytest.param('{"n": [0.1, 1.10, -0.5, 9007199254740993]}', id="beyond-floats"),
        pytest.param('{"😀": "\\ud83d\\ude00 \\\\u0000 ✓", "": {"": null}}', id="unicode"),
        pytest.param('{"a": ' + '{"a": ' * 62 + "[]" + "}" * 63, id="64-deep"),
        pytest.param('{"n": 1e308, "m": -5e-324}', id="ends-of-a-double"),
    ],
)
async def test_document_comes_back_as_it_was_meant(client: httpx.AsyncClient, text: str) -> None:
    path = f"{APPLICATIONS}/{(await application(client))['id']}/configurations"

    made = await client.post(path, content=f'{{"name": "c", "document": {text}}}'.encode(), headers=JSON)

    found = exact((await client.get(made.headers["location"])).text)
    assert found["document"] == exact(text)


@pytest.mark.parametrize("status", [201, 413], ids=["at-the-limit", "one-byte-more"])
async def test_document_is_limited_to_the_byte(client: httpx.AsyncClient, status: int) -> None:
    path = f"{APPLICATIONS}/{(await application(client))['id']}/configurations"
    text = '{"a":"' + "é" * ((LIMIT - 8) // 2) + '"}' + " " * (status == 413)
    body = f'{{"name":"c","document":{text.replace("} ", " }")}}}'

    answer = await client.post(path, content=body.encode(), headers=JSON)

    assert answer.status_code == status


async def test_endless_body_is_refused_before_its_end(client: httpx.AsyncClient) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 4096
            yield b" " * 4096

    answer = await client.post(APPLICATIONS, content=chunks(), headers=JSON)

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", f"{APPLICATIONS}?limit=0", 422, id="limit-too-small"),
        pytest.param("GET", f"{APPLICATIONS}?limit=101", 422, id="limit-too-large"),
        pytest.param("GET", f"{APPLICATIONS}?offset=-1", 422, id="negative-offset"),
        pytest.param("GET", f"{APPLICATIONS}?offset=99999999999999999999", 422, id="offset-too-large"),
        pytest.param("GET", f"{APPLICATIONS}/no-uuid", 422, id="malformed-id"),
        pytest.param("GET", f"{APPLICATIONS}/00000000-0000-4000-8000-000000000000", 404, id="unknown-id"),
        pytest.param("GET", "/nowhere", 404, id="unknown-route"),
        pytest.param("GET", f"{APPLICATIONS}/", 404, id="trailing-slash"),
        pytest.param("PATCH", APPLICATIONS, 405, id="wrong-method"),
    ],
)
async def test_wrong_request_is_a_problem(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


async def test_wrong_method_is_told_every_right_one(client: httpx.AsyncClient) -> None:
    answer = await client.patch(APPLICATIONS)

    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_other_media_type_is_refused(client: httpx.AsyncClient) -> None:
    body = json.dumps({"name": unique()})

    answer = await client.post(APPLICATIONS, content=body, headers={"content-type": "text/plain"})

    assert answer.status_code == 415
