"""The example proven twice, side by side: whole, and with a service that pushes wrong counts."""

import shutil
import signal
from collections.abc import Callable, Iterator

import pytest

from fixtures import deadlines
from fixtures.settings import ROOT
from tests.examples.running import Outcome, begin, end

EXAMPLE = ROOT / "examples" / "orders"
PUSHED, PUSHED_TWICE = '"asInt": str(count)', '"asInt": str(2 * count)'


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Outcome]]:
    """Both runs, side by side; each has taken its stack down when its outcome is there."""
    broken = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("broken") / "orders")
    service = broken / "orders.py"
    assert PUSHED in service.read_text(encoding="utf-8")
    service.write_text(service.read_text(encoding="utf-8").replace(PUSHED, PUSHED_TWICE), encoding="utf-8")
    places = {"whole": (EXAMPLE, tmp_path_factory.mktemp("report")), "broken": (broken, broken / "report")}
    processes = {name: begin(*place) for name, place in places.items()}
    try:
        ended = {name: end(process, places[name][1]) for name, process in processes.items()}
        yield ended.__getitem__
    finally:
        for process in processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)  # it takes its stack down
                process.wait(deadlines.DOWN)
