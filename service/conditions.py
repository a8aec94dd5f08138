"""Conditional requests (RFC 9110, section 13) on versions: the strong ETag of version 7 is ``"7"``."""

import re
from collections.abc import Sequence

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
# Blanks are taken possessively: tried in every division, a line of blanks would take minutes.
_LIST = re.compile(rf"[ \t]*+,?[ \t]*+{_TAG}(?:[ \t]*+,[ \t]*+{_TAG})*[ \t]*+,?[ \t]*+")
_VERSION = re.compile(r"[1-9][0-9]{0,17}")


class MalformedCondition(ValueError):
    """The header is neither ``*`` nor a list of entity tags."""


def etag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def wanted_versions(if_match: str | None) -> Sequence[int] | None:
    """The versions that If-Match allows; None stands for any. A weak tag matches none: the comparison is strong.

    Raises MalformedCondition.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    if not _LIST.fullmatch(if_match):
        raise MalformedCondition('must be "*" or a list of entity tags such as "1"')
    strong = [tag[1:-1] for tag in re.findall(_TAG, if_match) if not tag.startswith("W/")]
    return [int(tag) for tag in strong if _VERSION.fullmatch(tag)]


def unchanged(if_none_match: str | None, version: int) -> bool:
    """Whether If-None-Match says that the client has this version already (weak comparison); nonsense says no."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return etag(version) in (tag.removeprefix("W/") for tag in re.findall(_TAG, if_none_match))
