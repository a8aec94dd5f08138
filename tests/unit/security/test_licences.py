"""Licences: what is allowed passes, what is not is named, and no exception outlives its use."""

from pathlib import Path

import pytest

from machine.licences import Package, Policy, installed, locked, objections, read_policy

POLICY = Policy(frozenset({"mit", "mit license", "apache-2.0", "bsd-3-clause"}), {"odd": "MPL-2.0"})
ODD = Package("odd", "1", "MPL-2.0")


def said(licence: str) -> list[str]:
    """The objections to one package with this licence, beside the one exception."""
    return list(objections(POLICY, [ODD, Package("thing", "2.1", licence)], ["odd", "thing"]))


@pytest.mark.parametrize(
    "licence", ["MIT", "MIT License", "Apache-2.0 AND MIT", "AGPL-3.0-only OR MIT", "MIT License; BSD-3-Clause"]
)
def test_allowed_licence_passes(licence: str) -> None:
    assert said(licence) == []


@pytest.mark.parametrize(
    "licence",
    ["AGPL-3.0-only", "GNU Affero General Public License v3", "MIT AND AGPL-3.0-or-later", "MIT; GPLv3", "UNKNOWN", "",
     "AGPL-3.0-only OR GPL-3.0-only", "(MIT OR AGPL-3.0-only) AND MIT", "MIT WITH something", "MPL-2.0"],
)  # fmt: skip
def test_other_licence_is_named(licence: str) -> None:
    (line,) = said(licence)

    assert line.startswith(f"thing 2.1 states the licence {licence!r}")
    assert "to do: " in line


def test_exception_is_for_one_licence_only() -> None:
    lines = list(objections(POLICY, [Package("odd", "2", "AGPL-3.0-only")], ["odd"]))

    assert [line.partition(" ")[0] for line in lines] == ["odd", "the"]
    assert "the exception for odd is used by nothing" in lines[1]


def test_package_that_is_not_installed_is_named() -> None:
    assert any("gone is locked, but not installed" in line for line in objections(POLICY, [ODD], ["odd", "gone"]))


def test_names_are_compared_in_one_spelling(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Zope.Event==1 \\\n    --hash=sha256:00\nruamel_yaml==2 \\\n    # via a==b\n")

    assert locked(tmp_path) == {"zope-event", "ruamel-yaml"}


async def test_every_locked_package_is_judged_here() -> None:
    root = Path(__file__).parents[3]
    packages, names = await installed(), locked(root / "locks")

    assert {"pytest", "fastapi", "pip-licenses"} <= names <= {each.name for each in packages}
    assert list(objections(read_policy(), packages, names)) == []
