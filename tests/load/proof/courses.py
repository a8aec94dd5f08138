"""Every scenario that a session asks for, lived through once, one after another, beside the tests that ask about it."""

import asyncio
from collections.abc import Collection
from concurrent.futures import Future
from typing import Any

from fixtures import deadlines
from fixtures.background import Background
from fixtures.bringup import Stack
from tests.load.proof.course import Course
from tests.load.proof.ground import standing_on
from tests.load.proof.living import live_through
from tests.load.proof.process import Engine
from tests.load.proof.recording import record_course
from tests.load.scenario import Profile, scenarios


class Courses:
    """Scenarios of one profile on one stack; they begin when this is made, in the file's order."""

    def __init__(
        self,
        stack: Stack,
        names: Collection[str],
        profile: Profile,
        engine: Engine = "asyncio",
        after: Background[Any] | None = None,
    ) -> None:
        self._stack, self._profile, self._engine, self._after = stack, profile, engine, after
        self._ends: dict[str, Future[Course]] = {each: Future() for each in scenarios(profile) if each in names}
        self._work = Background(self._all, name="load")

    async def _all(self) -> None:
        try:
            await self._alone()
            async with standing_on(self._stack) as ground:
                for name, end in self._ends.items():
                    try:
                        course = await live_through(ground, scenarios(self._profile)[name], self._profile, self._engine)
                    except Exception as error:  # handed to whoever asks for this one; the others are no worse for it
                        end.set_exception(error)
                    else:
                        record_course(course)
                        end.set_result(course)
        except BaseException as error:
            for each in self._ends.values():
                if not each.done():
                    each.set_exception(error)
            raise

    async def _alone(self) -> None:
        """Wait for work that has to be over first; how it ended is for its own tests to say."""
        if self._after:
            await asyncio.to_thread(self._after.join, deadlines.UP)

    async def of(self, name: str) -> Course:
        """Return a scenario's course once it is over, or raise what kept it from coming to an end."""
        return await asyncio.shield(asyncio.wrap_future(self._ends[name]))

    def end(self) -> None:
        """End what still runs, and wait until it has cleaned up."""
        self._work.cancel()
        self._work.join(2 * deadlines.COMMAND)
