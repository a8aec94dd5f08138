"""The generator at work in a process of its own: each number of seconds on its input is a slice at full tilt.

It is offered far more than it can send; what finds its sixteen places taken is dropped. All its CPU counts: the
schedule, the journal, the summing up.
"""

import json
import sys
from time import process_time

import uvloop

from tests.load.generator import run
from tests.load.scenario import Scenario
from tests.load.schedule import Stage

OFFERED = 30_000
IN_FLIGHT = 16


def _slice(url: str, seconds: float) -> dict[str, float]:
    scenario = Scenario("capacity", "what a request costs", [Stage(seconds, OFFERED)], {}, in_flight=IN_FLIGHT)
    before = process_time()
    result = uvloop.run(run(url, scenario))
    return {"answered": result.answered, "cpu_s": process_time() - before}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_slice(sys.argv[1], float(line))), flush=True)
