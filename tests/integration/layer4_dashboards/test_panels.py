"""Every query of every panel and annotation, on both paths, has data: the right data, in its unit."""

import pytest

from fixtures.grafana.drawing import drawing
from fixtures.grafana.gallery import Gallery, Key, keys, row
from fixtures.grafana.panels import differences, implausible
from fixtures.results import record, record_beside

pytestmark = pytest.mark.pipeline
KEYS = keys()


def _name(key: Key) -> str:
    return " / ".join(part for part in key if part)


@pytest.mark.parametrize("key", KEYS, ids=_name)
async def test_panel_has_data(gallery: Gallery, key: Key) -> None:
    exhibits = gallery.exhibits[key]
    record("panels", row(key, exhibits))
    record_beside("panels", drawing(key, exhibits, gallery.window).row())

    without = [(each.drawn, each.reasons) for each in exhibits if each.drawn.state != "data"]

    assert len(exhibits) > 0
    assert without == []


@pytest.mark.parametrize("key", KEYS, ids=_name)
async def test_panel_says_what_prometheus_says(gallery: Gallery, key: Key) -> None:
    exhibits = gallery.exhibits[key]

    wrong = [difference for each in exhibits for difference in differences(each.drawn, each.direct)]

    assert [each.drawn.answer.executed for each in exhibits] == [each.drawn.expression for each in exhibits]
    assert wrong == []


@pytest.mark.parametrize("key", KEYS, ids=_name)
async def test_panel_s_values_are_plausible(gallery: Gallery, key: Key) -> None:
    exhibits = [each.drawn for each in gallery.exhibits[key]]

    odd = {each.query.ref: implausible(each) for each in exhibits if implausible(each)}

    assert sum(each.answer.points for each in exhibits) > 0
    assert odd == {}
