"""One cell of the workbook as a value, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from evalplat.kernel.i18n import N_, listed

from .book_format import CLOSED, IN_USE, NO, YES, Column, Problem
from .book_reading import Line, Sheet

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_YES, _NO = {YES, "有", "TRUE", "√", "1"}, {NO, "无", "FALSE", "×", "0"}
UNKNOWN = object()
"""The cell is wrong and its problem noted: what depends on it is not judged."""


def wide(text: str) -> bool:
    """Whether letters or figures are full-width ones."""
    return any("\uff10" <= sign <= "\uff5a" and unicodedata.normalize("NFKC", sign).isalnum() for sign in text)


@dataclass
class Row:
    """A row being read: gives values by key and collects problems, and notes at cells that wait for another row."""

    sheet: Sheet
    line: Line
    columns: dict[str, Column]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def has(self, key: str) -> bool:
        """Whether the sheet has the column at all; one that it has not leaves everything as it is."""
        return key in self.sheet.places

    def wrong(self, key: str, message: str, **params: str) -> Any:
        """Note what is wrong at the cell."""
        self.problems.append(self._problem(key, message, params))
        return UNKNOWN

    def note(self, key: str, message: str, **params: str) -> None:
        """Say at the cell what must be mended elsewhere first. It counts as no fault of this row."""
        self.notes.append(self._problem(key, message, params))

    def typed(self, key: str) -> Any:
        """What stands in the cell, right or wrong; None where nothing does."""
        cell = self.line.cells.get(key)
        return None if cell is None else cell.value

    def _problem(self, key: str, message: str, params: dict[str, str]) -> Problem:
        value = self.typed(key)
        shown = value.date() if isinstance(value, datetime) and value.time() == time() else getattr(value, "text", value)
        typed = "" if shown is None else str(shown)
        return Problem(self.sheet.name, self.sheet.cell(self.line, key), self.columns[key].head, message, tuple(params.items()),
                       typed[:80])

    def raw(self, key: str) -> Any:
        """The cell's plain value; formulas and errors of a spreadsheet are refused."""
        cell = self.line.cells.get(key)
        if cell is None:
            return self.wrong(key, N_("Fill this in.")) if self.columns[key].required and self.has(key) else None
        if cell.data_type == "f":
            return self.wrong(key, N_("There is a formula. Replace it by its value."))
        if cell.data_type == "e":
            return self.wrong(key, N_("There is an error of the spreadsheet. Enter the value itself."))
        return cell.value

    def text(self, key: str) -> Any:
        """One line of text without stray spaces; empty where nothing stands."""
        value = self.raw(key)
        if value is None or value is UNKNOWN:
            return "" if value is None else UNKNOWN
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, datetime | date):
            return self.wrong(key, N_("There is a date. Enter text."))
        text = re.sub(r"[\s\u200b\ufeff]+", " ", str(value)).strip()
        if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn") for sign in text):
            return self.wrong(key, N_("There are characters that cannot be seen. Type the text again."))
        longest = self.columns[key].longest
        if longest and len(text) > longest:
            return self.wrong(key, N_("This is too long: at most {max_length} characters."), max_length=str(longest))
        return text

    def name(self, key: str, pattern: re.Pattern[str], message: str, *, lower: bool = True) -> Any:
        """A short name of letters and figures, in small letters unless the others count too."""
        text = self.text(key)
        if text is UNKNOWN or text == "":
            return text
        if wide(text):
            plain = unicodedata.normalize("NFKC", text)
            return self.wrong(key, N_("There are full-width letters or figures. Type {plain}."), plain=plain.lower() if lower else plain)
        text = text.lower() if lower else text
        return text if pattern.fullmatch(text) else self.wrong(key, message)

    def choice(self, key: str, known: dict[str, Any], default: Any) -> Any:
        """One of the words; nothing means the default."""
        text = self.text(key)
        if text is UNKNOWN:
            return UNKNOWN
        if not text:
            return default
        return known[text] if text in known else self.wrong(key, N_("Choose one of these: {offers}."), offers=listed(known))

    def yes(self, key: str) -> Any:
        """Yes or no; nothing means no (a required cell is noted before)."""
        text = self.text(key)
        if text is UNKNOWN:
            return UNKNOWN
        word = text.upper()
        if word in _YES or word in _NO or word == "":
            return word in _YES
        return self.wrong(key, N_("Choose one of these: {offers}."), offers=f"{YES}、{NO}")

    def active(self, key: str) -> Any:
        """In use unless it says otherwise."""
        return self.choice(key, {IN_USE: True, CLOSED: False}, True)

    def day(self, key: str) -> Any:
        """A date, as the spreadsheet's own or typed; None where nothing stands."""
        value = self.raw(key)
        if value is None or value is UNKNOWN:
            return value
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = str(value).strip()
        if wide(text):
            return self.wrong(key, N_("There are full-width letters or figures. Type {plain}."), plain=unicodedata.normalize("NFKC", text))
        found = _DATE.fullmatch(text)
        try:
            return date(int(found[1]), int(found[2]), int(found[3])) if found else self._no_day(key)
        except ValueError:
            return self._no_day(key)

    def _no_day(self, key: str) -> Any:
        return self.wrong(key, N_("This is no date. Enter it like 2026-12-31."))
