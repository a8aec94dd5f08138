"""A trial that is broken off leaves the stack as it was: every fault for real, cancelled while it lasts."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from fixtures.docker import docker, listed
from fixtures.environment import example
from fixtures.faults.database import database_of
from fixtures.faults.disks import VOLUMES
from fixtures.faults.matrix import OWN_VERBS, ROWS, STARTS, VERBS, Row
from fixtures.faults.patient import Patient

pytestmark = pytest.mark.faults
ONCE: Mapping[str, Row] = {each.fault: each for each in reversed(ROWS)}
"""One row of each fault."""


async def state(patient: Patient, service: str) -> Mapping[str, Any]:
    """All of a part that a fault changes, but for its address."""
    part = (await patient.stack.containers())[service]
    network = part.details["NetworkSettings"]["Networks"][patient.stack.network]
    limits = {name: part.host[name] for name in ("Memory", "MemorySwap", "NanoCpus")}
    return {"id": part.id, "status": part.state["Status"], "names": sorted(network["Aliases"]), **limits}


async def remains(patient: Patient) -> Mapping[str, Any]:
    """What faults bring with them: relays, files on disks, locks and functions in the database."""
    stack, places = patient.stack, [f"/{each}" for each in VOLUMES.values()]
    disks = (await docker("exec", f"{stack.project}-disks", "find", *places, "-name", ".ballast")).text
    async with database_of(stack).session(example()["DATABASE_NAME"]) as session:
        functions = await session.fetchval("SELECT count(*) FROM pg_proc WHERE proname = 'slow_write'")
        held = await session.fetchval("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'")
    relays = await listed("container", f"name={stack.project}-.*-relay")
    return {"relays": relays, "files": disks, "functions": functions, "locks": held}


@pytest.mark.parametrize("fault", [*VERBS, *OWN_VERBS])
async def test_cancelled_fault_leaves_the_part_as_it_was(patient: Patient, fault: str) -> None:
    row, entered = ONCE[fault], asyncio.Event()
    before = await state(patient, row.service), await remains(patient)

    async def suffer() -> None:
        async with row.begin(patient.stack):
            entered.set()
            await asyncio.Event().wait()

    trial = asyncio.create_task(suffer())
    waiting = asyncio.create_task(entered.wait())
    await asyncio.wait([trial, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial

    assert (await state(patient, row.service), await remains(patient)) == before
    await patient.whole(asyncio.get_running_loop().time(), STARTS)
