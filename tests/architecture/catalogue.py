"""Is every text of the interface there in Chinese, once, with the same placeholders?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
}
_PERCENT = re.compile(r"%(?:\((\w+)\))?[sd]")


@dataclass
class Text:
    """One text for people: its forms in English and where it stands."""

    forms: tuple[str, ...]
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Translation:
    """One entry of a catalogue file."""

    forms: tuple[str, ...]
    place: str


def texts_of(root: Path) -> dict[str, Text]:
    """Every text marked in the package and in the templates, by its first form."""
    found: dict[str, Text] = {}
    for path, method in _sources(root):
        for line, message, _comments, _context in extract_from_file(method, path, keywords=KEYWORDS):
            forms = (message,) if isinstance(message, str) else tuple(form for form in message if form)
            text = found.setdefault(forms[0], Text(forms))
            text.places.append(f"{path.relative_to(root).as_posix()}:{line}")
    return found


def translations_of(root: Path, *, language: str = "zh_CN") -> dict[str, list[Translation]]:
    """Every entry of every area's file, by its English id. An entry marked fuzzy is none."""
    found: dict[str, list[Translation]] = {}
    for path in sorted((root / "evalplat" / "locale" / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if not message.id or message.fuzzy:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
                place = f"{path.relative_to(root).as_posix()}:{message.lineno or 0}"
                found.setdefault(key, []).append(Translation(forms, place))
    return found


def catalogue_problems(root: Path) -> list[str]:
    """Missing, contradicting and ill-fitting translations."""
    texts, translations = texts_of(root), translations_of(root)
    missing = [
        f"{text.places[0]}: no Chinese for {key!r}"
        for key, text in texts.items()
        if not any(all(entry.forms) for entry in translations.get(key, []))
    ]
    percent = [
        f"{text.places[0]}: write {{name}}, not %(name)s, in {key!r}: that is what gettext() fills"
        for key, text in texts.items()
        if _PERCENT.search(key)
    ]
    return (
        missing
        + percent
        + [problem for key, entries in translations.items() for problem in _faults(key, entries)]
    )


def _faults(key: str, entries: list[Translation]) -> Iterator[str]:
    if len({entry.forms for entry in entries}) > 1:
        places = ", ".join(entry.place for entry in entries)
        yield f"{places}: two translations of {key!r}"
    for entry in entries:
        if any(form and placeholders(form) != placeholders(key) for form in entry.forms):
            yield f"{entry.place}: the placeholders differ from those of {key!r}"


def placeholders(text: str) -> set[str]:
    """The names that are filled in: `{name}`, `%(name)s`."""
    percent = {match.group(1) or "%" for match in _PERCENT.finditer(text)}
    try:
        braces = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        braces = {"a brace that is never closed"}
    return percent | braces


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted((root / "evalplat").rglob("*.py")):
        yield path, "python"
    for path in sorted((root / "templates").rglob("*.*")):
        yield path, "jinja2.ext:babel_extract"
