"""Reads a page the way a checker does: ids, references, controls and their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

CONTROLS = {"input", "select", "textarea"}
EMPTY = {"input", "meta", "link", "br", "img", "hr", "rect"}


@dataclass
class Control:
    """A field and what names it."""

    tag: str
    attrs: dict[str, str | None]
    wrapped: bool


@dataclass
class Reading(HTMLParser):
    """One parsed page."""

    ids: list[str] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    controls: list[Control] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str | None]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, references, controls."""
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.references += [(name, part) for part in (found.get(name) or "").split()]
        if tag == "label" and found.get("for"):
            self.labelled.add(found["for"] or "")
        if tag in CONTROLS and found.get("type") != "hidden":
            self.controls.append(Control(tag, found, "label" in self.open))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """SVG shapes close themselves."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """Each end closes the element that was opened last."""
        if tag in EMPTY:
            return
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def nameless(self) -> list[Control]:
        """Controls that no label and no aria-label names."""
        return [c for c in self.controls if not (c.wrapped or c.attrs.get("aria-label") or c.attrs.get("id") in self.labelled)]


def read(text: str) -> Reading:
    """The page, read."""
    reading = Reading()
    reading.feed(text)
    reading.close()
    return reading
