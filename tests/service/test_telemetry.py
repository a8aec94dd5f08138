"""Every answer is counted once, in the right place, before the client has it; and both paths tell the same."""

import asyncio
import gzip

import httpx
import pytest

from fixtures.polling import eventually
from service.telemetry.contract import CONTRACT
from service.telemetry.operations import OPERATIONS
from tests.service.names import APPLICATIONS, application, unique
from tests.service.receiver import Labels, Receiver, counts, metrics
from tests.service.running import Service
from tests.service.stage import Launch

COUNT = "http_server_request_duration_seconds_count"
LIST = {"http_request_method": "GET", "http_route": APPLICATIONS, "http_response_status_code": "200"}


async def test_answered_requests_are_counted_exactly(launch: Launch) -> None:
    service = await launch()

    await asyncio.gather(*(service.client.get(APPLICATIONS) for _ in range(137)))

    assert await service.metric(COUNT, **LIST) == 137
    outcome = {"entity": "application", "operation": "list", "outcome": "success"}
    assert await service.metric("config_service_operations_total", **outcome) == 137
    assert await service.metric("db_client_operation_duration_seconds_count", db_operation_name="SELECT") == 137
    assert await service.metric("db_client_connection_wait_time_seconds_count") == 137


async def test_each_answer_is_counted_before_it_is_seen(client: httpx.AsyncClient, service: Service) -> None:
    labels = {"http_request_method": "GET", "http_route": "/health", "http_response_status_code": "200"}
    before = await service.metric(COUNT, **labels) or 0

    seen = []
    for _ in range(20):
        await client.get("/health")
        seen.append(await service.metric(COUNT, **labels))

    assert seen == [before + number for number in range(1, 21)]


async def test_every_series_known_ahead_is_zero_at_first(launch: Launch) -> None:
    found = await (await launch(wait=False)).metrics()

    operations = {
        frozenset({"entity": row.entity, "operation": row.operation, "outcome": name}.items()): 0
        for row in OPERATIONS
        for name in row.outcomes
    }
    assert {labels: value for (name, labels), value in found.items() if name == "config_service_operations_total"} == (
        operations
    )
    assert found[COUNT, frozenset(LIST.items())] == 0
    assert found["db_client_operation_duration_seconds_count", frozenset({("db_operation_name", "DELETE")})] == 0


async def test_failed_operation_is_counted_by_its_outcome(launch: Launch) -> None:
    service = await launch()
    made = await application(service.client)

    await service.client.post(APPLICATIONS, json={"name": made["name"]})
    await service.client.put(f"{APPLICATIONS}/{made['id']}", json={"name": unique()}, headers={"If-Match": '"9"'})

    found = await service.metrics()
    happened = {
        tuple(sorted(dict(labels).values())): value
        for (name, labels), value in found.items()
        if name == "config_service_operations_total" and value
    }
    assert happened == {
        ("application", "create", "success"): 1,
        ("application", "conflict", "create"): 1,
        ("application", "precondition_failed", "replace"): 1,
    }


@pytest.mark.parametrize(
    ("method", "path", "labels"),
    [
        pytest.param("GET", "/no/such/ü?x=1", ("GET", "/{unmatched}", "404"), id="unknown-route"),
        pytest.param("PROPFIND", "/health", ("_OTHER", "/health", "405"), id="unknown-method"),
        pytest.param("GET", f"{APPLICATIONS}/x", ("GET", f"{APPLICATIONS}/{{application_id}}", "422"), id="template"),
        pytest.param("OPTIONS", APPLICATIONS, ("OPTIONS", APPLICATIONS, "405"), id="wrong-method"),
    ],
)
async def test_client_cannot_make_labels(
    client: httpx.AsyncClient, service: Service, method: str, path: str, labels: tuple[str, str, str]
) -> None:
    named = dict(zip(("http_request_method", "http_route", "http_response_status_code"), labels, strict=True))
    before = await service.metric(COUNT, **named) or 0

    await client.request(method, path)

    assert await service.metric(COUNT, **named) == before + 1


