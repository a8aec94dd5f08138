"""One run of load in a process of its own, so that nothing of the proof delays a request.

`python -m tests.load.proof.child URL SCENARIO PROFILE LABEL` writes JSON lines: `{"began": Unix time}` once,
`{"loaded": true}` when the last request is over, and `{"result": …}` or `{"error": "…"}` at the end. Between the last
two it keeps its rows until a line comes in; the end of its input, as when whoever started it is gone, ends the run and
removes them.
"""

import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

import uvloop

from fixtures.errors import PlumblineError
from tests.load.generator import Progress, run
from tests.load.scenario import Profile, scenarios


def say(**line: Any) -> None:
    """Write one line."""
    print(json.dumps(line), flush=True)


class Conversation:
    """What is said to whoever started this process, and heard from there."""

    def __init__(self) -> None:
        self.stop, self.go = asyncio.Event(), asyncio.Event()
        self._began = False

    def watch(self, progress: Progress) -> None:
        """Say once when offset 0 was."""
        if not self._began:
            self._began = True
            say(began=time.time() - progress.elapsed)

    async def loaded(self) -> None:
        """Say that the last request is over, and keep the rows until told to go on."""
        say(loaded=True)
        await self.go.wait()

    async def listen(self) -> None:
        """Go on when a line comes, stop when no more can."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.readline():
            self.go.set()
        self.stop.set()
        self.go.set()


async def main(url: str, name: str, profile: Profile, label: str) -> None:
    """Run one scenario and write its result."""
    conversation = Conversation()
    listener = asyncio.create_task(conversation.listen())
    try:
        result = await run(
            url,
            scenarios(profile)[name],
            watch=conversation.watch,
            stop=conversation.stop,
            label=label,
            loaded=conversation.loaded,
        )
        say(result=result.mapping())
    except PlumblineError as error:
        say(error=str(error))
    finally:
        listener.cancel()


if __name__ == "__main__":
    # Where it may, it comes before others when it wakes: on a busy machine their turns would look like the service's
    # latency. It rests nine tenths of the time, so nobody starves.
    with suppress(PermissionError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    uvloop.run(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4]))  # type: ignore[arg-type]
