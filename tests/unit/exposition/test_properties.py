"""Whatever the client library writes is clean, and single faults put into it are found."""

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary, generate_latest
from prometheus_client.openmetrics import exposition
from prometheus_client.openmetrics.exposition import ALLOWUTF8, UNDERSCORES

from fixtures.exposition import compare, lint, parse

# The same examples each time and no deadline: a slow machine is not a fault of the linter.
steady = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES = st.floats(min_value=0, max_value=1e300)
LABEL = st.text(st.characters(codec="utf-8"), max_size=8)
NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1, max_size=5)
UTF8_NAMES = st.lists(st.sampled_from(["a", "b.c", "d é", 'e"f', "g{}", "h\\i"]), unique=True, min_size=1, max_size=5)


def generate_openmetrics(registry: CollectorRegistry, escaping: str = UNDERSCORES) -> bytes:
    """What the library writes in OpenMetrics."""
    body: bytes = exposition.generate_latest(registry, escaping)  # type: ignore[no-untyped-call]
    return body


@st.composite
def registries(draw: st.DrawFn, names: st.SearchStrategy[list[str]] = NAMES) -> CollectorRegistry:
    """A registry with a few metrics of any kind, used with any label values and amounts."""
    registry = CollectorRegistry()
    makers: list[Callable[[str], None]] = [
        lambda name: _counter(draw, registry, name),
        lambda name: Gauge(name, draw(LABEL), registry=registry).set(draw(st.floats())),
        lambda name: _histogram(draw, registry, name),
        lambda name: Summary(name, draw(LABEL), registry=registry).observe(draw(VALUES)),
        lambda name: Info(name, draw(LABEL), registry=registry).info({"version": draw(LABEL)}),
        lambda name: Enum(name, draw(LABEL), states=["on", "off"], registry=registry).state("off"),
    ]
    for name in draw(names):
        draw(st.sampled_from(makers))(name)
    return registry


def _counter(draw: st.DrawFn, registry: CollectorRegistry, name: str) -> None:
    counter = Counter(name, draw(LABEL), ["one", "two"], registry=registry)
    for one, two in draw(st.lists(st.tuples(LABEL, LABEL), max_size=4)):
        counter.labels(one, two).inc(draw(VALUES), exemplar=draw(st.sampled_from([None, {"trace": "x" * 40}])))


def _histogram(draw: st.DrawFn, registry: CollectorRegistry, name: str) -> None:
    bounds = draw(st.lists(st.floats(-100, 100).filter(lambda bound: bound != 0), unique=True, min_size=1, max_size=4))
    histogram = Histogram(name, draw(LABEL), registry=registry, buckets=sorted(bounds))
    for amount in draw(st.lists(VALUES, max_size=4)):
        histogram.observe(amount, draw(st.sampled_from([None, {"trace": "x" * 40}])))


@steady
@given(registries())
def test_what_the_library_writes_is_clean(registry: CollectorRegistry) -> None:
    assert lint(generate_latest(registry), "classic") == []
    assert lint(generate_openmetrics(registry), "auto") == []


@steady
@given(registries(UTF8_NAMES))
def test_what_the_library_writes_with_quoted_names_is_clean(registry: CollectorRegistry) -> None:
    assert lint(generate_latest(registry, ALLOWUTF8), "classic") == []
    assert lint(generate_openmetrics(registry, ALLOWUTF8), "openmetrics") == []


@steady
@given(registries())
def test_what_the_library_writes_compares_clean_with_itself(registry: CollectorRegistry) -> None:
    classic, openmetrics = generate_latest(registry), generate_openmetrics(registry)

    assert compare(classic, classic) == []
    assert compare(openmetrics, openmetrics) == []


@steady
@given(registries())
def test_samples_read_are_samples_written(registry: CollectorRegistry) -> None:
    written = [sample for family in registry.collect() for sample in family.samples]
    read = parse(generate_openmetrics(registry)).samples

    assert [(sample.name, dict(sample.labels)) for sample in read] == [(one.name, one.labels) for one in written]
    assert all(a.value == b.value or math.isnan(b.value) for a, b in zip(read, written, strict=True))


MUTATIONS: dict[str, Callable[[list[str], int], list[str]]] = {
    "sample-repeated": lambda lines, at: [*lines[: at + 1], lines[at], *lines[at + 1 :]],
    "sample-at-the-end-again": lambda lines, at: [*lines[:-1], lines[at], lines[-1]],
    "value-cut": lambda lines, at: [*lines[:at], lines[at].rpartition(" ")[0], *lines[at + 1 :]],
    "value-hexadecimal": lambda lines, at: [*lines[:at], lines[at].rpartition(" ")[0] + " 0x1", *lines[at + 1 :]],
    "text-added": lambda lines, at: [*lines[:at], lines[at] + " 1 1", *lines[at + 1 :]],
    "name-spoiled": lambda lines, at: [*lines[:at], "0" + lines[at], *lines[at + 1 :]],
    "eof-lost": lambda lines, at: lines[:-1],
    "type-at-the-end-again": lambda lines, at: [*lines[:-1], "# TYPE k gauge", "k 1", "# TYPE k gauge", lines[-1]],
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
@steady
@given(data=st.data())
def test_single_fault_is_found(mutation: Callable[[list[str], int], list[str]], data: st.DataObject) -> None:
    registry = CollectorRegistry()
    Counter("a", "help", ["x"], registry=registry).labels(data.draw(LABEL)).inc()
    Histogram("h", "help", registry=registry).observe(data.draw(VALUES))
    lines = generate_openmetrics(registry).decode().split("\n")[:-1]
    at = data.draw(st.sampled_from([number for number, line in enumerate(lines) if not line.startswith("#")]))

    assert lint("".join(line + "\n" for line in mutation(lines, at)), "openmetrics")
