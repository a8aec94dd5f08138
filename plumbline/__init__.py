"""The public interface: proving another compose project with the verbs that Plumbline proves its own stack with.

A proof is a directory with a `conftest.py` of one line, `pytest_plugins = ["plumbline.session"]`, a compose file, a
table of what must exist (`expectations.py` with an `EXPECTED`), and tests; `examples/orders` is a whole one. Public are
the names listed here, the fixtures and options of `plumbline.session`, and the claims of `plumbline.claims`.
"""

from fixtures.errors import OutOfReach, PlumblineError, QueryError, StackError, Unmet
from fixtures.expectations import Metric, ScrapeJob
from fixtures.exposition import compare, lint
from fixtures.ledger import Station, balance
from fixtures.measured import Fact, exposed
from fixtures.polling import consistently, eventually
from fixtures.prometheus import Prometheus, Sample, client
from plumbline.expected import Expected, Flow
from plumbline.stations import Asked, Stations

__all__ = [
    "Asked",
    "Expected",
    "Fact",
    "Flow",
    "Metric",
    "OutOfReach",
    "PlumblineError",
    "Prometheus",
    "QueryError",
    "Sample",
    "ScrapeJob",
    "StackError",
    "Station",
    "Stations",
    "Unmet",
    "balance",
    "client",
    "compare",
    "consistently",
    "eventually",
    "exposed",
    "lint",
]
