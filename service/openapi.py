"""The exact OpenAPI document: every status that can occur, with its body and its headers."""

import sys
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from service import __version__
from service.models import ApplicationIn, ConfigurationIn, ProblemOut

Responses = dict[int | str, dict[str, Any]]
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TEXT = {"schema": {"type": "string"}, "required": True}


IF_MATCH: dict[str, Any] = {
    "type": "string",
    "pattern": r'^([*]|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$',
    "examples": ['"1"', "*"],
}
_STORABLE = {"type": "string", "pattern": r"^[^\x00]*$"}
_OBJECT: dict[str, Any] = {
    "type": "object",
    "propertyNames": _STORABLE,
    "additionalProperties": {"$ref": "#/components/schemas/JsonValue"},
}
JSON_VALUE: dict[str, Any] = {
    "description": "Any JSON value that PostgreSQL can hold",
    "anyOf": [
        {"type": ["boolean", "null"]},
        {"type": "number", "minimum": -sys.float_info.max, "maximum": sys.float_info.max},
        _STORABLE,
        {"type": "array", "items": {"$ref": "#/components/schemas/JsonValue"}},
        _OBJECT,
    ],
}


def errors(*statuses: int) -> Responses:
    """Responses of an API operation that fails: these statuses, and those that every operation has."""
    return problems_of(*statuses, 422, 500, 503)


def problems_of(*statuses: int) -> Responses:
    """Responses that are problem details, one for each status."""
    return {status: _problem(status) for status in sorted(set(statuses))}


def etagged(model: type[BaseModel], *bodiless: int) -> Responses:
    """A 200 with one stored thing, and such answers without a body as a conditional read has."""
    found: Responses = {200: {"model": model, "headers": {"ETag": _TEXT}, "description": "As it is stored"}}
    return found | {status: {"headers": {"ETag": _TEXT}, "description": _phrase(status)} for status in bodiless}


def created(model: type[BaseModel]) -> Responses:
    """A 201 that says where the new thing is."""
    headers = {"ETag": _TEXT, "Location": _TEXT}
    return {201: {"model": model, "headers": headers, "description": "As it was stored"}}


def body_of(schema: str) -> dict[str, Any]:
    """The body that an operation requires; it is read by our own code, which FastAPI cannot see."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": True, "content": content}}


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document; made once, kept by the application."""
    if app.openapi_schema is None:
        made = get_openapi(title="Configuration Service", version=__version__, routes=app.routes)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas |= {"ApplicationIn": ApplicationIn.model_json_schema()}
        schemas |= {"ConfigurationIn": ConfigurationIn.model_json_schema()}
        schemas |= {"Problem": ProblemOut.model_json_schema(), "JsonValue": JSON_VALUE}
        schemas["ConfigurationIn"]["properties"]["document"] |= _OBJECT
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema


def _problem(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {"description": _phrase(status), "content": _PROBLEM}
    if status == 503:
        found["headers"] = {"Retry-After": _TEXT}
    return found


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
