"""A page as its elements, each with what is around it: enough to ask whether it can be read by everyone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})


@dataclass
class Element:
    """One element: its attributes, the names of those around it, and all text inside."""

    name: str
    attributes: Mapping[str, str]
    around: Sequence["Element"] = field(repr=False)
    words: list[str] = field(default_factory=list, repr=False)

    @property
    def text(self) -> str:
        """All text inside, with single spaces."""
        return " ".join("".join(self.words).split())

    def within(self, name: str) -> bool:
        """Whether an element of a name is around this one."""
        return any(each.name == name for each in self.around)


class Document(HTMLParser):
    """All elements of a page in order; an end tag that ends nothing is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        assert [each.name for each in self._open] == [], "elements that are not ended"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that ends itself, as SVG's do."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element."""
        assert self._open[-1].name == tag, f"</{tag}> ends a <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Add text to everything around it."""
        for each in self._open:
            each.words.append(data)

    def all(self, name: str, **attributes: str) -> list[Element]:
        """Return the elements of a name with these attributes."""
        return [
            each for each in self.elements if each.name == name and attributes.items() <= dict(each.attributes).items()
        ]

    def one(self, name: str, **attributes: str) -> Element:
        """Return the only element of a name with these attributes."""
        (found,) = self.all(name, **attributes)
        return found

    def chapters(self) -> Iterator[str]:
        """Return the chapters' names in order."""
        return (each.attributes["id"] for each in self.all("section"))
