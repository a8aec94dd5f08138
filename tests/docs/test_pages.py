"""Pages followed with a stack: each command that needs one does what its page says. `make docs-check`; every night."""

from collections.abc import AsyncIterator

import pytest

from fixtures.docker import containers, docker, listed
from fixtures.settings import ROOT
from fixtures.up import PROJECT
from tests.docs import scripts
from tests.docs.following import Copy, copied
from tests.sabotage.bench import tags

LABEL = f"label=com.docker.compose.project={PROJECT}"
pytestmark = pytest.mark.timeout(2400)


@pytest.fixture
async def copy() -> AsyncIterator[Copy]:
    """A copy that may have the stack for people to itself; what it leaves is removed, and so are images of its own."""
    theirs = [*await containers(LABEL), *await listed("volume", LABEL)]
    assert theirs == [], (
        f"`make up` has a stack or data here ({', '.join(theirs)}): make down ARGS=--volumes, or run it elsewhere"
    )
    with copied() as made:
        try:
            yield made
        finally:
            made.run(scripts.Command("python -m fixtures.up down --volumes", "stack"), "afterwards")
            for tag in await tags(made.directory) - await tags(ROOT):
                await docker("image", "rm", "--force", tag)


@pytest.mark.parametrize("name", scripts.having("stack"))
async def test_page_can_be_followed(copy: Copy, name: str) -> None:
    wanted = scripts.of(name, "fast", "stack")

    done = copy.follow(wanted)

    assert done == [each.command.run for each in wanted if each.command]
