"""Text and numbers come back as they were meant, through HTTP, PostgreSQL and HTTP; what cannot be kept is refused."""

import json
import unicodedata
from decimal import Decimal

import httpx
import pytest

from fixtures.data import Maker, unique
from fixtures.things import APPLICATIONS, Pool, Thing

pytestmark = pytest.mark.pipeline
TEXTS = {
    "Latin with marks": "Größe, çà et là, Đặng",
    "Greek": "Ωμέγα",
    "Cyrillic": "Плотник",
    "Hebrew": "אנך",
    "Arabic": "مستقيم",
    "Devanagari": "सीसा",
    "Thai": "ลูกดิ่ง",
    "Chinese": "铅垂线",
    "Japanese": "下げ振り",
    "Korean, composed": "연추선",
    "Korean, decomposed": unicodedata.normalize("NFD", "연추선"),
    "composed": "caf\u00e9",
    "decomposed": "cafe\u0301",
    "stacked marks": "e\u0301\u0323\u0302",
    "ligature": "ﬁle",
    "full width": "\uff21\uff22\uff23",
    "emoji": "🪢",
    "emoji joined": "👩\u200d🔧",
    "emoji with tone": "👷🏽",
    "flag": "🇳🇱",
    "right to left override": "a\u202eb\u202c",
    "zero width": "a\u200bb",
    "byte order mark inside": "a\ufeffb",
    "non-characters": "\ufffe\uffff",
    "beyond the first plane": "\U0010ffff\U0001d513",
    "line separator": "a\u2028b",
    "spaces around": "  a  ",
    "quotes": "\"'`\\/",
    "SQL": "'; DROP TABLE applications; --",
    "percent": "%s %(x)s {0} $1 ${HOME}",
    "markup": "<script>alert(1)</script>&amp;",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
async def test_text_is_kept_character_by_character(
    api: httpx.AsyncClient, thing: Thing, database: Pool, text: str
) -> None:
    name = f"{text}{unique()}"
    content = {text: [text]} if thing.entity == "configuration" else text

    answer = await api.put(thing.url, json={"name": name, thing.content: content})

    row = await thing.row(database) or {}
    assert answer.status_code == httpx.codes.OK, answer.text
    stored = json.loads(row["document"]) if thing.entity == "configuration" else row["description"]
    assert (row["name"], stored) == (name, content)
    assert ((await api.get(thing.url)).json()["name"], answer.json()[thing.content]) == (name, content)


async def test_forms_of_one_text_are_different_names(api: httpx.AsyncClient, make_configuration: Maker) -> None:
    composed = await make_configuration(name="caf\u00e9")

    decomposed = await make_configuration(composed["application_id"], name="cafe\u0301")

    assert (composed["name"], decomposed["name"]) == ("caf\u00e9", "cafe\u0301")


async def test_names_differ_by_case(make_configuration: Maker) -> None:
    lower = await make_configuration(name="straße")

    upper = await make_configuration(lower["application_id"], name="STRASSE")

    assert upper["id"] != lower["id"]


UNKEEPABLE = {
    "NUL": r"a\u0000b",
    "high surrogate": r"\ud83e",
    "low surrogate": r"\udea2",
    "surrogates turned": r"\udea2\ud83e",
}
PLACES = {
    "value": '{"a": "%s"}',
    "key": '{"%s": 1}',
    "deep value": '{"a": [{"b": ["%s"]}]}',
    "deep key": '{"a": [{"%s": null}]}',
    "replaced value": '{"a": "%s", "a": 1}',
}


@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
@pytest.mark.parametrize("text", UNKEEPABLE.values(), ids=list(UNKEEPABLE))
async def test_text_that_cannot_be_kept_is_refused_in_documents(
    api: httpx.AsyncClient, make_configuration: Maker, database: Pool, text: str, place: str
) -> None:
    made = await make_configuration()
    url = f"{APPLICATIONS}/{made['application_id']}/configurations/{made['id']}"
    body = f'{{"name": "n", "document": {place % text}}}'

    answer = await api.put(url, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert answer.json()["errors"][0]["loc"] == ["body", "document"]
    assert await database.fetchval("SELECT version FROM configurations WHERE id = $1::uuid", made["id"]) == 1


@pytest.mark.parametrize("member", ["name", "description"])
@pytest.mark.parametrize("text", UNKEEPABLE.values(), ids=list(UNKEEPABLE))
async def test_text_that_cannot_be_kept_is_refused_in_members(
    api: httpx.AsyncClient, make_application: Maker, text: str, member: str
) -> None:
    made = await make_application()
    others = {"name": '"n"', "description": '"d"'} | {member: f'"{text}"'}
    body = "{" + ", ".join(f'"{key}": {value}' for key, value in others.items()) + "}"
    url = f"{APPLICATIONS}/{made['id']}"

    answer = await api.put(url, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert [each["loc"] for each in answer.json()["errors"]] == [["body", member]]
    assert (await api.get(url)).json() == made


async def test_escaped_and_plain_text_are_the_same(
    api: httpx.AsyncClient, make_application: Maker, database: Pool
) -> None:
    url = f"{APPLICATIONS}/{(await make_application())['id']}/configurations"
    body = r'{"name": "\ud83e\udea2", "document": {"\u00e9": "\/\t\ud83e\udea2"}}'

    made = (await api.post(url, content=body, headers={"content-type": "application/json"})).json()

    stored = await database.fetchval("SELECT document FROM configurations WHERE id = $1::uuid", made["id"])
    assert made["name"] == "🪢"
    assert json.loads(stored) == made["document"] == {"é": "/\t🪢"}


NUMBERS = [
    "0", "-1", "9007199254740993", "-9223372036854775809", "123456789012345678901234567890", "9" * 400,
    "0.1", "1.10", "3.141592653589793238462643383279", "1e2", "1E+2", "-2.5e-3", "1e308", "1.7976931348623157e308",
    "5e-324", "2.2250738585072014e-308", "1e-300", "-0", "-0.0", "0e5", "100000000000000000000.5",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS, ids=lambda each: each[:24])
async def test_number_keeps_its_value(
    api: httpx.AsyncClient, make_application: Maker, database: Pool, number: str
) -> None:
    url = f"{APPLICATIONS}/{(await make_application())['id']}/configurations"
    body = f'{{"name": "n", "document": {{"n": {number}}}}}'

    answer = await api.post(url, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == httpx.codes.CREATED, answer.text
    read = json.loads((await api.get(answer.headers["location"])).content, parse_int=Decimal, parse_float=Decimal)
    stored = await database.fetchval("SELECT document->'n' FROM configurations WHERE id = $1::uuid", read["id"])
    assert read["document"]["n"] == Decimal(stored) == Decimal(number)


NO_NUMBERS = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e99999", "1e-99999", "9" * 5000]
NO_NUMBERS += ["01", "+1", ".5", "1.", "0x1F", "1_000", "1e", "--1"]


@pytest.mark.parametrize("number", NO_NUMBERS, ids=lambda each: each[:12])
async def test_what_is_no_number_is_refused(
    api: httpx.AsyncClient, make_application: Maker, database: Pool, number: str
) -> None:
    owner = (await make_application())["id"]
    body = f'{{"name": "n", "document": {{"n": {number}}}}}'

    answer = await api.post(
        f"{APPLICATIONS}/{owner}/configurations", content=body, headers={"content-type": "application/json"}
    )

    query = "SELECT count(*) FROM configurations WHERE application_id = $1::uuid"
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert await database.fetchval(query, owner) == 0


DOCUMENTS: dict[str, dict[str, object]] = {
    "empty": {},
    "null": {"a": None},
    "all kinds": {"a": [True, False, None, 1, "x", {}, []]},
    "empty key": {"": {"": ""}},
    "keys like members": {"id": 1, "document": {"name": "x"}, "__proto__": {}, "constructor": 2},
    "long key": {"k" * 5000: 1},
    "wide": {"a": [[], {}] * 100},
    "brackets in text": {"a": "[{" * 100},
    "whitespace": {"a": " \t\n\r\u00a0 "},
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=list(DOCUMENTS))
async def test_document_comes_back_equal(
    api: httpx.AsyncClient, make_configuration: Maker, database: Pool, document: dict[str, object]
) -> None:
    made = await make_configuration(document=document)

    stored = await database.fetchval("SELECT document FROM configurations WHERE id = $1::uuid", made["id"])

    read = await api.get(f"{APPLICATIONS}/{made['application_id']}/configurations/{made['id']}")
    assert json.loads(stored) == read.json()["document"] == made["document"] == document
