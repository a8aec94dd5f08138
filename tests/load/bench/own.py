"""The generator at work in a process of its own: each number of seconds on its input is a slice at full tilt.

It is offered a tenth more than it ever answered; what finds its sixteen places taken is dropped. Its CPU counts from
the schedule to the summing up, without what a run of a single request takes: its start.
"""

import json
import sys
from time import process_time
from typing import Final

import uvloop

from tests.load.generator import run
from tests.load.scenario import Scenario
from tests.load.schedule import Stage

FIRST: Final = 8_000.0
MORE: Final = 1.1
IN_FLIGHT: Final = 16


def _cost(url: str, seconds: float, rate: float) -> tuple[int, float]:
    scenario = Scenario("capacity", "what a request costs", [Stage(seconds, rate)], {}, in_flight=IN_FLIGHT)
    before = process_time()
    result = uvloop.run(run(url, scenario))
    return result.answered, process_time() - before


def _slice(url: str, seconds: float, rate: float) -> dict[str, float]:
    _, start = _cost(url, 1 / FIRST, FIRST)
    answered, cpu = _cost(url, seconds, rate)
    return {"answered": answered, "cpu_s": cpu - start}


if __name__ == "__main__":
    offered = FIRST
    for line in sys.stdin:
        found = _slice(sys.argv[1], float(line), offered)
        offered = max(offered, MORE * found["answered"] / float(line))
        print(json.dumps(found), flush=True)
