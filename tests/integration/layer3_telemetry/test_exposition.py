"""The service's `/metrics` is correct exposition, in both formats, however it is asked for."""

import asyncio

import httpx
import pytest

from fixtures.bringup import Stack
from fixtures.data import unique
from fixtures.errors import none_found
from fixtures.expectations import SERVICES
from fixtures.exposition import Format, compare, lint
from fixtures.exposition.reader import read
from fixtures.prometheus import client

pytestmark = pytest.mark.pipeline
CLASSIC = "text/plain;version=0.0.4"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
as_each_format = pytest.mark.parametrize(
    ("accept", "form"), [(CLASSIC, "classic"), (OPENMETRICS, "openmetrics")], ids=["classic", "openmetrics"]
)


@as_each_format
async def test_exposition_has_no_fault(api: httpx.AsyncClient, accept: str, form: Format) -> None:
    answer = await api.get("/metrics", headers={"accept": accept})

    findings = lint(answer.content, form)

    assert answer.status_code == httpx.codes.OK
    none_found(findings)


@as_each_format
async def test_exposition_leaves_the_time_to_the_scraper(api: httpx.AsyncClient, accept: str, form: Format) -> None:
    families = read((await api.get("/metrics", headers={"accept": accept})).content, form).families.values()

    stamped = {each.name for family in families for each in family.samples if each.timestamp is not None}

    # A series with times of its own seems alive for five minutes after its process has ended.
    assert stamped == set()


@as_each_format
async def test_format_asked_for_is_format_answered(api: httpx.AsyncClient, accept: str, form: Format) -> None:
    answer = await api.get("/metrics", headers={"accept": accept})

    kind = "application/openmetrics-text; version=1.0.0" if form == "openmetrics" else "text/plain; version=0.0.4"
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    varying = {each.strip().lower() for each in answer.headers["vary"].split(",")}
    assert varying >= {"accept", "accept-encoding"}, "a cache between would mix the formats up"
    assert answer.text.endswith("# EOF\n") == (form == "openmetrics")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/openmetrics-text;q=0.2,text/plain;q=0.7", "text/plain"),
        ("application/openmetrics-text;q=0,*/*", "text/plain"),
        ("text/plain;q=0.2,application/openmetrics-text;q=0.7", "application/openmetrics-text"),
    ],
)
async def test_weight_of_a_format_decides(api: httpx.AsyncClient, accept: str, form: str) -> None:
    answer = await api.get("/metrics", headers={"accept": accept, "accept-encoding": "gzip;q=0"})

    assert answer.headers["content-type"].startswith(form)
    assert "content-encoding" not in answer.headers


async def test_plain_text_is_the_default_format(api: httpx.AsyncClient) -> None:
    answer = await api.get("/metrics", headers={"accept": "*/*"})

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_exposition_is_compressed_when_asked(api: httpx.AsyncClient) -> None:
    packed = await api.get("/metrics", headers={"accept-encoding": "gzip"})
    plain = await api.get("/metrics", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 4
    assert lint(packed.content, "classic") == []


async def test_head_answers_headers_alone(api: httpx.AsyncClient) -> None:
    answer = await api.head("/metrics")

    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.content == b""


async def test_concurrent_scrapes_are_each_whole(api: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(api.get("/metrics", headers={"accept": OPENMETRICS}) for _ in range(8)))

    faults = [lint(each.content, "openmetrics") for each in answers]

    assert {each.status_code for each in answers} == {httpx.codes.OK}
    assert faults == [[]] * len(answers)


@pytest.mark.parametrize(
    "service", [each.name for each in SERVICES if any(p.metrics and p.variable for p in each.ports)]
)
async def test_every_published_exposition_has_no_fault(dashboards_ready: Stack, service: str) -> None:
    async with client(dashboards_ready.url(service)) as http:
        answer = await http.get("/metrics", headers={"accept": CLASSIC})

    findings = lint(answer.content, "classic")

    assert answer.status_code == httpx.codes.OK
    assert answer.content
    none_found(findings)


@as_each_format
async def test_work_between_two_scrapes_breaks_no_series(api: httpx.AsyncClient, accept: str, form: str) -> None:
    before = await api.get("/metrics", headers={"accept": accept})
    made = await api.post("/api/v1/applications", json={"name": unique()})
    await api.delete(made.headers["location"])
    after = await api.get("/metrics", headers={"accept": accept})

    findings = compare(before.content, after.content)

    assert after.content != before.content
    none_found(findings)
