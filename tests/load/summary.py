"""From a journal to a result: the one place where a run's lines become its figures."""

from tests.load.health import reasons
from tests.load.histogram import Histogram
from tests.load.journal import Journal
from tests.load.result import Health, Result
from tests.load.scenario import Scenario
from tests.load.schedule import duration


def summed(
    journal: Journal,
    scenario: Scenario,
    url: str,
    health: Health,
    *,
    began: float,
    lasted: float,
    cut: int = 0,
    remains: str = "",
) -> Result:
    """The result of a run that is over: it began at a Unix time and lasted so many seconds."""
    lines = journal.close(lasted)
    lag = lines.lag
    operations = {
        each.name: lines.of(index, each, around)
        for index, (each, around) in enumerate(zip(journal.operations, journal.around, strict=True))
        if around or index in lines.operation
    }
    return Result(
        scenario=scenario.name,
        url=url,
        began=began,
        ended=began + lasted,
        planned_s=duration(scenario.stages),
        scheduled=journal.scheduled,
        cut=cut,
        sent=journal.scheduled - journal.dropped,
        answered=journal.answered,
        dropped=journal.dropped,
        late=lines.late,
        offered_per_s=lines.offered,
        rate_per_s=lines.rate,
        errors=lines.errors,
        operations=operations,
        seconds=lines.seconds(),
        health=health,
        lag=lag,
        latency=Histogram.sum(each.latency for each in operations.values()),
        service_time=Histogram.sum(each.service_time for each in operations.values()),
        invalid=reasons(health, lag.quantile(0.99) or 0.0),
        remains=remains,
    )
