"""What a process used, from the kernel's own accounts: CPU in the scheduler's nanoseconds, memory page by page."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

from fixtures.errors import StackError

_KIB = 1024
_FIGURE = re.compile(r"^(Rss|Pss):\s+(\d+) kB$", re.MULTILINE)
_SCHEDULER = 2  # what a process's clock reads: neither user time nor all ticks, but the scheduler's account


@dataclass(frozen=True)
class Memory:
    """Bytes: resident, and the same with each shared page divided among those that share it."""

    rss: int
    pss: int


@dataclass(frozen=True)
class Process:
    """A process of this machine, with all its threads; `proc` is where the kernel shows them."""

    pid: int
    proc: Path = Path("/proc")

    def cpu_seconds(self) -> float:
        """Return the CPU time of all threads that are and that were: a pool's threads come and go.

        It is the process's CPU-time clock, named by number as `clock_getcpuclockid(3)` does. A running thread's part
        may be as old as the scheduler's last tick: read it when the process is idle.

        Raises:
            StackError: the process has ended, or is not to be seen from here.
        """
        try:
            return time.clock_gettime_ns(~self.pid << 3 | _SCHEDULER) / 1e9
        except OSError as error:
            raise self._unseen(error) from error

    def memory(self) -> Memory:
        """Return what it holds now.

        Raises:
            StackError: the process has ended, or only root may look.
        """
        try:
            text = (self.proc / str(self.pid) / "smaps_rollup").read_text()
        except OSError as error:
            raise self._unseen(error) from error
        found = {name: int(kib) * _KIB for name, kib in _FIGURE.findall(text)}
        return Memory(found["Rss"], found["Pss"])

    def _unseen(self, error: OSError) -> StackError:
        return StackError(
            f"the accounts of process {self.pid} cannot be read: {error}\n  where: {self.proc}\n"
            "  to do: run as root, on the machine of the engine; if the process ended, look at its container's log"
        )
