"""Hostile paths, methods, headers and half requests get at most an answer of the client's fault, and harm nobody."""

import secrets
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from fixtures.bringup import Stack
from fixtures.data import unique
from fixtures.docker import logs
from fixtures.things import APPLICATIONS, Thing
from fixtures.wire import exchange, request
from fixtures.witness import INSIDE

pytestmark = pytest.mark.pipeline
REFUSALS = frozenset({400, 404, 405, 413, 414, 415, 422, 431, 501, 505})
HUNG_UP = 0
LINES = 20_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bystander(api: httpx.AsyncClient) -> AsyncIterator[Thing]:
    """An application that nobody here touches; deleted afterwards."""
    sent = {"name": unique("bystander"), "description": "untouched"}
    thing = Thing(
        "application", APPLICATIONS, sent, (await api.post(APPLICATIONS, json=sent)).raise_for_status().json()
    )
    yield thing
    await api.delete(thing.url)


async def still_serves(api: httpx.AsyncClient, bystander: Thing) -> bool:
    """Whether an ordinary request is answered as ever."""
    answer: object = (await api.get(bystander.url)).json()
    return answer == bystander.created


TARGETS = {
    "NUL": f"{APPLICATIONS}/%00",
    "NUL in the middle": f"{APPLICATIONS}/a%00b/configurations",
    "bad escape": f"{APPLICATIONS}/%zz",
    "half escape": f"{APPLICATIONS}/%",
    "no UTF-8": f"{APPLICATIONS}/%ff%fe",
    "surrogate": f"{APPLICATIONS}/%ed%a0%80",
    "overlong": f"{APPLICATIONS}/%c0%ae",
    "raw bytes": f"{APPLICATIONS}/\xff\xfe",
    "dots": f"{APPLICATIONS}/../../../etc/passwd",
    "escaped dots": f"{APPLICATIONS}/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "double escape": f"{APPLICATIONS}/%252e%252e",
    "backslashes": "/..\\..\\windows",
    "slashes": "//////",
    "semicolon": f"{APPLICATIONS};a=b/x",
    "template": f"{APPLICATIONS}/{{application_id}}",
    "format": "/%25s%25n{}{0}",
    "carriage return": f"{APPLICATIONS}/%0d%0aX-Evil:%201",
    "very long": f"{APPLICATIONS}/{'a' * 60000}",
    "very deep": "/a" * 20000,
    "long query": f"{APPLICATIONS}/x?{'a=1&' * 15000}",
    "query no UTF-8": f"{APPLICATIONS}?limit=%ff",
    "asterisk": "*",
    "absolute": "http://elsewhere.invalid/x",
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
async def test_hostile_target_is_refused(api: httpx.AsyncClient, bystander: Thing, target: str) -> None:
    answer = await exchange(str(api.base_url), request("GET", target))

    assert answer.status in REFUSALS | {HUNG_UP}, answer
    assert "x-evil" not in answer.headers
    assert await still_serves(api, bystander)


METHODS = ["TRACE", "CONNECT", "BREW", "get", "POST\t", "GET" * 2000, "PRI", "M-SEARCH", "%47ET", "\xff"]


@pytest.mark.parametrize("method", METHODS, ids=lambda each: ascii(each[:10]).strip("'"))
async def test_hostile_method_is_refused(api: httpx.AsyncClient, bystander: Thing, method: str) -> None:
    answer = await exchange(str(api.base_url), request(method, APPLICATIONS))

    assert answer.status in REFUSALS | {HUNG_UP}, answer
    assert await still_serves(api, bystander)


HEADERS = {
    "one huge": "x-huge: " + "a" * 200_000,
    "many": "\r\n".join(f"x-{number}: {number}" for number in range(5000)),
    "no colon": "nonsense",
    "no name": ": empty",
    "raw bytes": "x-bytes: \xff\xfe\x80",
    "folded": "x-folded: a\r\n b",
    "NUL": "x-nul: a\0b",
    "two lengths": "content-length: 3",
    "chunked and length": "transfer-encoding: chunked",
    "unknown coding": "transfer-encoding: gzip",
    "expectation": "expect: 100-continue",
    "upgrade": "connection: upgrade\r\nupgrade: websocket",
    "upgrade to HTTP/2": "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQ",
    "condition of bytes": "if-match: \xff",
    "condition of length": 'if-match: "' + "1" * 60_000 + '"',
    "condition of many": "if-match: " + ", ".join(f'"{number}"' for number in range(1, 9000)),
    "condition of blanks": 'if-match: "1"' + " " * 60_000 + "x",
    "condition of commas": "if-match: " + "," * 60_000,
    "condition of spaces": 'if-none-match: "1"' + " " * 60_000 + "x",
    "condition of open quotes": "if-none-match: " + '"' * 60_000,
    "media type of length": "accept: " + "a/b;q=0.1," * 6000,
    "trace parent": "traceparent: 00-" + "g" * 32 + "-1-zz",
}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("header", HEADERS.values(), ids=list(HEADERS))
async def test_hostile_header_is_no_fault_of_the_service(
    api: httpx.AsyncClient, bystander: Thing, method: str, header: str
) -> None:
    target = bystander.url if method == "GET" else f"{bystander.collection}/00000000-0000-0000-0000-000000000001"
    sent = f"{method} {target} HTTP/1.1\r\nhost: service\r\n{header}\r\n\r\n".encode("latin-1")

    answer = await exchange(str(api.base_url), sent, hang_up=True)

    assert answer.status in REFUSALS | {HUNG_UP, 200, 304, 412}, answer
    assert await still_serves(api, bystander)


CHUNKED = f"POST {APPLICATIONS} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".encode()
HALVES = {
    "nothing": b"",
    "half a method": b"GE",
    "half a head": f"GET {APPLICATIONS} HTTP/1.1\r\nhost: x\r\n".encode(),
    "half a body": request("POST", APPLICATIONS, b'{"name": "', content_length=500),
    "half a chunk": CHUNKED + b"9\r\n{",
    "a chunk of no size": CHUNKED + b"zz\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "future version": f"GET {APPLICATIONS} HTTP/9.9\r\nhost: x\r\n\r\n".encode(),
}


@pytest.mark.parametrize("sent", HALVES.values(), ids=list(HALVES))
async def test_half_a_request_is_no_fault_of_the_service(api: httpx.AsyncClient, bystander: Thing, sent: bytes) -> None:
    answer = await exchange(str(api.base_url), sent, hang_up=True)

    assert answer.status in REFUSALS | {HUNG_UP}, answer
    assert await still_serves(api, bystander)


async def test_answer_reveals_nothing_of_the_inside(api: httpx.AsyncClient, thing: Thing) -> None:
    answers = [
        await api.get(f"{APPLICATIONS}/'"),
        await api.post(thing.collection, json=dict(thing.sent)),
        await api.put(thing.url, content=b"{", headers={"content-type": "application/json"}),
        await api.get(thing.url),
    ]

    shown = " ".join(f"{each.text} {dict(each.headers)}" for each in answers).lower()
    assert [word for word in INSIDE if word in shown] == []


async def test_log_holds_nothing_of_what_clients_send(stack: Stack, api: httpx.AsyncClient, thing: Thing) -> None:
    secret = secrets.token_hex(16)
    body = thing.body(name=f"name-{secret}")
    headers = {"authorization": f"Bearer {secret}", "cookie": secret}

    answers = [
        await api.put(thing.url, json=body, headers=headers),
        await api.post(thing.collection, json=body, headers=headers),
        await api.put(thing.url, json=body | {"surprise": secret}, headers=headers),
        await api.put(thing.url, content=f'{{"{secret}', headers=headers | {"content-type": "application/json"}),
        await api.get(thing.url, params={"token": secret}, headers=headers),
    ]

    containers = await stack.containers()
    lines = {
        name: (await logs(containers[name].id, tail=LINES)).splitlines() for name in ("config-service", "postgres")
    }
    assert [each.status_code for each in answers] == [200, 409, 422, 422, 200]
    assert [len(each) for each in lines.values() if not 0 < len(each) < LINES] == [], "not the whole logs"
    assert [(name, line) for name, log in lines.items() for line in log if secret in line] == []
