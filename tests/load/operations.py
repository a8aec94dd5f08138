"""The operations on the Configuration Service that load is made of, and the data that they act on.

`Data` belongs to one run: it prepares what operations need, hands out targets so that operations do not collide by
accident, and removes every row the run made. It sends nothing itself: its owner gives it a `Call`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Call = Callable[["Operation", str, Any], Awaitable[tuple[int, Any]]]
"""Send an operation to a path with a JSON body or None; gives status and JSON body or None."""


@dataclass(frozen=True)
class Operation:
    """One row: a request, what the service counts it as, and the statuses that are answers as wished."""

    name: str
    entity: str
    operation: str
    method: str
    route: str
    wished: frozenset[int]


@dataclass(frozen=True)
class Request:
    """One request to send: its operation, its path and its JSON body, already written."""

    operation: Operation
    path: str
    body: bytes | None = None


OPERATIONS: Mapping[str, Operation] = {}
