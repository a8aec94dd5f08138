"""What the operations of one run act on: prepared before it, handed out so that none collides with another, removed.

It sends nothing itself: whoever owns the connection hands in a `Call`.
"""

import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any, Final, Protocol

from yarl import URL

from tests.load.errors import TargetError
from tests.load.operations import APPLICATIONS, OPERATIONS, Operation, Request, plain

PREPARED_APPLICATIONS: Final = 4
PREPARED_CONFIGURATIONS: Final = 8
"""So many under each application: enough that replacing them in turn does not queue for one row."""
STOCK: Final = 32
"""Prepared of each kind that a mix deletes, so that a delete finds one while creates are under way."""
HELD: Final = "held"
"""Name of the one configuration that `stress` writes to; its application is `load-LABEL-held`."""
_PAGE: Final = 100
_ROUNDS: Final = 5


@dataclass(frozen=True)
class Answer:
    """An answer to a request: status, where the thing made is found, the JSON body if there is one."""

    status: int
    location: str = ""
    body: Any = None


Call = Callable[[Request], Awaitable[Answer]]
"""Send a request and wait for its answer. Raises TargetError where there is none."""


class Source(Protocol):
    """Where the requests of a run come from."""

    @property
    def operations(self) -> Sequence[Operation]:
        """Every operation that it may hand out or call."""

    async def prepare(self, call: Call) -> None:
        """Make what the requests need. Raises TargetError where the target refuses."""

    def request(self, name: str) -> Request:
        """The next request of an operation, or of the create that it lacks something of."""

    def learn(self, request: Request, location: str) -> None:
        """Take note of what an answer says was made."""

    async def remove(self, call: Call) -> str:
        """Remove all that was made; returns what remains and why, empty when nothing does."""


class Plain:
    """One URL, fetched over and over; it makes nothing."""

    def __init__(self, url: URL) -> None:
        self._request = Request(plain(url), url.raw_path_qs)
        self.operations: Sequence[Operation] = (self._request.operation,)

    async def prepare(self, call: Call) -> None:
        """See that it answers at all."""
        await call(self._request)

    def request(self, name: str) -> Request:
        """The one request."""
        return self._request

    def learn(self, request: Request, location: str) -> None:
        """Nothing is made."""

    async def remove(self, call: Call) -> str:
        """Nothing remains."""
        return ""


@dataclass(frozen=True, slots=True)
class _Stored:
    path: str
    name: str


class Data:
    """Applications and configurations of one run, all in applications whose names begin with `load-LABEL-`."""

    operations: Sequence[Operation] = tuple(OPERATIONS.values())

    def __init__(self, label: str, mix: Iterable[str]) -> None:
        self._prefix = f"load-{label}-"
        self._mix = frozenset(mix)
        self._numbers = count()
        self._stock: dict[str, deque[str]] = {"application": deque(), "configuration": deque()}

    async def prepare(self, call: Call) -> None:
        """Make the applications and configurations that are read and replaced, a stock to delete, the one to hold."""
        owners = [await self._make(call, "application") for _ in range(PREPARED_APPLICATIONS)]
        self._applications = cycle(owners)
        made = PREPARED_APPLICATIONS * PREPARED_CONFIGURATIONS
        self._configurations = cycle([await self._make(call, "configuration") for _ in range(made)])
        for entity in sorted(each for each in self._stock if f"delete_{each}" in self._mix):
            self._stock[entity].extend([(await self._make(call, entity)).path for _ in range(STOCK)])
        if "stress" in self._mix:
            owner = await self._make(call, "application", name=f"{self._prefix}{HELD}")
            self._held = await self._make(call, "configuration", name=HELD, owner=owner)

    def request(self, name: str) -> Request:
        """The next request of an operation; of a create where nothing is left to delete."""
        match name:
            case "create_application" | "create_configuration":
                return self._create(OPERATIONS[name].entity)
            case "list_applications":
                return Request(OPERATIONS[name], f"{APPLICATIONS}?limit=20")
            case "read_application":
                return Request(OPERATIONS[name], next(self._applications).path)
            case "replace_application":
                return self._replace(name, next(self._applications))
            case "list_configurations":
                return Request(OPERATIONS[name], f"{next(self._applications).path}/configurations?limit=20")
            case "read_configuration":
                return Request(OPERATIONS[name], next(self._configurations).path)
            case "replace_configuration":
                return self._replace(name, next(self._configurations))
            case "stress":
                return self._replace(name, self._held)
        stock = self._stock[OPERATIONS[name].entity]
        return Request(OPERATIONS[name], stock.popleft()) if stock else self._create(OPERATIONS[name].entity)

    def learn(self, request: Request, location: str) -> None:
        """Keep what was made for a delete of this run."""
        self._stock[request.operation.entity].append(location)

    async def remove(self, call: Call) -> str:
        """Delete every application of this run, with all beneath it, until a look finds none."""
        try:
            for _ in range(_ROUNDS):
                if not (found := await self._mine(call)):
                    return ""
                for path in found:
                    await call(Request(OPERATIONS["delete_application"], path))
        except TargetError as error:
            return f"applications {self._prefix}*: {error}"
        return f"{len(found)} applications {self._prefix}*, which the service did not delete in {_ROUNDS} rounds"

    async def _make(self, call: Call, entity: str, name: str = "", owner: _Stored | None = None) -> _Stored:
        request = self._create(entity, name, owner)
        answer = await call(request)
        if answer.status not in request.operation.wished:
            raise TargetError(
                f"POST {request.path} answered {answer.status}: is a Configuration Service there, and well?"
            )
        return _Stored(answer.location, json.loads(request.body or b"{}")["name"])

    async def _mine(self, call: Call) -> list[str]:
        """Paths of this run's applications, found by name, so that those whose create was not answered are too."""
        found: list[str] = []
        for offset in count(0, _PAGE):
            answer = await call(
                Request(OPERATIONS["list_applications"], f"{APPLICATIONS}?limit={_PAGE}&offset={offset}")
            )
            if answer.status != 200 or not isinstance(answer.body, dict) or "items" not in answer.body:
                raise TargetError(
                    f"GET {APPLICATIONS} answered {answer.status} and no list: is a Configuration Service there?"
                )
            items = answer.body["items"]
            found += [f"{APPLICATIONS}/{each['id']}" for each in items if each["name"].startswith(self._prefix)]
            if len(items) < _PAGE or items[-1]["name"] > f"{self._prefix}\uffff":
                break
        return found

    def _create(self, entity: str, name: str = "", owner: _Stored | None = None) -> Request:
        number = next(self._numbers)
        if entity == "application":
            return Request(
                OPERATIONS["create_application"], APPLICATIONS, _body(entity, name or f"{self._prefix}{number}", number)
            )
        path = f"{(owner or next(self._applications)).path}/configurations"
        return Request(OPERATIONS["create_configuration"], path, _body(entity, name or f"load-{number}", number))

    def _replace(self, name: str, stored: _Stored) -> Request:
        operation = OPERATIONS[name]
        return Request(operation, stored.path, _body(operation.entity, stored.name, next(self._numbers)))


def _body(entity: str, name: str, number: int) -> bytes:
    """A body of everyday size, other than any before."""
    text = f"revision {number} by load"
    document = {"note": text, "limits": {"requests_per_s": number % 100, "burst": 20}, "features": ["a", "b", "c"]}
    content = {"description": text} if entity == "application" else {"document": document}
    return json.dumps({"name": name, **content}).encode()
