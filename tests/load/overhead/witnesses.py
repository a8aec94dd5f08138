"""Three accounts of the same CPU time: the process's own, the engine's, and cAdvisor's as Prometheus scrapes it."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families

from fixtures import deadlines
from fixtures.figures import figures
from fixtures.polling import eventually
from tests.load.overhead.contenders import Contender

_CPU = "container_cpu_usage_seconds"
_CONTAINER = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Witness:
    """CPU seconds of one container."""

    own: float
    engine: float
    cadvisor: float

    def since(self, earlier: "Witness") -> "Witness":
        """Return what was used in between."""
        return Witness(self.own - earlier.own, self.engine - earlier.engine, self.cadvisor - earlier.cadvisor)


async def witnesses(contenders: Sequence[Contender], cadvisor: httpx.AsyncClient) -> dict[str, Witness]:
    """Return each contender's accounts, by variant, once cAdvisor's are no older than the call; nobody may be at work.

    Raises:
        Unmet: cAdvisor does not have all of them in time.
    """
    wanted = {each.container.id for each in contenders}
    asked = time.time()
    seen = await eventually(
        lambda: _stamped(cadvisor),
        lambda found: all(identifier in found and found[identifier][1] >= asked for identifier in wanted),
        expected=f"{_CPU} of every variant's container, stamped later than now",
        of="cadvisor",
        within=deadlines.SCRAPED,
        hint=f"curl {cadvisor.base_url}metrics | grep {_CPU}",
    )
    engine = await asyncio.gather(*(figures(each.container.id) for each in contenders))
    return {
        each.variant.name: Witness(each.process.cpu_seconds(), told.cpu_seconds, seen[each.container.id][0])
        for each, told in zip(contenders, engine, strict=True)
    }


async def _stamped(cadvisor: httpx.AsyncClient) -> Mapping[str, tuple[float, float]]:
    """CPU seconds and the Unix time of their reading, by container."""
    answer = await cadvisor.get("/metrics")
    return read(answer.raise_for_status().text)


def read(exposition: str) -> dict[str, tuple[float, float]]:
    """Return CPU seconds and the Unix time of their reading by container id, out of cAdvisor's exposition."""
    found = {}
    for family in text_string_to_metric_families(exposition):
        if family.name != _CPU:
            continue
        for sample in family.samples:
            identifier = _CONTAINER.search(sample.labels["id"])
            if identifier and sample.labels.get("cpu") == "total" and sample.timestamp is not None:
                found[identifier[0]] = (sample.value, float(sample.timestamp))
    return found
