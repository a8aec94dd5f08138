"""Which panels must show which load, as a table, and how high each series has to rise to count as seen.

A rate has to get half way from the rate before to that of the scenario's greatest stage: noise does not reach so far,
and the moving window of a panel is there at half its width. Series that get less than one request a second are left
out: there half way is within the grain of a counter.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixtures.expectations import PATH_JOBS
from fixtures.prometheus import Series
from tests.load.operations import OPERATIONS
from tests.load.proof.offered import Labels, Rise, labels, rise, shares
from tests.load.scenario import Hold, Scenario

APPLICATION, CONTAINERS = "plumbline-application", "plumbline-containers"
PATHS = tuple(PATH_JOBS.values())
NO_PATH = ""
LEAST_RATE = 1.0
CLEAR_STEP = 40.0
"""Requests a second from which CPU and network rise clear of what an idle stack does."""
CPU_PER_REQUEST = 0.0004
"""CPU seconds that a request costs the service at the very least; it is about five times that."""
BYTES_PER_REQUEST = 200.0
"""Bytes of headers alone, in either direction."""
WINDOW = 4.0
"""Seconds that a panel's rate looks back: four scrapes."""
PREPARED = ("create_application", "create_configuration")
"""The operations that a run's data is prepared by, just before it begins."""
LONG_HOLD = 6.0
"""Seconds from which refusals last for several exports: a series that is born of them shows nothing of its first."""
SHOWN_AFTER = 2.0
"""Seconds until what was prepared is in Prometheus by both paths, usually."""


@dataclass(frozen=True)
class Sight:
    """One series of a panel that has to be `level` high, or `margin` higher than ever before, `since` the beginning.

    For `blind` seconds after that the panel may still show how the run's data was prepared: these count as before.
    """

    dashboard: str
    panel: str
    ref: str
    path: str
    labels: Labels
    since: float
    level: float = 0.0
    margin: float | None = None
    blind: float = 0.0

    def reached(self, series: Sequence[Series], began: float) -> bool:
        """Tell whether one of the series has got there at any time since."""
        ours = [each for each in series if self.labels <= set(each.labels.items())]
        cause = began + self.since + self.blind
        points = [point for each in ours for point in each.points if not math.isnan(point[1])]
        level = self.level
        if self.margin is not None:
            level = max((value for time, value in points if time < cause), default=0.0) + self.margin
        return any(time >= cause and value >= level for time, value in points)

    def __repr__(self) -> str:
        words = ", ".join(f"{name}={value}" for name, value in sorted(self.labels))
        height = f"≥ {self.level:g}" if self.margin is None else f"+ {self.margin:g}"
        return f"<{self.dashboard} / {self.panel} {self.ref} {self.path} {{{words}}} {height}>"


# (panel, query, labels that tell its series apart): rates of everything that is offered.
RATES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Request rate", "A", ("http_route",)),
    ("Answers by status", "A", ("http_response_status_code",)),
    ("Latency distribution", "A", ()),
    ("Connections taken", "A", ()),
    ("Database operations", "A", ("db_operation_name",)),
    ("Operations", "A", ("entity", "operation")),
    ("Requests by path", "A", ()),
    ("Operations by path", "A", ()),
)
"""What each shows of a successful request; a heatmap's column is an increase over its window of four seconds."""
BOTH_PATHS_AT_ONCE = {"Requests by path", "Operations by path"}
HEATMAP = "Latency distribution"


def sights(scenario: Scenario) -> list[Sight]:
    """Return everything that a scenario must make visible."""
    step = rise(scenario.stages)
    found = [*_rates(scenario, step), *_stored(scenario)]
    if step.step >= CLEAR_STEP:
        found += _work(step)
    if scenario.hold:
        found += _exhaustion(scenario.hold)
    return found


def _rates(scenario: Scenario, step: Rise) -> Iterator[Sight]:
    half = step.before + step.step / 2
    for panel, ref, by in RATES:
        for wanted, share in shares(scenario, by).items():
            if share * step.step < LEAST_RATE:
                continue
            prepared = any(wanted <= set(labels(OPERATIONS[each]).items()) for each in PREPARED)
            blind = WINDOW + SHOWN_AFTER if prepared and not step.since else 0.0
            for path in PATHS:
                chosen = wanted | ({("job", path)} if panel in BOTH_PATHS_AT_ONCE else set())
                if panel == HEATMAP:
                    chosen |= {("le", "+Inf")}
                level = half * share * (WINDOW if panel == HEATMAP else 1.0)
                yield Sight(APPLICATION, panel, ref, path, frozenset(chosen), step.since, level, blind=blind)


def _stored(scenario: Scenario) -> Iterator[Sight]:
    """Rows that the run makes, where it makes more than it deletes."""
    grown = {entity for entity in ("application", "configuration") if _balance(scenario, entity) > 0}
    for entity in sorted(grown):
        for panel in ("Stored", "Stored over time"):
            for path in PATHS:
                rows = frozenset({("entity", entity)})
                yield Sight(APPLICATION, panel, "A", path, rows, 0.0, margin=1.0, blind=SHOWN_AFTER)


def _balance(scenario: Scenario, entity: str) -> int:
    signs = {"create": 1, "delete": -1}
    rows = [(OPERATIONS[name], weight) for name, weight in scenario.mix.items()]
    return sum(signs.get(each.operation, 0) * weight for each, weight in rows if each.entity == entity)


def _work(step: Rise) -> Iterator[Sight]:
    cpu, network = CPU_PER_REQUEST * step.step, BYTES_PER_REQUEST * step.step
    service = frozenset({("container_label_com_docker_compose_service", "config-service")})
    yield Sight(CONTAINERS, "CPU", "A", NO_PATH, service, step.since, margin=cpu)
    yield Sight(CONTAINERS, "CPU of limit", "A", NO_PATH, service, step.since, margin=cpu)
    yield Sight(CONTAINERS, "CPU in all", "A", NO_PATH, frozenset(), step.since, margin=cpu)
    yield Sight(CONTAINERS, "Received", "A", NO_PATH, service, step.since, margin=network)
    yield Sight(CONTAINERS, "Sent", "A", NO_PATH, service, step.since, margin=network)
    for path in PATHS:  # the panel has no switch: both show the same
        yield Sight(APPLICATION, "Service process", "A", path, frozenset(), step.since, margin=cpu)


def _exhaustion(hold: Hold) -> Iterator[Sight]:
    """What a pool without a free connection looks like."""
    rows: Sequence[tuple[str, str, set[tuple[str, str]], float]] = (
        ("Connection pool", "A", {("state", "used")}, 10.0),
        ("Connection pool", "C", set(), 1.0),
        ("Pool in use", "A", set(), 1.0),
        ("Requests in progress", "A", {("http_request_method", "PUT")}, 10.0),
        ("Operations that did not succeed", "A", {("operation", "replace"), ("outcome", "unavailable")}, 1.0),
        ("Wait for a connection", "B", set(), 0.5),
        ("Latency", "C", set(), 0.5),
    )
    if hold.until - hold.since >= LONG_HOLD:
        rows = [
            *rows,
            ("Answers by status", "A", {("http_response_status_code", "503")}, 1.0),
            ("Error ratio", "A", set(), 0.1),
        ]
    for panel, ref, chosen, level in rows:
        for path in PATHS:
            yield Sight(APPLICATION, panel, ref, path, frozenset(chosen), hold.since, level)
