"""What becomes of every arrival, written down as it happens: one line of 29 bytes each."""

from array import array
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from tests.load.lines import DROPPED, STOPPED, Lines
from tests.load.operations import Operation


class Journal:
    """Lines in order of arrival; times are seconds after the beginning."""

    def __init__(self, operations: Sequence[Operation], also_wished: Collection[int] = ()) -> None:
        self.operations = operations
        self.dropped = self.answered = self.errors = 0
        self.around: Sequence[Counter[int]] = [Counter() for _ in operations]
        """Answers by status of requests that are no arrivals: those that prepare and remove data."""
        self._wished = [each.wished.union(also_wished) for each in operations]
        self._due, self._sent, self._ended = array("d"), array("d"), array("d")
        self._status, self._operation, self._good = array("h"), array("h"), array("b")

    @property
    def scheduled(self) -> int:
        """How many arrivals there were so far."""
        return len(self._due)

    def drop(self, operation: int, due: float) -> None:
        """Write down an arrival that is not sent."""
        self._line(operation, due, due, DROPPED)
        self.dropped += 1

    def send(self, operation: int, due: float, now: float) -> int:
        """Write down an arrival that is sent; returns the number of its line."""
        return self._line(operation, due, now, STOPPED)

    def left(self, number: int, now: float) -> None:
        """Write down when the request really left."""
        self._sent[number] = now

    def end(self, number: int, now: float, status: int) -> None:
        """Write down an answer's status, or what stands in its place."""
        self._ended[number] = now
        self._status[number] = status
        self.answered += status > 0
        good = self._good[number] = status in self._wished[self._operation[number]]
        self.errors += not good

    def close(self, now: float) -> Lines:
        """End what is still open as stopped, and return all lines."""
        for number, status in enumerate(self._status):
            if status == STOPPED:
                self.end(number, now, STOPPED)
        return Lines(
            due=np.array(self._due),
            sent_at=np.array(self._sent),
            ended=np.array(self._ended),
            status=np.array(self._status),
            operation=np.array(self._operation),
            wished=np.array(self._good, dtype=np.bool_),
            length=now,
        )

    def _line(self, operation: int, due: float, now: float, status: int) -> int:
        self._due.append(due)
        self._sent.append(now)
        self._ended.append(now)
        self._status.append(status)
        self._operation.append(operation)
        self._good.append(0)
        return len(self._due) - 1
