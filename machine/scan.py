"""`python -m machine.scan`, part of `make lint`: licences of what is installed and secrets in what is committed."""

import argparse
import asyncio
import sys
from pathlib import Path

from machine import committed, licences
from machine.errors import MachineError

ROOT = Path(__file__).parents[1]


async def scan(root: Path) -> list[str]:
    """Every objection to the packages that the tree's lock files pin and to the files that it tracks."""
    packages, names = await asyncio.gather(licences.installed(), committed.tracked(root))
    found = list(licences.objections(licences.read_policy(), packages, licences.locked(root / "locks")))
    return found + list(committed.objections(committed.scan(root, names), committed.read_innocent()))


def main() -> int:
    """Print the objections; 0 where there is none, 1 where there are some, 2 where something cannot be scanned."""
    argparse.ArgumentParser(prog="python -m machine.scan", description=__doc__).parse_args()
    try:
        found = asyncio.run(scan(ROOT))
    except MachineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for one in found:
        print(one)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
