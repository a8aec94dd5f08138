"""The service's own description is complete: each route, each status that it can answer with, and nothing else."""

from typing import Any

import pytest

from fixtures.expectations import ROUTES, STATUSES

pytestmark = pytest.mark.pipeline
UNDESCRIBED = frozenset({"/metrics", "/openapi.json", "/{unmatched}"})
"""For machines that know their form, the description itself, and the name under which unknown addresses are counted."""
API = "/api/"
"""Below it there is what is promised and nothing else; what else a service may say of itself is its own affair."""
ONE, ALL = "/api/v1/applications/{application_id}", "/api/v1/applications"
ONE_OF, ALL_OF = f"{ONE}/configurations/{{configuration_id}}", f"{ONE}/configurations"
STATUSES_OF = {
    ("post", ALL): "201 408 409 413 415 422 500 503",
    ("get", ALL): "200 422 500 503",
    ("get", ONE): "200 304 404 422 500 503",
    ("put", ONE): "200 400 404 408 409 412 413 415 422 500 503",
    ("delete", ONE): "204 400 404 412 422 500 503",
    ("post", ALL_OF): "201 404 408 409 413 415 422 500 503",
    ("get", ALL_OF): "200 404 422 500 503",
    ("get", ONE_OF): "200 304 404 422 500 503",
    ("put", ONE_OF): "200 400 404 408 409 412 413 415 422 500 503",
    ("delete", ONE_OF): "204 400 404 412 422 500 503",
    ("get", "/health"): "200",
    ("get", "/ready"): "200 500 503",
}
operations = pytest.mark.parametrize(
    ("method", "path"), STATUSES_OF, ids=[f"{method.upper()} {path}" for method, path in STATUSES_OF]
)


async def test_described_routes_are_the_expected_ones(openapi: dict[str, Any]) -> None:
    described = {(method, path) for path, methods in openapi["paths"].items() for method in methods}

    api = {(method, path) for method, path in described if path.startswith(API)}

    assert set(openapi["paths"]) >= set(ROUTES.split()) - UNDESCRIBED
    assert described >= set(STATUSES_OF)
    assert api == {(method, path) for method, path in STATUSES_OF if path.startswith(API)}
    assert openapi["openapi"].startswith("3.1")


@operations
async def test_operation_declares_every_status(openapi: dict[str, Any], method: str, path: str) -> None:
    declared = openapi["paths"][path][method]["responses"]

    assert set(declared) == set(STATUSES_OF[method, path].split())
    assert set(declared) <= set(STATUSES.split())


@operations
async def test_errors_are_declared_as_problems(openapi: dict[str, Any], method: str, path: str) -> None:
    responses = openapi["paths"][path][method]["responses"]

    errors = {status: list(each.get("content", {})) for status, each in responses.items() if status >= "400"}

    assert {status: kinds for status, kinds in errors.items() if kinds != ["application/problem+json"]} == {}
    assert all("Retry-After" in each["headers"] for status, each in responses.items() if status == "503")


@operations
async def test_operation_declares_its_bodies_and_parameters(openapi: dict[str, Any], method: str, path: str) -> None:
    operation = openapi["paths"][path][method]

    named = {each["name"].lower() for each in operation.get("parameters", ())}

    assert {each for each in ("application_id", "configuration_id") if f"{{{each}}}" in path} <= named
    assert ("requestBody" in operation) == (method in ("post", "put"))
    assert ("if-match" in named) == (method in ("put", "delete"))
    assert ({"limit", "offset"} <= named) == ((method, path) in {("get", ALL), ("get", ALL_OF)})


async def test_every_reference_leads_somewhere(openapi: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        own = {node["$ref"]} if isinstance(node, dict) and "$ref" in node else set()
        return own.union(*(references(each) for each in children))

    known = {f"#/components/schemas/{name}" for name in openapi["components"]["schemas"]}

    assert references(openapi)
    assert references(openapi) - known == set()
