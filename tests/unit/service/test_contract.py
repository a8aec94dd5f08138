"""The contract, the routes and the OpenAPI document agree."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from service.app import create_app
from service.openapi import document
from service.settings import Settings
from service.telemetry.contract import CONTRACT
from service.telemetry.operations import OPERATIONS, PROBES, Operation, outcome

NAMES = {
    "http_server_request_duration_seconds",
    "http_server_active_requests",
    "db_client_connection_count",
    "db_client_connection_max",
    "db_client_connection_pending_requests",
    "db_client_connection_wait_time_seconds",
    "db_client_operation_duration_seconds",
    "config_service_operations_total",
    "config_service_stored",
}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    (tmp_path / "password").write_text("x")
    settings = Settings(
        database_host="h", database_name="n", database_user="u", database_password_file=tmp_path / "password"
    )
    return create_app(settings)


def test_exposed_names_are_the_specified_ones() -> None:
    assert {metric.exposed for metric in CONTRACT} == NAMES


def test_route_templates_are_those_of_the_document(app: FastAPI) -> None:
    described = {
        (method.upper(), path) for path, item in document(app)["paths"].items() for method in item if path not in PROBES
    }

    assert {(row.method, row.route) for row in OPERATIONS} == described


def test_routes_carry_their_whole_template(app: FastAPI) -> None:
    paths = {route.path for route in app.state.routes}

    assert paths == {row.route for row in OPERATIONS} | set(PROBES)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.operation}-{row.entity}")
def test_outcomes_are_those_of_the_documented_statuses(app: FastAPI, row: Operation) -> None:
    described = document(app)["paths"][row.route][row.method.lower()]["responses"]

    assert {outcome(int(status)) for status in described} == set(row.outcomes)


def test_every_reference_in_the_document_leads_somewhere(app: FastAPI) -> None:
    made = document(app)

    named = {piece.split("'")[0] for piece in str(made).split("#/components/schemas/")[1:]}
    assert named == set(made["components"]["schemas"])
