"""The same fact at every station, exactly equal: client, service, database, Collector, Prometheus by both paths."""

import uuid

import asyncpg
import httpx
import pytest

from fixtures import deadlines
from fixtures.data import Maker, unique
from fixtures.ledger import Station, balance
from fixtures.measured import Fact, Stations, exposed

pytestmark = pytest.mark.pipeline
REQUESTS = 37
APPLICATION_ROUTE = "/api/v1/applications/{application_id}"


async def test_answered_requests_are_equal_at_every_station(api: httpx.AsyncClient, stations: Stations) -> None:
    labels = {"http_request_method": "GET", "http_route": APPLICATION_ROUTE, "http_response_status_code": "404"}
    fact = Fact("http_server_request_duration_seconds_count", labels)
    await api.get(f"/api/v1/applications/{uuid.uuid4()}")
    before = await exposed(api, fact)

    answers = [await api.get(f"/api/v1/applications/{uuid.uuid4()}") for _ in range(REQUESTS)]

    assert [each.status_code for each in answers] == [404] * REQUESTS
    await balance(
        "flow", "answered GET 404", stations.along(fact, since=before, client=REQUESTS), within=deadlines.PUSHED
    )


async def test_created_applications_are_equal_at_every_station(
    api: httpx.AsyncClient, stations: Stations, database: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    fact = Fact(
        "config_service_operations_total", {"entity": "application", "operation": "create", "outcome": "success"}
    )
    before, prefix = await exposed(api, fact), unique("ledger")

    made = [await api.post("/api/v1/applications", json={"name": f"{prefix}-{n}"}) for n in range(REQUESTS)]

    async def rows() -> float:
        query = "SELECT count(*) FROM applications WHERE starts_with(name, $1)"
        return float(await database.fetchval(query, prefix))

    created = sum(each.status_code == httpx.codes.CREATED for each in made)
    along = stations.along(fact, since=before, client=created)
    along.insert(1, Station("rows in PostgreSQL", rows))
    assert created == REQUESTS
    await balance("flow", "created applications", along, within=deadlines.PUSHED)
    for each in made:
        await api.delete(each.headers["location"])


@pytest.mark.parametrize("entity", ["application", "configuration"])
async def test_stored_rows_are_equal_at_every_station(
    stations: Stations, database: "asyncpg.Pool[asyncpg.Record]", make_configuration: Maker, entity: str
) -> None:
    fact = Fact("config_service_stored", {"entity": entity})
    owner = (await make_configuration())["application_id"]
    await make_configuration(owner)

    async def rows() -> float:
        return float(await database.fetchval(f"SELECT count(*) FROM {entity}s"))  # noqa: S608

    along = stations.along(fact, since=0, client=await rows())
    along[0] = Station("rows in PostgreSQL", rows)
    await balance("flow", f"stored {entity}s", along, within=deadlines.PUSHED)
