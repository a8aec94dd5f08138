"""Which request is which operation, how it can end, and the outcome that each status stands for."""

from dataclasses import dataclass

API = "/api/v1"
APPLICATIONS = f"{API}/applications"
APPLICATION = f"{APPLICATIONS}/{{application_id}}"
CONFIGURATIONS = f"{APPLICATION}/configurations"
CONFIGURATION = f"{CONFIGURATIONS}/{{configuration_id}}"
PROBES = ("/health", "/ready", "/metrics", "/openapi.json")

_OUTCOMES = {
    400: "invalid",
    404: "not_found",
    408: "invalid",
    409: "conflict",
    412: "precondition_failed",
    413: "too_large",
    415: "invalid",
    422: "invalid",
    503: "unavailable",
}


def outcome(status: int) -> str:
    """The outcome that an answer's status stands for; an unchanged read (304) is a success."""
    return "success" if status < 400 else _OUTCOMES.get(status, "error")


@dataclass(frozen=True)
class Operation:
    """One row: the request, the status of its success, and every outcome that can happen."""

    entity: str
    operation: str
    method: str
    route: str
    success: int
    outcomes: tuple[str, ...]


def _row(entity: str, operation: str, method: str, route: str, success: int, extra: str) -> Operation:
    return Operation(entity, operation, method, route, success, ("success", *extra.split(), "unavailable", "error"))


_REPLACE = "not_found conflict precondition_failed invalid too_large"
_DELETE = "not_found precondition_failed invalid"

OPERATIONS = (
    _row("application", "create", "POST", APPLICATIONS, 201, "conflict invalid too_large"),
    _row("application", "list", "GET", APPLICATIONS, 200, "invalid"),
    _row("application", "read", "GET", APPLICATION, 200, "not_found invalid"),
    _row("application", "replace", "PUT", APPLICATION, 200, _REPLACE),
    _row("application", "delete", "DELETE", APPLICATION, 204, _DELETE),
    _row("configuration", "create", "POST", CONFIGURATIONS, 201, "not_found conflict invalid too_large"),
    _row("configuration", "list", "GET", CONFIGURATIONS, 200, "not_found invalid"),
    _row("configuration", "read", "GET", CONFIGURATION, 200, "not_found invalid"),
    _row("configuration", "replace", "PUT", CONFIGURATION, 200, _REPLACE),
    _row("configuration", "delete", "DELETE", CONFIGURATION, 204, _DELETE),
)
