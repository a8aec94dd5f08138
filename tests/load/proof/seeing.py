"""Watches the panels while load runs: asks each query that has something to show until it does, and notes when."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from fixtures.errors import NotYet, PlumblineError
from fixtures.grafana.client import Grafana
from fixtures.grafana.dashboards import Query, shipped
from fixtures.grafana.interpolation import Window
from fixtures.grafana.variables import Resolved, with_variables
from fixtures.prometheus import Series
from tests.load.proof.sights import Sight

Variables = Mapping[tuple[str, str], Sequence[Resolved]]
"""Each dashboard's variables, by its UID and path."""
BEFORE = 5.0
"""Seconds before the beginning that are drawn too, to compare with: what went before had ended by then."""
Asked = tuple[str, str]
"""A panel's title and the reference of one of its queries."""


@dataclass
class Seeing:
    """What has been seen so far: seconds from a sight's cause until the panel showed it."""

    sights: Sequence[Sight]
    began: float
    after: dict[Sight, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def unseen(self) -> list[Sight]:
        """What no panel has shown yet."""
        return [each for each in self.sights if each not in self.after]

    @property
    def latest(self) -> float | None:
        """Seconds until the last panel showed what it should, None while one has not, or where none should."""
        return None if self.unseen or not self.after else max(self.after.values())

    def look(self, sights: Sequence[Sight], answer: Sequence[Series], now: float) -> None:
        """Note those of a query's sights that its answer shows."""
        for each in sights:
            if each not in self.after and each.reached(answer, self.began):
                self.after[each] = round(now - self.began - each.since, 2)


class Watcher:
    """Asks the panels of one scenario through Grafana's query API; the watcher must not be the load.

    So it asks all queries of a dashboard that have something left to show in one request, where the pages send one for
    each panel.
    """

    def __init__(self, grafana: Grafana, variables: Variables) -> None:
        self._grafana, self._variables = grafana, variables
        self._dashboards = {each.uid: each for each in shipped()}

    async def round(self, seeing: Seeing) -> None:
        """Ask each query once whose cause has come and which has something left to show."""
        pages: dict[tuple[str, str], dict[Asked, list[Sight]]] = defaultdict(lambda: defaultdict(list))
        for each in seeing.unseen:
            if time.time() >= seeing.began + each.since:
                pages[each.dashboard, each.path][each.panel, each.ref].append(each)
        window = Window(seeing.began - BEFORE, time.time())
        for (dashboard, path), wanted in pages.items():
            try:
                answers = await self.drawn(dashboard, path, list(wanted), window)
            except PlumblineError as error:
                seeing.errors.append(str(error))
                continue
            for asked, sights in wanted.items():
                seeing.look(sights, answers[asked], time.time())

    async def drawn(
        self, dashboard: str, path: str, asked: Sequence[Asked], window: Window
    ) -> Mapping[Asked, Sequence[Series]]:
        """Return what some queries of a dashboard's panels draw over a window.

        Raises:
            NotYet: Grafana does not answer, or its data source refuses.
        """
        queries = {f"Q{number}": self._query(dashboard, path, each) for number, each in enumerate(asked)}
        answers = await self._grafana.ask([replace(each, ref=ref) for ref, each in queries.items()], window)
        for ref, each in zip(queries, asked, strict=True):
            if answers[ref].error:
                raise NotYet(f"{' '.join(each)}: {answers[ref].error}")
        return {each: answers[ref].series for ref, each in zip(queries, asked, strict=True)}

    def _query(self, dashboard: str, path: str, asked: Asked) -> Query:
        panel, ref = asked
        queries = self._dashboards[dashboard].panel(panel).queries
        return with_variables(next(each for each in queries if each.ref == ref), self._variables[dashboard, path])
