"""The stations of a run's ledger: each read in one request, in the order that data flows to Grafana's panel."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import httpx
from prometheus_client.parser import text_string_to_metric_families

from fixtures.errors import NotYet
from fixtures.expectations import PATH_JOBS
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import Query, shipped
from fixtures.grafana.interpolation import Window
from fixtures.grafana.variables import Resolved, with_variables
from fixtures.measured import INSTANCE
from fixtures.prometheus import Prometheus
from tests.load.proof.accounts import ACCOUNTS, OPERATIONS, Account
from tests.load.proof.book import Place, Reading

COUNTED = next(each for each in shipped() if each.uid == "plumbline-application").panel("Operations counted")
_WINDOW = 15.0
Variables = Mapping[str, Sequence[Resolved]]
"""The application dashboard's variables by path."""


def exposition(http: httpx.AsyncClient, instance: str | None = None) -> Callable[[], Awaitable[Reading]]:
    """Return how to read all accounts from an exposition, of one service instance where it has several."""

    async def read() -> Reading:
        answer = await http.get("/metrics", headers={"accept": "text/plain"})
        if answer.status_code != httpx.codes.OK:
            raise NotYet(f"{http.base_url}/metrics answered {answer.status_code}")
        samples = [
            (sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
            if instance is None or sample.labels.get(INSTANCE) == instance
        ]
        return {each.title: each.tally(samples) for each in ACCOUNTS}

    return read


def _of_path(job: str, instance: str) -> list[str]:
    """Return the matchers that choose one service instance on a path; what is scraped has no instance of its own."""
    return [f'job="{job}"', *([f'{INSTANCE}="{instance}"'] if job == PATH_JOBS["otlp"] else [])]


def scraped(prometheus: Prometheus, job: str, instance: str) -> Callable[[], Awaitable[Reading]]:
    """Return how to read all accounts from Prometheus."""

    async def read() -> Reading:
        found = {}
        for each in ACCOUNTS:
            samples = await prometheus.query(each.expression(*_of_path(job, instance)))
            found[each.title] = {each.key(one.labels): one.value for one in samples}
        return found

    return read


def shown(grafana: Grafana, job: str, instance: str, variables: Sequence[Resolved]) -> Callable[[], Awaitable[Reading]]:
    """Return how to read all accounts through Grafana: its panel of exact counts, and its query API for the others."""

    def query(account: Account) -> Query:
        if account is OPERATIONS:
            return with_variables(COUNTED.queries[0], variables)
        return Query(account.title, account.expression(*_of_path(job, instance)), instant=True)

    asked = {each.title: query(each) for each in ACCOUNTS}

    async def read() -> Reading:
        now = time.time()
        answers = await grafana.ask(list(asked.values()), Window(now - _WINDOW, now))
        found: dict[str, dict[tuple[str, ...], float]] = {}
        for each in ACCOUNTS:
            answer = answers[asked[each.title].ref]
            if answer.error:
                raise NotYet(f"grafana answered {answer.error} to {asked[each.title].expr}")
            found[each.title] = {each.key(one.labels): one.value for one in answer.latest()}
        return found

    return read


def places(
    api: httpx.AsyncClient,
    collector: httpx.AsyncClient,
    prometheus: Prometheus,
    grafana: Grafana,
    instance: str,
    variables: Variables,
) -> list[Place]:
    """Return every station of both paths, the service's own exposition first."""
    jobs = PATH_JOBS.values()
    return [
        Place("service /metrics", exposition(api)),
        Place("collector exporter", exposition(collector, instance)),
        *(Place(f"prometheus, {job}", scraped(prometheus, job, instance)) for job in jobs),
        *(Place(f"grafana, {job}", shown(grafana, job, instance, variables[job])) for job in jobs),
    ]
