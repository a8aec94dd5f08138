"""Property tests from the service's own OpenAPI: schemathesis makes requests that fit it, and that do not."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig

from fixtures import deadlines
from fixtures.bringup import Stack
from fixtures.data import Maker

pytestmark = pytest.mark.pipeline
EXAMPLES = 12
FITTING = ["2xx", 304, 404, 409, 412]
"""What may be answered to a request that fits the document: a name may be taken, and a version may be another."""
ONE, ALL = "/api/v1/applications/{application_id}", "/api/v1/applications"
ONE_OF, ALL_OF = f"{ONE}/configurations/{{configuration_id}}", f"{ONE}/configurations"
OPERATIONS = [
    ("POST", ALL), ("GET", ALL), ("GET", ONE), ("PUT", ONE), ("DELETE", ONE), ("POST", ALL_OF), ("GET", ALL_OF),
    ("GET", ONE_OF), ("PUT", ONE_OF), ("DELETE", ONE_OF), ("GET", "/health"), ("GET", "/ready"),
]  # fmt: skip


def send(http: httpx.Client, case: "Case[Any]") -> httpx.Response:
    """Send a case as it is; its own way expects urllib3's pools, and niquests, which comes along, puts others there."""
    made = requests.Request(**case.as_transport_kwargs(base_url=str(http.base_url))).prepare()
    return http.request(str(made.method), str(made.url), headers=dict(made.headers), content=made.body)


def explore(
    openapi: dict[str, Any], method: str, path: str, mode: GenerationMode, known: dict[str, str]
) -> Callable[[str], int]:
    """A function that sends the examples to a base URL, checks each answer with every check, and returns how many."""
    config = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": FITTING}}})
    schema = schemathesis.openapi.from_dict(openapi, config=config)
    strategy = schema[path][method].as_strategy(mode, path_parameters=known or None)
    bounds = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def run(base_url: str) -> int:
        sent: list[str] = []
        with httpx.Client(base_url=base_url, timeout=deadlines.REQUEST) as http:

            @bounds
            @given(case=strategy)
            def example(case: "Case[Any]") -> None:
                answer = send(http, case)
                sent.append(case.method)
                if answer.status_code == httpx.codes.CREATED:
                    http.delete(answer.headers["location"]).raise_for_status()
                case.validate_response(answer)

            example()
        return len(sent)

    return run


operations = pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m} {p}" for m, p in OPERATIONS])


@operations
async def test_valid_requests_are_answered_as_described(
    openapi: dict[str, Any], service_ready: Stack, make_configuration: Maker, method: str, path: str
) -> None:
    made = await make_configuration()
    ids = {"application_id": made["application_id"], "configuration_id": made["id"]}
    known = {name: value for name, value in ids.items() if f"{{{name}}}" in path}

    run = explore(openapi, method, path, GenerationMode.POSITIVE, known)

    assert await asyncio.to_thread(run, service_ready.url("config-service")) >= 1


REFUSABLE = [(method, path) for method, path in OPERATIONS if path not in ("/health", "/ready")]


@pytest.mark.parametrize(("method", "path"), REFUSABLE, ids=[f"{m} {p}" for m, p in REFUSABLE])
async def test_invalid_requests_are_refused_as_described(
    openapi: dict[str, Any], service_ready: Stack, method: str, path: str
) -> None:
    run = explore(openapi, method, path, GenerationMode.NEGATIVE, {})

    assert await asyncio.to_thread(run, service_ready.url("config-service")) >= 1
