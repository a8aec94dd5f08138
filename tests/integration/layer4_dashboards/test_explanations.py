"""An empty answer is explained: the matcher that is wrong, what there is instead, and since when."""

import pytest

from fixtures.grafana.explain import explain_empty
from fixtures.prometheus import Prometheus

pytestmark = pytest.mark.pipeline


@pytest.mark.parametrize(
    ("expression", "label", "words"),
    [
        pytest.param(
            'sum(rate(up{job="nobody"}[10s]))', "job", "job is 'cadvisor', 'config-service'", id="wrong value"
        ),
        pytest.param(
            "sum(rate(htp_requests_total[10s]))", "__name__", "no series is named htp_requests_total", id="name"
        ),
        pytest.param('up + on (job) up{jop="otlp"}', "jop", "jop is ''", id="wrong label, on one side"),
        pytest.param("up > 1", "", "the comparison keeps none of ['1'", id="comparison"),
        pytest.param("0 * up / (0 * up)", "", "every value is NaN", id="not a number"),
        pytest.param('up{job="otlp"} * on (job) up{job="grafana"}', "", "no labels match", id="labels"),
    ],
)
async def test_cause_is_named(prometheus: Prometheus, expression: str, label: str, words: str) -> None:
    reasons = await explain_empty(prometheus, expression)

    assert [each.label for each in reasons] == [label]
    assert words in str(reasons[0])


async def test_full_answer_needs_no_explanation(prometheus: Prometheus) -> None:
    assert await explain_empty(prometheus, "sum(up)") == []