async def test_only_the_scrape_itself_is_active_afterwards(client: httpx.AsyncClient, service: Service) -> None:
    await asyncio.gather(*(client.get(APPLICATIONS) for _ in range(20)))

    found = await service.metrics()

    active = {dict(labels)["http_request_method"]: value for (name, labels), value in found.items() if "active" in name}
    assert active == dict.fromkeys(active, 0) | {"GET": 1}


async def test_stored_rows_are_the_databases(launch: Launch) -> None:
    first = await launch()
    second = await launch(database=first.database)

    for _ in range(3):
        await application(first.client)

    async def stored() -> list[float | None]:
        return [await replica.metric("config_service_stored", entity="application") for replica in (first, second)]

    await eventually(
        stored,
        lambda seen: seen == [3, 3],
        expected="3 stored applications",
        of="each replica",
        within=5,
        hint="service/watch.py counts them",
    )


async def test_both_paths_tell_the_same(launch: Launch, receiver: Receiver) -> None:
    service = await launch(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)
    for _ in range(23):
        await application(service.client)
    scraped = await service.metrics()

    export = await eventually(
        lambda: asyncio.sleep(0, receiver.exports[-1] if receiver.exports else None),
        lambda seen: seen is not None and 23 in counts(seen, "config_service.operations").values(),
        expected="an export with 23 creations",
        of="the receiver",
        within=5,
        hint="service/telemetry/push.py",
    )

    assert export is not None
    assert set(metrics(export)) == {metric.name for metric in CONTRACT}
    for metric in CONTRACT:
        suffix = "_count" if metric.buckets else ""
        pushed = {_exposed(labels): value for labels, value in counts(export, metric.name).items()}
        expected = {labels: value for (name, labels), value in scraped.items() if name == metric.exposed + suffix}
        assert set(expected) <= set(pushed) | {_scrape()}
    created = frozenset({"entity": "application", "operation": "create", "outcome": "success"}.items())
    assert counts(export, "config_service.operations")[created] == 23


def _exposed(labels: Labels) -> Labels:
    return frozenset((name.replace(".", "_"), value) for name, value in labels)


def _scrape() -> Labels:
    return frozenset(
        {"http_request_method": "GET", "http_route": "/metrics", "http_response_status_code": "200"}.items()
    )


async def test_instance_is_the_same_by_both_paths(launch: Launch, receiver: Receiver) -> None:
    service = await launch(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)
    found = await service.metrics()
    identity = next(dict(labels) for (name, labels) in found if name == "target_info")

    export = await eventually(
        lambda: asyncio.sleep(0, receiver.exports),
        lambda seen: len(seen) > 1,
        expected="two exports",
        of="the receiver",
        within=5,
        hint="service/telemetry/push.py",
    )

    resource = {pair.key: pair.value.string_value for pair in export[0].resource_metrics[0].resource.attributes}
    assert identity == {key.replace(".", "_"): value for key, value in resource.items() if key.startswith("service.")}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param("", "text/plain; version=0.0.4; charset=utf-8", id="nothing"),
        pytest.param("*/*", "text/plain; version=0.0.4; charset=utf-8", id="anything"),
        pytest.param(
            "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            id="prometheus",
        ),
        pytest.param(
            "application/openmetrics-text;q=0,text/plain", "text/plain; version=0.0.4; charset=utf-8", id="refused"
        ),
    ],
)
async def test_exposition_is_what_the_scraper_accepts(client: httpx.AsyncClient, accept: str, media_type: str) -> None:
    answer = await client.get("/metrics", headers={"accept": accept})

    assert answer.headers["content-type"] == media_type
    assert answer.text.endswith("# EOF\n") == ("openmetrics" in media_type)


async def test_exposition_is_compressed_on_request(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", "/metrics", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    plain = await client.get("/metrics", headers={"accept-encoding": "identity"})

    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).startswith(b"# HELP target_info")
    assert "content-encoding" not in plain.headers


async def test_disabled_telemetry_leaves_only_the_service(launch: Launch) -> None:
    service = await launch(OTEL_SDK_DISABLED="true")

    assert (await service.client.get("/metrics")).status_code == 404
    assert (await application(service.client))["version"] == 1
