"""Each answer is counted once, under its own method, route, status, operation and outcome, and nowhere else."""

import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from fixtures.data import Maker
from fixtures.environment import example
from fixtures.exposition.reader import read
from fixtures.measured import Fact, exposed

pytestmark = pytest.mark.pipeline
ALL = "/api/v1/applications"
ONE = f"{ALL}/{{application_id}}"
ALL_OF = f"{ONE}/configurations"
ONE_OF = f"{ALL_OF}/{{configuration_id}}"
UNLIKELY = ("unavailable", "error")
PROBES = ("/health", "/ready", "/metrics")
"""Asked by others meanwhile: health checks, scrapes, canaries."""
ANSWER = ("http_request_method", "http_route", "http_response_status_code")
COUNTS = {
    "http_server_request_duration_seconds_count": ANSWER,
    "config_service_operations_total": ("entity", "operation", "outcome"),
}
SECONDS = {"http_server_request_duration_seconds_sum": ANSWER}
STALE = {"headers": {"if-match": '"7"'}}
KNOWN = {"headers": {"if-none-match": '"1"'}}
BROKEN = {"headers": {"if-match": "no tag"}}
TEXT = {"headers": {"content-type": "text/plain"}}
GONE = {"gone": True}
ODD = {"odd": True}
NONE = {"params": {"limit": 0}}
HUGE = {"json": {"name": "n", "document": {"v": "x" * int(example()["DOCUMENT_LIMIT_BYTES"])}, "description": ""}}
TAKEN = {"taken": True}
EMPTY: dict[str, Any] = {"json": {}}
REPLACED = "not_found conflict precondition_failed invalid too_large"
DELETED = "not_found precondition_failed invalid"
ENDS = {
    "application create": "conflict invalid too_large",
    "application list": "invalid",
    "application read": "not_found invalid",
    "application replace": REPLACED,
    "application delete": DELETED,
    "configuration create": "not_found conflict invalid too_large",
    "configuration list": "not_found invalid",
    "configuration read": "not_found invalid",
    "configuration replace": REPLACED,
    "configuration delete": DELETED,
}
"""How each operation can end, besides as a success, without its database, or as a fault of the service."""
OUTCOMES = {404: "not_found", 409: "conflict", 412: "precondition_failed", 413: "too_large", 503: "unavailable"}
"""What a status says of its operation; any other below 400 is a success, below 500 invalid, above an error."""
UNKNOWN, OTHER = "PURGE", "_OTHER"
"""A method that is none of the HTTP semantics, and what OpenTelemetry calls all such."""
Case = tuple[str, str, int, str, dict[str, Any]]
"""Method, route, status, the operation with its outcome, and what is special about the request."""
CASES: list[Case] = [
    ("GET", ALL, 200, "application list success", {}),
    ("HEAD", ALL, 200, "application list success", {}),
    ("GET", ALL, 422, "application list invalid", NONE),
    ("POST", ALL, 409, "application create conflict", TAKEN),
    ("POST", ALL, 413, "application create too_large", HUGE),
    ("POST", ALL, 415, "application create invalid", TEXT),
    ("POST", ALL, 422, "application create invalid", EMPTY),
    ("GET", ONE, 200, "application read success", {}),
    ("GET", ONE, 304, "application read success", KNOWN),
    ("GET", ONE, 404, "application read not_found", GONE),
    ("GET", ONE, 422, "application read invalid", ODD),
    ("HEAD", ONE, 200, "application read success", {}),
    ("HEAD", ONE, 404, "application read not_found", GONE),
    ("PUT", ONE, 200, "application replace success", {}),
    ("PUT", ONE, 400, "application replace invalid", BROKEN),
    ("PUT", ONE, 404, "application replace not_found", GONE),
    ("PUT", ONE, 409, "application replace conflict", TAKEN),
    ("PUT", ONE, 412, "application replace precondition_failed", STALE),
    ("PUT", ONE, 413, "application replace too_large", HUGE),
    ("PUT", ONE, 415, "application replace invalid", TEXT),
    ("PUT", ONE, 422, "application replace invalid", EMPTY),
    ("DELETE", ONE, 204, "application delete success", {}),
    ("DELETE", ONE, 400, "application delete invalid", BROKEN),
    ("DELETE", ONE, 404, "application delete not_found", GONE),
    ("DELETE", ONE, 412, "application delete precondition_failed", STALE),
    ("DELETE", ONE, 422, "application delete invalid", ODD),
    ("HEAD", ALL_OF, 200, "configuration list success", {}),
    ("GET", ALL_OF, 422, "configuration list invalid", NONE),
    ("GET", ALL_OF, 200, "configuration list success", {}),
    ("GET", ALL_OF, 404, "configuration list not_found", GONE),
    ("POST", ALL_OF, 201, "configuration create success", {}),
    ("POST", ALL_OF, 404, "configuration create not_found", GONE),
    ("POST", ALL_OF, 409, "configuration create conflict", TAKEN),
    ("POST", ALL_OF, 413, "configuration create too_large", HUGE),
    ("POST", ALL_OF, 415, "configuration create invalid", TEXT),
    ("POST", ALL_OF, 422, "configuration create invalid", EMPTY),
    ("GET", ONE_OF, 200, "configuration read success", {}),
    ("GET", ONE_OF, 304, "configuration read success", KNOWN),
    ("GET", ONE_OF, 404, "configuration read not_found", GONE),
    ("GET", ONE_OF, 422, "configuration read invalid", ODD),
    ("HEAD", ONE_OF, 200, "configuration read success", {}),
    ("PUT", ONE_OF, 200, "configuration replace success", {}),
    ("PUT", ONE_OF, 400, "configuration replace invalid", BROKEN),
    ("PUT", ONE_OF, 404, "configuration replace not_found", GONE),
    ("PUT", ONE_OF, 409, "configuration replace conflict", TAKEN),
    ("PUT", ONE_OF, 412, "configuration replace precondition_failed", STALE),
    ("PUT", ONE_OF, 413, "configuration replace too_large", HUGE),
    ("PUT", ONE_OF, 415, "configuration replace invalid", TEXT),
    ("PUT", ONE_OF, 422, "configuration replace invalid", EMPTY),
    ("DELETE", ONE_OF, 204, "configuration delete success", {}),
    ("DELETE", ONE_OF, 400, "configuration delete invalid", BROKEN),
    ("DELETE", ONE_OF, 404, "configuration delete not_found", GONE),
    ("DELETE", ONE_OF, 412, "configuration delete precondition_failed", STALE),
    ("DELETE", ONE_OF, 422, "configuration delete invalid", ODD),
    ("GET", "/openapi.json", 200, "", {}),
    ("PATCH", ONE, 405, "", {}),
    ("OPTIONS", ALL, 405, "", {}),
    (UNKNOWN, ALL, 405, "", {}),
]


