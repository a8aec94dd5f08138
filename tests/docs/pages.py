"""The documents as data: headings, links, tables, and fenced blocks with the commands in them, each with its line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from fixtures.settings import ROOT

FILES = ("README.md", *(f"docs/{each.name}" for each in sorted((ROOT / "docs").glob("*.md"))))
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, its language, and its text."""

    page: str
    line: int
    language: str
    text: str

    def __repr__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The commands of a `bash` block, each as one line: continued lines are joined, remarks are left out."""
        if self.language != "bash":
            return []
        lines = (re.sub(r"(^|\s+)# .*", "", line) for line in self.text.replace("\\\n", " ").splitlines())
        return [" ".join(line.split()) for line in lines if line.strip()]


@dataclass(frozen=True)
class Page:
    """One document."""

    name: str
    text: str

    @property
    def blocks(self) -> list[Block]:
        """Its fenced blocks, in order."""
        return [
            Block(self.name, self.text.count("\n", 0, each.start()) + 1, each["language"], each["text"])
            for each in _FENCE.finditer(self.text)
        ]

    @property
    def prose(self) -> str:
        """Its text without the fenced blocks."""
        return _FENCE.sub("", self.text)

    @property
    def anchors(self) -> set[str]:
        """The names that links can lead to, as GitHub makes them of headings."""
        return {anchor(each) for each in re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE)}

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [each["target"] for each in _LINK.finditer(self.prose)]

    def section(self, heading: str) -> str:
        """Return the text below a heading, up to the next one of the same or a higher level."""
        match = re.search(rf"^(#+) {re.escape(heading)}$", self.text, re.MULTILINE)
        if match is None:
            raise KeyError(f"{self.name} has no heading {heading!r}")
        rest = self.text[match.end() :]
        end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
        return rest[: end.start()] if end else rest


def anchor(heading: str) -> str:
    """Return the name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row of a text's tables, without heads."""
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        for line in table.splitlines()[2:]:
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("| "))]


def names(text: str, column: int = 0) -> list[str]:
    """Return what stands in code marks in a column of a text's tables."""
    return [name for row in rows(text) for name in _CODE.findall(row[column])]


@cache
def pages() -> Mapping[str, Page]:
    """Return every document by its path."""
    return {each: Page(each, (ROOT / each).read_text(encoding="utf-8")) for each in FILES}
