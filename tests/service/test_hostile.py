"""Text that is also SQL is only text; bodies in other encodings, with hidden faults or mutilated, change nothing."""

import asyncio
import gzip
import json
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.service.names import APPLICATIONS, JSON, application, configuration, unique
from tests.service.postgres import Postgres
from tests.service.running import Service

PROBLEM = "application/problem+json"
SQL = {
    "a second statement": "'; DROP TABLE applications; --",
    "always true": "' OR '1'='1",
    "double quotes": '" OR ""="',
    "a sleep": "'||pg_sleep(10)||'",
    "a union": "' UNION SELECT usename, passwd FROM pg_shadow --",
    "a backslash": "\\'; DELETE FROM configurations; --",
    "parameters": "$1 $2 %s %(name)s ? :name",
    "dollar quotes": "$$; DROP TABLE configurations; $$",
    "a comment": "/* */ -- #",
    "a copy": "'; COPY applications TO PROGRAM 'id'; --",
    "JSON's end": "\"}'::jsonb; DROP TABLE configurations; --",
    "wildcards": "%_*",
}
by_sql = pytest.mark.parametrize("text", SQL.values(), ids=list(SQL))


@by_sql
async def test_sql_in_an_application_is_only_text(client: httpx.AsyncClient, text: str) -> None:
    sent = {"name": f"{text} {unique()}"[:128], "description": text}

    made = await client.post(APPLICATIONS, json=sent)
    replaced = await client.put(made.headers["location"], json=sent | {"description": text * 2})

    assert (made.status_code, replaced.status_code) == (201, 200)
    assert (replaced.json()["name"], replaced.json()["description"]) == (sent["name"], text * 2)


@by_sql
async def test_sql_in_a_configuration_is_only_text(client: httpx.AsyncClient, text: str) -> None:
    document = {text: [text, {"deeper": {text: text}}]}
    path = await configuration(client, document)

    renamed = await client.put(path, json={"name": text, "document": document})

    assert (renamed.status_code, renamed.json()["name"], renamed.json()["document"]) == (200, text, document)


@by_sql
async def test_sql_in_an_address_or_a_condition_finds_nothing(client: httpx.AsyncClient, text: str) -> None:
    made = await application(client)
    quoted = quote(text, safe="")

    answers = [
        await client.get(f"{APPLICATIONS}/{quoted}"),
        await client.delete(f"{APPLICATIONS}/{quoted}/configurations/{quoted}"),
        await client.get(APPLICATIONS, params={"limit": text}),
        await client.get(APPLICATIONS, params={"offset": text}),
        await client.delete(f"{APPLICATIONS}/{made['id']}", headers={"if-match": text}),
        await client.delete(f"{APPLICATIONS}/{made['id']}", headers={"if-match": json.dumps(text)}),
    ]

    assert {each.status_code for each in answers} <= {400, 404, 405, 412, 422}
    assert (await client.get(f"{APPLICATIONS}/{made['id']}")).json() == made


async def test_tables_are_as_they_were(client: httpx.AsyncClient, service: Service, postgres: Postgres) -> None:
    await client.post(APPLICATIONS, json={"name": unique(SQL["a second statement"])})

    async with postgres.session(service.database) as session:
        rows = await session.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")

    assert {row[0] for row in rows} == {"applications", "configurations"}


PLAIN = '{"name": "n", "document": {"a": "é"}}'
HIDDEN = '{"name": "n", "document": {"a": %s, "a": 1}}'
UNREADABLE = {
    "a byte order mark": PLAIN.encode("utf-8-sig"),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16, little end first": PLAIN.encode("utf-16-le"),
    "UTF-32": PLAIN.encode("utf-32"),
    "Latin": PLAIN.encode("latin-1"),
    "overlong": PLAIN.encode().replace(b"n", b"\xc1\xae", 1),
    "a surrogate as bytes": PLAIN.encode().replace(b"\xc3\xa9", b"\xed\xa0\x80"),
    "a NUL as it is": PLAIN.encode().replace(b"\xc3\xa9", b"\x00"),
    "a line feed as it is": PLAIN.encode().replace(b"\xc3\xa9", b"\n"),
    "compressed": gzip.compress(PLAIN.encode()),
    "a NUL that is replaced": (HIDDEN % r'"\u0000"').encode(),
    "a NUL in a key that is replaced": (HIDDEN % r'{"\u0000": 1}').encode(),
    "a surrogate that is replaced": (HIDDEN % r'["\ud800"]').encode(),
    "no number that is replaced": (HIDDEN % "1e999").encode(),
    "NaN that is replaced": (HIDDEN % "NaN").encode(),
    "nothing but commas": b"," * 60_000,
    "nothing but quotes": b'"' * 60_000,
    "nothing but backslashes": b'{"' + b"\\" * 60_000,
    "nothing but digits": b'{"name": ' + b"1" * 60_000,
    "nothing but braces": b'{"a":' * 12_000,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=list(UNREADABLE))
async def test_unreadable_body_is_a_problem_and_changes_nothing(client: httpx.AsyncClient, body: bytes) -> None:
    path = await configuration(client, {"before": True})
    before = (await client.get(path)).json()

    answers = [await client.put(path, content=body, headers=JSON), await client.post(APPLICATIONS, content=body)]

    assert answers[0].status_code == 422, answers[0].text
    assert answers[1].status_code in {413, 422}
    assert {each.headers["content-type"] for each in answers} == {PROBLEM}
    assert (await client.get(path)).json() == before


async def test_condition_of_nothing_but_blanks_takes_no_time(client: httpx.AsyncClient) -> None:
    path = await configuration(client, {})

    conditions = ['"1"' + " " * 60_000 + "x", '"1",' + " \t" * 30_000 + "x", "," + " " * 60_000 + "x"]
    async with asyncio.timeout(5):
        answers = [await client.delete(path, headers={"if-match": each}) for each in conditions]

    assert [each.status_code for each in answers] == [400] * 3


LEGAL = b'{"name": "n", "document": {"a": [1, -2.5e3, true, null, "\\u00e9\\ud83d\\ude00"], "b": {"c": "d"}}}'
TOKENS = [
    b"\x00",
    b"\xff",
    b"\\ud800",
    b"\\u0000",
    b"1e999",
    b"9" * 400,
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b",",
    b":",
    b"NaN",
]
CUTS = st.tuples(st.integers(0, len(LEGAL)), st.integers(0, 8), st.sampled_from([*TOKENS, b""]) | st.binary(max_size=4))


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """A legal body in which a few pieces are replaced."""
    body = LEGAL
    for at, length, piece in draw(st.lists(CUTS, min_size=1, max_size=4)):
        body = body[:at] + piece + body[at + length :]
    return body


def _try(url: str, path: str) -> Callable[[], None]:
    @settings(max_examples=400, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(body=mutilated())
    def example(body: bytes) -> None:
        answer = http.put(path, content=body, headers=JSON)
        assert answer.status_code in {200, 422}, (body, answer.text)
        if answer.status_code == 422:
            assert (answer.headers["content-type"], answer.json()["status"]) == (PROBLEM, 422)

    http = httpx.Client(base_url=url, timeout=15)

    def run() -> None:
        with http:
            example()

    return run


async def test_mutilated_body_is_stored_or_a_problem(client: httpx.AsyncClient, service: Service) -> None:
    path = await configuration(client, {})

    await asyncio.to_thread(_try(service.url, path))

    assert (await client.get(path)).status_code == 200
    assert "Traceback" not in service.log
