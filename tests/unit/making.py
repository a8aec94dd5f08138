"""What a target of make would run, without running it."""

import os
import subprocess

from fixtures.settings import ROOT


def environment() -> dict[str, str]:
    """The environment without what a make above, or a person, says of this one."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE", "MAKE", "MFLAGS"))}


def dry_run(target: str) -> list[str]:
    """Return the lines of the recipes, in order, those of makes below included."""
    command = ["make", "--dry-run", "--no-print-directory", target]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()
