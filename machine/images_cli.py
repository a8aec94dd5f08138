"""`python -m machine images`: has every image of the stack on the engine, and says where each came from."""

import asyncio
import json
import signal
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from machine import images
from machine.errors import MachineError
from machine.recipes import load


class ModeName(StrEnum):
    """The values of --mode."""

    auto = "auto"
    official = "official"
    built = "built"


def images_command(
    mode: Annotated[
        ModeName | None, typer.Option(help="Where images come from; default: PLUMBLINE_IMAGES, else auto.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this image; may be repeated.")] = None,
    list_only: Annotated[bool, typer.Option("--list", help="Show the pins; pull and build nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Pull or build the stack's images, whichever is needed."""
    console = Console(highlight=False)
    console.width = max(console.width, 160)  # a log has no width; references must stay whole
    if list_only:
        console.print(pins())
        return
    try:
        found = asyncio.run(until_terminated(mode, only or list(images.SERVICES)))
    except MachineError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        raise typer.Exit(143) from None
    if as_json:
        typer.echo(json.dumps([asdict(image) for image in found], indent=2))
    else:
        console.print(table(found))


async def until_terminated(mode: ModeName | None, services: list[str]) -> list[images.Image]:
    """Ensure the images; SIGTERM ends the builds as cleanly as Ctrl-C does."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await images.ensure(mode.value if mode else None, services)


def table(found: list[images.Image]) -> Table:
    """Return the result as a table for people."""
    rows = Table("service", "source", "reference", "version", "digest", box=None)
    for image in found:
        rows.add_row(
            image.service, image.source, image.reference, image.version, image.digest.removeprefix("sha256:")[:12]
        )
    return rows


def pins() -> str:
    """Return what versions.toml pins, official and built side by side."""
    recipes = load()
    return "\n".join(
        f"{name}: {recipe.official} | {recipes.tag(name)}\n    {recipe.variable}; {recipe.difference}"
        for name, recipe in recipes.images.items()
    )
