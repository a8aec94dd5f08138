"""What layer 5 breaks: a stack of its own, so that no other is disturbed; and stories that run beside its trials."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

import pytest
import pytest_asyncio

from fixtures import deadlines
from fixtures.background import Background, Held
from fixtures.errors import OutOfReach
from fixtures.failures import CURRENT
from fixtures.faults import ordering, persistence
from fixtures.faults.matrix import Row
from fixtures.faults.patient import Patient, examined
from fixtures.faults.ward import Ward, ward
from machine.engine import ensure_engine
from machine.images import Image, ensure
from machine.progress import Steps

STORIES = ("persistence_story", "ordering_story")
OFTEN = {
    "order": (ordering.REVERSE, "grafana first"),
    "fault": ("cut off", "on a bad network", "with a full disk", "with a locked table"),
    "before": ("after its disk was full",),
    "clock": ("an hour slow", "an hour fast"),
}
"""What is part of every run, of parameters of which a whole run of faults tries all; rows of the matrix say it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what is tried often, unless faults are asked for: the whole matrix takes its minutes."""
    if "faults" in config.option.markexpr:
        return
    rare = [each for each in items if isinstance(each, pytest.Function) and _rare(each)]
    config.hook.pytest_deselected(items=rare)
    items[:] = [each for each in items if each not in rare]


def _rare(item: pytest.Function) -> bool:
    given = item.callspec.params if hasattr(item, "callspec") else {}
    rows = [each for each in given.values() if isinstance(each, Row)]
    return any(not each.often for each in rows) or any(
        name in given and given[name] not in often for name, often in OFTEN.items()
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def images(request: pytest.FixtureRequest) -> Sequence[Image]:
    """The images of a stack of this run's own; one that stands already is not broken."""
    if request.config.getoption("stack") == "remote":
        raise OutOfReach("faults are tried on a stack of the run's own, and this run looks at one that stands already")
    with Steps() as steps:
        await ensure_engine(steps)
        return await ensure(steps=steps)


@pytest.fixture(scope="session")
def held_ward(images: Sequence[Image]) -> Iterator[Held[Ward]]:
    """The stack that is broken, on its way; gone with the session, however that ends."""
    held = Held(lambda: ward(images), name="ward")
    yield held
    held.release(deadlines.UP + deadlines.DOWN)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def broken(request: pytest.FixtureRequest, held_ward: Held[Ward]) -> AsyncIterator[Ward]:
    """The stack that is broken, standing; a failure while it is looked at shows its evidence."""
    found = await held_ward.value(deadlines.UP + deadlines.DOWN)
    stash = request.config.stash
    before = stash.get(CURRENT, None)
    stash[CURRENT] = found.stack
    yield found
    del stash[CURRENT]
    if before is not None:
        stash[CURRENT] = before


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def patient(broken: Ward) -> AsyncIterator[Patient]:
    """Clients of that stack, which follow its parts wherever they come back."""
    async with examined(broken.stack) as found:
        yield found


@pytest.fixture(scope="session")
def persistence_story(images: Sequence[Image]) -> Iterator[Background[persistence.Story]]:
    """What a stack keeps and loses, lived through on a stack of its own beside the trials."""
    work = Background(lambda: persistence.live_through(images), name="persistence")
    yield work
    work.cancel()
    work.join(deadlines.DOWN)


@pytest.fixture(scope="session")
def ordering_story(
    images: Sequence[Image], request: pytest.FixtureRequest
) -> Iterator[Background[Mapping[str, ordering.Start]]]:
    """Wrong orders of start, lived through on a stack of their own once that of the other story is gone."""
    tests = [each for each in request.session.items if isinstance(each, pytest.Function) and hasattr(each, "callspec")]
    asked = {str(each.callspec.params["order"]) for each in tests if "order" in each.callspec.params}
    orders = {name: order for name, order in ordering.wrong().items() if name in asked}
    other = request.getfixturevalue(STORIES[0]) if STORIES[0] in _asked(request.session) else None

    async def tell() -> Mapping[str, ordering.Start]:
        if other is not None:
            await asyncio.gather(other.result(persistence.TOLD_WITHIN), return_exceptions=True)
        return await ordering.live_through(images, orders)

    work = Background(tell, name="ordering")
    yield work
    work.cancel()
    work.join(deadlines.DOWN)


@pytest.fixture(scope="package", autouse=True)
def _stories_begin_early(request: pytest.FixtureRequest) -> None:
    for name in STORIES:
        if name in _asked(request.session):
            request.getfixturevalue(name)


def _asked(session: pytest.Session) -> set[str]:
    return {name for each in session.items for name in getattr(each, "fixturenames", ())}
