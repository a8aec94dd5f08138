"""A disk that is full at once: a few kilobytes of memory, mounted where a run writes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BOUND = 10.0


@contextmanager
def small_disk(place: Path, kibibytes: int) -> Iterator[None]:
    """Have a disk of a size at a place inside the block; who may not mount skips the test."""
    place.mkdir(parents=True, exist_ok=True)
    options = f"size={kibibytes}k,mode=0700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], timeout=_BOUND, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], timeout=_BOUND, check=True)
