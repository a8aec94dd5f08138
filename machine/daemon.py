"""Starting the Docker engine that is installed here, also after a kill that left its files behind.

It is started as systemd starts it where systemd runs, else in a session of its own: it outlives the command that
needed it, and holds none of that command's pipes, locks or terminal.
"""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from machine.docker import ask_version
from machine.errors import MachineError
from machine.logs import last_lines
from machine.process import run

START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.2
# Kept, because Python complains of a child that still runs when it forgets it; this one is meant to.
STARTED: "list[subprocess.Popen[bytes]]" = []


@dataclass(frozen=True)
class Dockerd:
    """Where one engine keeps its files, and how it is called; the defaults are the machine's own engine."""

    pidfile: Path = Path("/var/run/docker.pid")
    exec_root: Path = Path("/var/run/docker")
    log: Path = Path("/var/log/dockerd.log")
    arguments: tuple[str, ...] = ()

    @property
    def pidfiles(self) -> dict[Path, str]:
        """Each pid file with the program that it must belong to."""
        return {self.pidfile: "dockerd", self.exec_root / "containerd" / "containerd.pid": "containerd"}


def systemd_runs() -> bool:
    """True when systemd is the machine's process 1."""
    return Path("/run/systemd/system").is_dir()


def program_of(pid: int, proc: Path = Path("/proc")) -> str:
    """The name of a running process; empty when there is none, or when it is dead and only waits to be collected."""
    try:
        name, _, rest = (proc / str(pid) / "stat").read_text().partition("(")[2].rpartition(")")
    except (OSError, ValueError):
        return ""
    return "" if rest.split()[:1] == ["Z"] else name


def running_pid(pidfile: Path, program: str) -> int | None:
    """The process that a pid file names, if it runs and is that program; numbers are reused after a restart."""
    try:
        pid = int(pidfile.read_text().strip())
    except (OSError, ValueError):
        return None
    return pid if program_of(pid) == program else None


def clear_stale(dockerd: Dockerd) -> list[Path]:
    """Remove what a killed engine left that would keep the next from starting; says what was removed."""
    removed: list[Path] = []
    for pidfile, program in dockerd.pidfiles.items():
        if running_pid(pidfile, program) is not None:
            continue
        sockets = pidfile.parent.glob("containerd*.sock*") if program == "containerd" else ()
        for path in [pidfile, *sockets]:
            if path.exists():
                path.unlink()
                removed.append(path)
    return removed


async def start(dockerd: Dockerd, *, answers: Callable[[], Awaitable[bool]] | None = None) -> None:
    """Start the engine and return when it answers; one that is already starting is waited for.

    Raises MachineError when it ends or does not answer in time; what was started here is then stopped again, and so
    it is when the caller is interrupted.
    """
    answers = answers or _answers
    if systemd_runs():
        await _start_with_systemd(answers)
    elif running_pid(dockerd.pidfile, "dockerd") is not None:
        await _wait_for_running(dockerd, answers)
    else:
        await _start_in_own_session(dockerd, answers)


async def _wait_for_running(dockerd: Dockerd, answers: Callable[[], Awaitable[bool]]) -> None:
    if not await _wait(answers, lambda: running_pid(dockerd.pidfile, "dockerd") is not None):
        raise _failure("a dockerd runs, but does not answer", dockerd.log, "stop it, or see why in its log")


async def _answers() -> bool:
    return (await ask_version()).exit_code == 0


async def _wait(answers: Callable[[], Awaitable[bool]], alive: Callable[[], bool]) -> bool:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        if await answers():
            return True
        if not alive():
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return False


async def _start_with_systemd(answers: Callable[[], Awaitable[bool]]) -> None:
    # A unit that failed too often is refused until it is reset.
    await run(["systemctl", "reset-failed", "docker.service", "docker.socket"], timeout=30, check=False)
    started = await run(["systemctl", "start", "docker.service"], timeout=START_SECONDS, check=False)
    if started.exit_code == 0 and await _wait(answers, lambda: True):
        return
    journal = await run(["journalctl", "-u", "docker", "-n", "12", "--no-pager", "-o", "cat"], timeout=30, check=False)
    raise MachineError(
        f"systemd could not start the Docker engine\n{started.errors}\n{journal.text}",
        where="systemctl start docker",
        to_do="see `journalctl -u docker`; often the disk is full or /etc/docker/daemon.json is wrong",
    )


async def _start_in_own_session(dockerd: Dockerd, answers: Callable[[], Awaitable[bool]]) -> None:
    clear_stale(dockerd)
    process = _spawn(dockerd)
    ready, status = False, None
    try:
        ready = await _wait(answers, lambda: process.poll() is None)
        status = process.poll()
    finally:
        if ready:
            STARTED.append(process)
        else:
            _stop(process)
    if not ready and running_pid(dockerd.pidfile, "dockerd") is not None:
        await _wait_for_running(dockerd, answers)  # another one was quicker, and ours gave way
    elif not ready:
        raise _failure(
            f"the Docker engine did not start: {_ending(status)}",
            dockerd.log,
            "see the lines above: often the disk is full, /etc/docker/daemon.json is wrong, or this container may not"
            " run an engine (it needs privileges)",
        )


def _ending(status: int | None) -> str:
    return f"no answer within {START_SECONDS:g} s" if status is None else f"it ended with status {status}"


def _spawn(dockerd: Dockerd) -> "subprocess.Popen[bytes]":
    log = os.open(dockerd.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        return subprocess.Popen(
            ["dockerd", *dockerd.arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(log)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for end in (process.terminate, process.kill):
        end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
            return


def _failure(what: str, log: Path, to_do: str) -> MachineError:
    return MachineError(f"{what}\n{last_lines(log)}", where=str(log), to_do=to_do)
