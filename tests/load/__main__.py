"""Command line of the generator: `python -m tests.load run --url URL --rate 100 --duration 20`.

Exit codes: 0 every threshold is met, 1 one is missed, 2 wrong usage or an unreachable target, 3 the generator was the
bottleneck, so the figures are not the target's. Ctrl-C ends a run early: what was measured is shown and written.
"""

import asyncio
import signal
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from pydantic import ValidationError

from tests.load.display import Display
from tests.load.errors import LoadError, ScenarioError
from tests.load.generator import run
from tests.load.outcome import Outcome
from tests.load.result import Result
from tests.load.scenario import Profile, Scenario, scenarios
from tests.load.schedule import Kind, Stage
from tests.load.threshold import Threshold

_WRONG = 2
_OPTIONS = {"seconds": "--duration", "in_flight": "--in-flight"}
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
SOUND = (
    Threshold("errors", "requests", "every request is answered, and not with an error", at_most=0),
    Threshold("dropped", "requests", "the target keeps up with the schedule", at_most=0),
)
"""What holds for a run that is no scenario."""


@app.callback()
def load() -> None:
    """Load that follows the clock, whatever becomes of the requests."""


@app.command("run")
def run_command(
    url: Annotated[str, typer.Option(help="http://HOST:PORT of a Configuration Service, or any URL to fetch.")],
    rate: Annotated[float | None, typer.Option(help="Requests a second, in place of a scenario's stages.")] = None,
    duration: Annotated[float | None, typer.Option(help="Seconds, with --rate.")] = None,
    scenario: Annotated[str | None, typer.Option(help="A scenario of scenarios.yml; without one the URL.")] = None,
    profile: Annotated[Profile, typer.Option(help="Which durations of the scenario.")] = "short",
    arrivals: Annotated[Kind | None, typer.Option(help="Evenly spaced, or independent of each other.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of Poisson arrivals: the same seed, the same times.")] = None,
    in_flight: Annotated[int | None, typer.Option(help="More than so many requests at once are dropped.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds that each request may take.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write verdict, row and whole result here.")] = None,
) -> None:
    """Send requests on a schedule and say how they fared."""
    try:
        wanted = _scenario(scenario, profile, rate, duration)
        given: dict[str, Any] = {"arrivals": arrivals, "seed": seed, "in_flight": in_flight, "timeout": timeout}
        wanted = replace(wanted, **{name: value for name, value in given.items() if value is not None})
        _writable(json_file)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            outcome = Outcome(wanted, runner.run(_until_told(url, wanted)))
    except ValidationError as error:
        raise _wrong(_in_words(error)) from None
    except LoadError as error:
        raise _wrong(str(error)) from None
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGINT) from None
    outcome.show()
    if json_file:
        outcome.write(json_file)
    raise typer.Exit(outcome.code)


def _wrong(message: str) -> typer.Exit:
    typer.echo(f"error: {message}", err=True)
    return typer.Exit(_WRONG)


def _scenario(name: str | None, profile: Profile, rate: float | None, seconds: float | None) -> Scenario:
    if (rate is None) != (seconds is None):
        raise ScenarioError("--rate and --duration belong together: give both or neither")
    stages = [Stage(seconds=seconds, rate=rate)] if rate is not None and seconds is not None else None
    if name is None:
        if stages is None:
            raise ScenarioError("nothing to do: give --rate and --duration, or --scenario")
        return Scenario("url", "the target keeps up", stages, {}, thresholds=SOUND)
    known = scenarios(profile)
    if name not in known:
        raise ScenarioError(f"--scenario: there is none named {name!r}, choose from {', '.join(known)}")
    return replace(known[name], stages=stages) if stages else known[name]


def _in_words(error: ValidationError) -> str:
    """The first thing that is wrong, at the option that said it."""
    first: Any = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    message = first["msg"].removeprefix("Value error, ")
    return f"{_OPTIONS.get(name, f'--{name}')}: {message}, not {first['input']}" if name else message


def _writable(file: Path | None) -> None:
    if file and (file.is_dir() or not file.resolve().parent.is_dir()):
        raise LoadError(f"--json: {file} cannot be written: give a file in a directory that exists")


async def _until_told(url: str, scenario: Scenario) -> Result:
    """Run until the schedule ends or a signal comes; a second signal ends it without waiting for answers."""
    stop, loop, task = asyncio.Event(), asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # this is a coroutine

    def told() -> None:
        if stop.is_set():
            task.cancel()
        stop.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told)
    with Display(scenario) as display:
        return await run(url, scenario, watch=display.show, stop=stop)


if __name__ == "__main__":
    app()
