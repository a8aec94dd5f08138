"""Errors as problem details (RFC 9457): one exception, and the handlers that turn every error into that form."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match

from service.database import Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "1"

log = logging.getLogger("service.problems")


class Problem(Exception):
    """An answer that is an error: its status, a sentence for people, and members or headers of its own."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, object]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers


def invalid(where: str, message: str, kind: str = "value_error") -> Problem:
    """A 422 about one place in the body."""
    return Problem(422, "The request is not valid.", errors=[{"loc": ["body", where], "msg": message, "type": kind}])


def answer(problem: Problem) -> Response:
    """The problem as a response; text is escaped to ASCII, so no input can make it unwritable."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return Response(json.dumps(body), problem.status, headers=dict(problem.headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make the application answer every error as problem details."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(ValidationError, _on_validation)
    app.add_exception_handler(Unavailable, _on_unavailable)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_fault)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101  # narrows the type
    return answer(error)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # narrows the type
    if error.status_code == 404:
        return answer(Problem(404, "There is nothing at this address."))
    if error.status_code == 405:
        allowed = ", ".join(sorted(_methods(request)))
        return answer(Problem(405, f"The methods here are {allowed}.", headers={"Allow": allowed}))
    return answer(Problem(error.status_code, str(error.detail), headers=error.headers))


def _methods(request: Request) -> set[str]:
    """Every method that some route takes at this path; the router's own Allow names those of one route only."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(dict(request.scope))[0] is not Match.NONE:
            found |= route.methods
    return found


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)  # noqa: S101  # narrows the type
    prefix = ["body"] if isinstance(error, ValidationError) else []
    errors = [{"loc": [*prefix, *item["loc"]], "msg": item["msg"], "type": item["type"]} for item in error.errors()]
    return answer(Problem(422, "The request is not valid.", errors=errors))


async def _on_unavailable(request: Request, error: Exception) -> Response:
    return answer(Problem(503, str(error), headers={"Retry-After": RETRY_AFTER}))


async def _on_disconnect(request: Request, error: Exception) -> Response:
    return answer(Problem(400, "The client went away before its request was complete."))


async def _on_fault(request: Request, error: Exception) -> Response:
    # uvicorn ends the connection on which something failed: who would ask on has to know.
    return answer(Problem(500, "The service failed; its log says why.", headers={"Connection": "close"}))