@dataclass(frozen=True)
class Page:
    """What an exposition says by label values, without the probes: answers and operations, and seconds of answers."""

    counts: Counter[tuple[str, ...]]
    seconds: Mapping[tuple[str, ...], float]


async def page(api: httpx.AsyncClient) -> Page:
    """Read the service's exposition once."""
    families = read((await api.get("/metrics")).content, "classic").families.values()
    samples = [each for family in families for each in family.samples if each.labels.get("http_route") not in PROBES]
    counts, seconds = (
        {tuple(each.labels[name] for name in of[each.name]): each.value for each in samples if each.name in of}
        for of in (COUNTS, SECONDS)
    )
    return Page(Counter({key: int(value) for key, value in counts.items()}), seconds)


async def counts(api: httpx.AsyncClient) -> Counter[tuple[str, ...]]:
    """Every count of answers and of operations by its label values."""
    return (await page(api)).counts


async def test_each_end_is_counted_before_it_happens(api: httpx.AsyncClient) -> None:
    every = {(*what.split(), end) for what, ends in ENDS.items() for end in [*ends.split(), "success", *UNLIKELY]}

    seen = [key for key in await counts(api) if key[0] in ("application", "configuration")]

    # Without its series at 0 the first end of a kind would be invisible to `increase`.
    assert set(seen) == every


