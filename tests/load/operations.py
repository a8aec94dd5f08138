"""The operations on the Configuration Service that load is made of: a row each, with what the service counts it as."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yarl import URL

API: Final = "/api/v1"
APPLICATIONS: Final = f"{API}/applications"
APPLICATION: Final = f"{APPLICATIONS}/{{application_id}}"
CONFIGURATIONS: Final = f"{APPLICATION}/configurations"
CONFIGURATION: Final = f"{CONFIGURATIONS}/{{configuration_id}}"
PLAIN: Final = "get"
"""Name of the one operation on a URL that is no Configuration Service."""
_OUTCOMES: Final[Mapping[int, str]] = {
    400: "invalid",
    404: "not_found",
    409: "conflict",
    412: "precondition_failed",
    413: "too_large",
    415: "invalid",
    422: "invalid",
    503: "unavailable",
}


@dataclass(frozen=True)
class Operation:
    """One row: a request, what the service counts it as, and the statuses that are answers as wished.

    `entity` and `operation` are empty where it is none of the Configuration Service.
    """

    name: str
    entity: str
    operation: str
    method: str
    route: str
    wished: frozenset[int]


@dataclass(frozen=True, slots=True)
class Request:
    """One request to send: its operation, its path with query, its JSON body already written."""

    operation: Operation
    path: str
    body: bytes | None = None


def outcome(status: int) -> str:
    """The outcome that the service counts for an answer's status; every row of the contract's table is here."""
    return "success" if status < 400 else _OUTCOMES.get(status, "error")


def plain(url: URL) -> Operation:
    """The one operation on a URL that is no Configuration Service: `GET` it; whatever is no error is as wished."""
    return Operation(PLAIN, "", "", "GET", url.path, frozenset(range(200, 400)))


def _row(name: str, method: str, route: str, status: int, operation: str = "") -> Operation:
    verb, _, entity = name.partition("_")
    entity = entity.removesuffix("s") or "configuration"
    return Operation(name, entity, operation or verb, method, route, frozenset({status}))


_ROWS = (
    _row("create_application", "POST", APPLICATIONS, 201),
    _row("list_applications", "GET", APPLICATIONS, 200),
    _row("read_application", "GET", APPLICATION, 200),
    _row("replace_application", "PUT", APPLICATION, 200),
    _row("delete_application", "DELETE", APPLICATION, 204),
    _row("create_configuration", "POST", CONFIGURATIONS, 201),
    _row("list_configurations", "GET", CONFIGURATIONS, 200),
    _row("read_configuration", "GET", CONFIGURATION, 200),
    _row("replace_configuration", "PUT", CONFIGURATION, 200),
    _row("delete_configuration", "DELETE", CONFIGURATION, 204),
    # Every stress request replaces the one configuration whose row the proof may hold.
    _row("stress", "PUT", CONFIGURATION, 200, "replace"),
)
OPERATIONS: Final[Mapping[str, Operation]] = {row.name: row for row in _ROWS}
