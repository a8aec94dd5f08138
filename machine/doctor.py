"""The doctor: looks at everything side by side within bounded time, changes nothing, and shows it as a table."""

import asyncio
import os
import platform
import shutil
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from machine import checks, docker, engine_images, images, place, reach
from machine.checks import Reach, Row
from machine.engine import Facts, find_facts
from machine.errors import MachineError
from machine.ports import usual_ports
from machine.recipes import load


async def diagnose(environment: Mapping[str, str]) -> list[Row]:
    """Every finding about this machine, in the order a run needs things; takes 30 s at the most."""
    python = Row("Python", f"{platform.python_version()} in .venv")
    ways, ports = asyncio.create_task(reach.ways(environment)), asyncio.create_task(usual_ports(environment))
    try:
        facts = await find_facts()
    except MachineError as error:
        broken = Row("Docker engine", error.what, checks.EVERYTHING, f"{error.to_do} ({error.where})", blocks=True)
        return [python, broken, *_machine_rows(), *await _port_rows(ports)]
    info = await docker.ask_info() if facts.server else {}
    mode, missing = await _missing_images(facts, environment)
    registry, mmdebstrap, mirror, go_proxy = await ways
    found = Reach(missing, registry, mmdebstrap, mirror, go_proxy)
    return [
        python,
        checks.engine_row(facts),
        *checks.plugin_rows(facts),
        *([checks.place_row(await place.elsewhere(environment, info))] if info else []),
        *checks.driver_rows(info),
        _disk_row(info, building=bool(missing)),
        *_machine_rows(),
        *(checks.image_rows(found, mode)),
        *await _port_rows(ports),
        *_mode_rows(environment),
    ]


async def _port_rows(ports: Awaitable[Mapping[str, tuple[int, str]]]) -> list[Row]:
    try:
        return list(checks.port_rows(await ports))
    except MachineError as error:  # a number that is none must not keep everything else from being told
        return [Row("ports", error.what, checks.UP, f"{error.to_do} ({error.where})")]


def _mode_rows(environment: Mapping[str, str]) -> list[Row]:
    try:
        images.mode_of(environment)
    except MachineError as error:
        return [Row(images.MODE_VARIABLE, error.what, checks.EVERYTHING, error.to_do, blocks=True)]
    return []


async def _missing_images(facts: Facts, environment: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    try:
        mode = images.mode_of(environment)
    except MachineError:
        mode = "auto"
    recipes = load()
    pinned = {name: recipe for name, recipe in recipes.images.items() if not environment.get(recipe.variable)}
    references = [reference for name in pinned for reference in (recipes.images[name].official, recipes.tag(name))]
    there = await engine_images.find(references) if facts.server else {}
    missing = (
        name for name, recipe in pinned.items() if not images.choose(mode, recipe.official, recipes.tag(name), there)
    )
    return mode, tuple(missing)


def _disk_row(info: Mapping[str, Any], *, building: bool) -> Row:
    root = str(info.get("DockerRootDir", "")) if info else "/var/lib"
    free = shutil.disk_usage(root).free if root and Path(root).is_dir() else None
    return checks.disk_row(root, free, building=building)


def _machine_rows() -> list[Row]:
    memory = psutil.virtual_memory()
    return [checks.memory_row(memory.total, memory.available), checks.cpu_row(len(os.sched_getaffinity(0)))]


def show(rows: Sequence[Row], console: Console) -> int:
    """Print the findings, a table on a terminal and plain lines elsewhere; 0 if `make pipeline` can run, else 1."""
    if console.is_terminal:
        table = Table("", "what", "found", "prevents", "to do", box=None)
        for row in rows:
            table.add_row(_mark(row), row.name, row.found, row.prevents, row.to_do)
        console.print(table)
    else:
        for row in rows:
            console.print("\n".join(_plain(row)), markup=False, soft_wrap=True)
    blocking = [row.name for row in rows if row.blocks]
    verdict = f"make pipeline cannot run: {', '.join(blocking)}" if blocking else "make pipeline can run"
    console.print(f"\n{verdict}", markup=False, soft_wrap=True)
    return 1 if blocking else 0


def _mark(row: Row) -> str:
    return "MISSING" if row.blocks else "note" if row.prevents else "ok"


def _plain(row: Row) -> list[str]:
    lines = [f"{_mark(row):8}{row.name}: {row.found}"]
    if row.prevents:
        lines += [f"          prevents: {row.prevents}", f"          to do: {row.to_do}"]
    return lines
