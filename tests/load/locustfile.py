"""The scenarios of scenarios.yml for Locust: from several processes or machines, and into the same result.

On one machine `python -m tests.load.distributed` starts all of it. Over several, in the repository's root:

```text
locust -f tests/load/locustfile.py --headless --master --expect-workers 4 --scenario spike --host http://SERVICE:8000
locust -f tests/load/locustfile.py --worker --master-host MASTER        (on each machine, as often as it has cores)
```

The arrivals are those of the schedule, each worker has every so-many-th, and latency counts from the intended start as
in the generator. What differs: a worker has a fixed number of users, one request each, so an arrival that finds all of
them busy is not dropped but sent late (its lag and latency say so); and all clocks have to agree, on the beginning.
"""

from locust import FastHttpUser, LoadTestShape, constant, events, task  # isort: skip  # patches sockets: first of all

import json
import math
from time import time
from typing import Any, Final

import gevent  # type: ignore[import-untyped]
from geventhttpclient.client import HTTPClientPool
from locust.argument_parser import LocustArgumentParser
from locust.clients import ResponseContextManager
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from tests.load.errors import TargetError
from tests.load.lines import CUT_OFF, NO_CONNECTION, TIMED_OUT
from tests.load.operations import Request
from tests.load.scenario import Scenario, scenarios
from tests.load.swarm.conductor import Conductor
from tests.load.swarm.share import Share

USERS_PER_RATE: Final = 2.0
"""A user for each request that is open when each takes so many seconds: as long as one waits for a full pool."""
WHILE_HELD: Final = 7.0
"""The same for a scenario that holds a row: then a statement may wait for its limit besides."""
LEAST_USERS: Final = 10
SPAWN_RATE: Final = 1000.0
LOOK_AHEAD: Final = 3.0
"""Seconds: users are there before the rate that needs them."""
_JSON: Final = {"Content-Type": "application/json"}
_parts: dict[str, Any] = {}
"""This process' own part: `conductor` in the master, `share` in a worker."""


def scenario_of(environment: Environment) -> Scenario:
    """The scenario that the command line names; workers are told by the master."""
    options: Any = environment.parsed_options
    return scenarios(options.load_profile)[options.scenario]


def call(client: FastHttpSession, request: Request) -> tuple[int, str, Any]:
    """Send a request: status or what stands in its place, Location, JSON body. Locust counts it under its route."""
    operation = request.operation
    with client.request(
        operation.method,
        request.path,
        name=operation.route,
        data=(request.body or b"").decode(),
        headers=_JSON if request.body else None,
        allow_redirects=False,
        catch_response=True,
    ) as answer:
        status = answer.status_code or _instead(answer)
        if status in operation.wished or status == 503:  # what is no success is the thresholds' matter, not Locust's
            answer.success()
        if status <= 0:
            return status, "", None
        return status, answer.headers.get("Location", ""), _parsed(answer.content)


def _instead(answer: ResponseContextManager) -> int:
    error = answer.error
    if isinstance(error, TimeoutError):
        return TIMED_OUT
    return NO_CONNECTION if isinstance(error, ConnectionRefusedError) else CUT_OFF


def _parsed(content: bytes | None) -> Any:
    try:
        return json.loads(content or b"")
    except ValueError:
        return None


class Caller(FastHttpUser):
    """Takes whatever arrival is due next, sends it, and waits for its answer."""

    wait_time = constant(0)
    max_redirects = 0
    network_timeout = connection_timeout = 10.0
    client_pool = HTTPClientPool(concurrency=1000, network_timeout=10.0, connection_timeout=10.0)

    @task
    def take(self) -> None:
        """One arrival."""
        share: Share = _parts["share"]
        share.exchange(share.due.get(), lambda request: call(self.client, request))


class Stages(LoadTestShape):
    """As many users as the stages need; the arrivals themselves are the workers' matter. Ends when all is over."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Locust's
        self._most = LEAST_USERS

    def tick(self) -> tuple[int, float] | None:
        """Return users and how fast they are started, or None when there is nothing left to wait for."""
        conductor: Conductor = _parts["conductor"]
        if conductor.over or not self.runner:
            return None
        scenario = scenario_of(self.runner.environment)
        elapsed, start, rates = time() - conductor.began if conductor.began else 0.0, 0.0, [0.0]
        for stage in scenario.stages:
            if start <= elapsed + LOOK_AHEAD and elapsed < start + stage.seconds:
                rates.append(stage.rate)
            start += stage.seconds
        self._most = max(self._most, math.ceil((WHILE_HELD if scenario.hold else USERS_PER_RATE) * max(rates)))
        return self._most, SPAWN_RATE


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def add_options(parser: LocustArgumentParser, **_: Any) -> None:
    """What Locust does not know: which scenario, how long, and what its data is called."""
    names = list(scenarios())
    parser.add_argument("--scenario", choices=names, default=names[0], help="A scenario of scenarios.yml")
    parser.add_argument("--load-profile", choices=["short", "full"], default="short", help="Which of its durations")
    parser.add_argument("--label", default="locust", help="Part of every name that the run makes")


@events.init.add_listener  # type: ignore[untyped-decorator]
def prepare_messages(environment: Environment, **_: Any) -> None:
    """Give the master its conductor, and let each side hear the other."""
    runner = environment.runner
    if isinstance(runner, MasterRunner):
        options: Any = environment.parsed_options
        conductor = _parts["conductor"] = Conductor(runner, options.expect_workers)
        gevent.spawn(conductor.listen)
        for kind in ("prepared", "loaded", "result"):
            runner.register_message(kind, lambda msg, kind=kind, **_: conductor.hear(kind, msg.data))
        runner.register_message("failed", lambda msg, **_: conductor.fail(msg.data["error"]))
    elif isinstance(runner, WorkerRunner):
        runner.register_message("begin", lambda msg, **_: gevent.spawn(load, runner, msg.data["began"]))
        runner.register_message("remove", lambda **_: gevent.spawn(remove, runner))


@events.test_start.add_listener  # type: ignore[untyped-decorator]
def begin(environment: Environment, **_: Any) -> None:
    """In a worker: make the data of its share."""
    if isinstance(environment.runner, WorkerRunner):
        gevent.spawn(prepare, environment.runner)


def prepare(runner: WorkerRunner) -> None:
    """Make this worker's data, and say so."""
    environment = runner.environment
    options: Any = environment.parsed_options
    url, index = str(environment.host), runner.worker_index
    share = _parts["share"] = Share(scenario_of(environment), url, options.label, index, options.expect_workers)
    client = _parts["client"] = FastHttpSession(url, environment.events.request, None, client_pool=Caller.client_pool)
    try:
        share.prepare(lambda request: call(client, request))
        runner.send_message("prepared", {"worker": index})
    except TargetError as error:
        runner.send_message("failed", {"error": f"worker {index}: {error}"})


def load(runner: WorkerRunner, began: float) -> None:
    """Send this worker's share from a Unix time on, and say when it is over."""
    _parts["share"].run(began)
    runner.send_message("loaded", {"worker": runner.worker_index})


def remove(runner: WorkerRunner) -> None:
    """Remove this worker's data, and hand over what it measured."""
    result = _parts["share"].remove(lambda request: call(_parts["client"], request))
    runner.send_message("result", result.mapping())