def outcome(status: int) -> str:
    """Return the outcome that a status stands for."""
    other = "success" if status < 400 else "invalid" if status < 500 else "error"
    return OUTCOMES.get(status, other)


def request(case: Case, thing: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What to send for a case to or beside a configuration; `name` is free, or the one that is taken."""
    method, route, _, _, how = case
    given = {key: value for key, value in how.items() if key not in ("gone", "odd", "taken")}
    if method in ("POST", "PUT"):
        given = {"json": {"name": name} | ({"document": {}} if "configurations" in route else {}), **given}
    key = uuid.uuid4() if "gone" in how else "odd" if "odd" in how else thing["application_id"]
    return {"method": method, "url": route.format(application_id=key, configuration_id=thing["id"]), **given}


async def name_for(case: Case, api: httpx.AsyncClient, thing: Mapping[str, Any], make_application: Maker) -> str:
    """Return a name for a case: a new one, or one that another thing of the same kind has in the same place."""
    if "taken" not in case[4]:
        return uuid.uuid4().hex
    if "configurations" not in case[1]:
        return str((await make_application())["name"])
    url = ALL_OF.format(application_id=thing["application_id"])
    made = await api.post(url, json={"name": uuid.uuid4().hex, "document": {}})
    return str(made.raise_for_status().json()["name"])


@pytest.mark.parametrize("case", CASES, ids=lambda each: " ".join(map(str, each[:3])))
async def test_answer_is_counted_once_and_as_what_it_was(
    api: httpx.AsyncClient, make_application: Maker, make_configuration: Maker, case: Case
) -> None:
    thing = await make_configuration()
    method, route, status, operation, _ = case
    name = await name_for(case, api, thing, make_application)
    before, began = await page(api), time.perf_counter()

    answer = await api.request(**request(case, thing, name))

    client, after = time.perf_counter() - began, await page(api)
    grown, key = after.counts - before.counts, (OTHER if method == UNKNOWN else method, route, str(status))
    assert answer.status_code == status, answer.text[:300]
    wanted = {key: 1} | ({tuple(operation.split()): 1} if operation else {})
    assert dict(grown) == wanted, "by how much the counts of answers and of operations grew, and should have grown"
    assert 0 < after.seconds[key] - before.seconds.get(key, 0.0) <= client, "seconds of the answer, and by the client"


@pytest.mark.parametrize("route", PROBES)
async def test_probe_is_counted_too(api: httpx.AsyncClient, route: str) -> None:
    fact = Fact("http_server_request_duration_seconds_count", dict(zip(ANSWER, ("GET", route, "200"), strict=True)))
    before = await exposed(api, fact)

    (await api.get(route)).raise_for_status()

    assert await exposed(api, fact) >= before + 1


async def test_outcomes_are_those_of_all_answers_so_far(api: httpx.AsyncClient) -> None:
    operations = {(method, route): what.split()[:2] for method, route, _, what, _ in CASES if what}
    seen = await counts(api)
    answered: Counter[tuple[str, ...]] = Counter()
    for (method, route, status), count in ((key, count) for key, count in seen.items() if key[1].startswith("/")):
        if what := operations.get(("GET" if method == "HEAD" else method, route)):
            answered[*what, outcome(int(status))] += count

    counted = {key: count for key, count in seen.items() if count and not key[1].startswith("/")}

    assert counted
    assert counted == {key: count for key, count in answered.items() if count}, (
        "operations by outcome, and the answers by status that they should be"
    )
