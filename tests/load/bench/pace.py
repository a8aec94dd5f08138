"""Whether the generator keeps its pace at given rates, and whether it tells of a stall what there is to tell."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from fixtures.settings import ROOT
from tests.load.bench.child import Child, child
from tests.load.result import Result

STALL_AFTER_S: Final = 4.0
STALL_RATE: Final = 100
STALL_RUN_S: Final = 10.0
_USERS: Final = 10
_START_S: Final = 60.0


@dataclass(frozen=True)
class Pace:
    """One rate: arrivals by schedule and sent, the error of the achieved rate as a ratio, how late requests left.

    `machine_busy` is the share of all cores that was at work: who measures beside others measures them as well.
    """

    rate: float
    scheduled: int
    sent: int
    dropped: int
    error: float
    lag_p50_s: float
    lag_p99_s: float
    lag_max_s: float
    cpu_share: float
    machine_busy: float


@dataclass(frozen=True)
class Stall:
    """What one generator tells of a stall: requests made, its 99th percentile, and the one after the stall."""

    generator: str
    requests: int
    p99_s: float
    max_s: float
    after_p99_s: float | None


def generate(url: str, rate: float, seconds: float) -> Result:
    """What the command line writes of a run. Raises CalledProcessError with its standard error where it cannot run."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "result.json"
        command = [sys.executable, "-m", "tests.load", "run", "--url", url, "--json", str(file)]
        command += ["--rate", f"{rate:g}", "--duration", f"{seconds:g}"]
        ended = subprocess.run(command, cwd=ROOT, timeout=seconds + _START_S, capture_output=True, check=False)
        if not file.exists():
            raise subprocess.CalledProcessError(ended.returncode, command, ended.stdout, ended.stderr)
        return Result.from_mapping(json.loads(file.read_text(encoding="utf-8"))["result"])


def pace(url: str, rate: float, seconds: float) -> Pace:
    """Run at a rate and hold what left against the schedule."""
    psutil.cpu_percent()
    result = generate(url, rate, seconds)
    busy = psutil.cpu_percent() / 100
    p50, p99, longest = (result.lag.quantile(each) or 0.0 for each in (0.5, 0.99, 1.0))
    error = abs(result.rate_per_s / result.offered_per_s - 1)
    share = result.health.cpu_share
    return Pace(rate, result.scheduled, result.sent, result.dropped, error, p50, p99, longest, share, busy)


def stalls(url: str, target: Child) -> list[Stall]:
    """Have both ask a target, so often a second, that stalls once; Locust's users wait for it and ask less."""
    with _stalling(target):
        own = generate(url, STALL_RATE, STALL_RUN_S)
    after = own.seconds[int(STALL_RUN_S) - 1].p99_s
    found = [Stall("plumbline", own.answered, own.latency.quantile(0.99) or 0.0, own.latency.longest or 0.0, after)]
    with child("rival", url, f"{_USERS}", f"{STALL_RATE / _USERS}") as rival:
        rival.work(1)
        with _stalling(target):
            said = rival.work(STALL_RUN_S)
    return [*found, Stall("Locust FastHttpUser", said["answered"], said["p99_s"], said["max_s"], None)]


@contextmanager
def _stalling(target: Child) -> Iterator[None]:
    timer = threading.Timer(STALL_AFTER_S, target.signal, [signal.SIGUSR1])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
