"""The kernel's accounts: all threads, exact enough for a slice, and an error where there is nothing to read."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from subprocess import PIPE
from time import process_time, thread_time

import psutil
import pytest

from fixtures.errors import StackError
from tests.load.overhead.accounting import Process


def burn(seconds: float) -> None:
    ends = thread_time() + seconds
    while thread_time() < ends:
        pass


def test_account_is_exact_where_the_process_reads_it_itself() -> None:
    before = process_time()
    seen = Process(os.getpid()).cpu_seconds()

    assert before <= seen <= process_time()


def test_work_of_another_process_is_in_its_account() -> None:
    work = "import time\nwhile time.process_time() < 0.2: pass\nprint(time.process_time(), flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", work], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        told = float(process.stdout.readline())
        used = Process(process.pid).cpu_seconds()
        process.communicate("\n", timeout=10)

    assert 0.2 <= told <= used < told + 0.02


def test_work_of_threads_that_have_ended_stays_in_the_account() -> None:
    mine = Process(os.getpid())
    before = mine.cpu_seconds()

    thread = threading.Thread(target=burn, args=(0.05,))
    thread.start()
    thread.join()

    assert mine.cpu_seconds() - before >= 0.05


def test_memory_is_what_others_see_too() -> None:
    seen = Process(os.getpid()).memory()

    assert seen.rss == pytest.approx(psutil.Process().memory_info().rss, rel=0.05)
    assert 0 < seen.pss <= seen.rss


@pytest.mark.parametrize("read", [Process.cpu_seconds, Process.memory], ids=["cpu", "memory"])
def test_process_that_has_ended_has_no_account(read: Callable[[Process], object]) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait(10)

    with pytest.raises(StackError, match=f"accounts of process {process.pid} cannot be read"):
        read(Process(process.pid))
