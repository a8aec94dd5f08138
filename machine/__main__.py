"""`python -m machine`: what a run needs of the machine, made ready, or explained where it is missing."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from typing import TypeVar

import typer
from rich.console import Console

from machine import images
from machine.doctor import diagnose, show
from machine.engine import ensure_engine
from machine.errors import MachineError
from machine.images_cli import images_command, table
from machine.process import until_terminated
from machine.progress import Steps

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.callback()(lambda: None)
app.command("images")(images_command)

T = TypeVar("T")


@app.command()
def ready() -> None:
    """Have the engine running and every image on it: what `make pipeline` does before the tests."""
    _run(_ready())


@app.command()
def engine() -> None:
    """Have a Docker engine that answers: the one there is, else the installed one started, else Debian's installed."""
    _run(_engine())


@app.command()
def doctor() -> None:
    """Say what this machine has and lacks, what that prevents and how to get it; exit 0 if `make pipeline` can run."""
    rows = _run(diagnose(os.environ))
    raise typer.Exit(show(rows, Console(highlight=False)))


async def _ready() -> None:
    with Steps() as steps:
        server = await ensure_engine(steps)
        steps.say(f"Docker engine {server.version}")
        found = await images.ensure(steps=steps)
    Console(highlight=False, soft_wrap=True).print(table(found))


async def _engine() -> None:
    with Steps() as steps:
        server = await ensure_engine(steps)
        steps.say(f"Docker engine {server.version}")


def _run(work: Coroutine[object, object, T]) -> T:
    """Run to the end; a MachineError is one message and exit code 1, SIGTERM cleans up as Ctrl-C does."""
    try:
        return asyncio.run(until_terminated(work))
    except MachineError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        raise typer.Exit(143) from None


if __name__ == "__main__":
    app()
