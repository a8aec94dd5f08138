"""A scenario's run, second by second: there and back, and what is refused."""

import json

import pytest

from fixtures.report.load_series import ContainerSeries, LoadSecond, LoadSeries, PoolSeries

SPIKE = LoadSeries(
    "spike",
    began=1_700_000_000.0,
    seconds=[LoadSecond(0.0, 100, 100, 99, 1, 0.004, 0.02), LoadSecond(1.0, 100, 90, 0, 90, dropped=10)],
    containers=[ContainerSeries("config-service", [-1.0, 0.0], [0.1, None], [5e7, 6e7])],
    pool=PoolSeries([0.0], used=[10.0], pending=[3.0], max=10.0),
    visible_after_s=2.5,
)


def test_run_is_the_same_after_it_was_written_and_read() -> None:
    written = json.dumps(SPIKE.row())

    assert json.dumps(LoadSeries.from_row(json.loads(written)).row()) == written


def test_row_without_a_key_is_refused_by_name() -> None:
    row = {key: value for key, value in SPIKE.row().items() if key != "began"}

    with pytest.raises(ValueError, match="began"):
        LoadSeries.from_row(row)


def test_values_that_are_not_as_many_as_times_are_refused() -> None:
    with pytest.raises(ValueError, match="cadvisor: 2 times, but 1 values"):
        ContainerSeries("cadvisor", [0.0, 1.0], cpu_cores=[0.1])
    with pytest.raises(ValueError, match="pool: 1 times, but 2 values"):
        PoolSeries([0.0], used=[1.0, 2.0])
