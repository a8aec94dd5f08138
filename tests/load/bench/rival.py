"""Locust's FastHttpUser in a process of its own, which it patches: each number of seconds on its input is a slice.

`python -m tests.load.bench.rival URL USERS [RATE]`: so many users, each as fast as it can or at RATE requests a second.
CPU counts only while they work: not the import, not their start.
"""

from locust import FastHttpUser, constant, constant_throughput, task  # isort: skip  # patches sockets: first of all

import json
import sys
from time import process_time
from typing import Any

import gevent  # type: ignore[import-untyped]
from gevent.event import Event  # type: ignore[import-untyped]
from locust.env import Environment

_DRAIN = 0.1
_GO = Event()


def _visitor(rate: float) -> type[FastHttpUser]:
    class Visitor(FastHttpUser):
        wait_time = constant_throughput(rate) if rate else constant(0)

        @task
        def visit(self) -> None:
            _GO.wait()
            self.client.get("/")

    return Visitor


def _slice(stats: Any, seconds: float) -> dict[str, float]:
    stats.reset_all()
    before = process_time()
    _GO.set()
    gevent.sleep(seconds)
    _GO.clear()
    gevent.sleep(_DRAIN)
    total = stats.total
    if total.num_failures or not total.num_requests:
        sys.exit(f"Locust: {total.num_requests} requests, {total.num_failures} of them failed: nothing to compare with")
    return {
        "answered": total.num_requests,
        "cpu_s": process_time() - before,
        "p99_s": total.get_response_time_percentile(0.99) / 1000,
        "max_s": total.max_response_time / 1000,
    }


def main(url: str, users: int, rate: float) -> None:
    """Start the users, then run a slice for each line that comes; in between all of them wait."""
    environment = Environment(user_classes=[_visitor(rate)], host=url.rstrip("/"))
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=users)
    gevent.sleep(1)
    for line in sys.stdin:  # blocks the whole process: nobody works between slices
        print(json.dumps(_slice(environment.stats, float(line))), flush=True)
    runner.quit()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0.0)
