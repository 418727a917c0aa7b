"""One value of an indicator file as a cell of a workbook and back: no digit, no space and no empty text is lost.

``~`` is nothing, ``""`` an empty text, ``{}`` and ``[]`` what holds nothing; a text that begins with a backslash is taken as it
stands behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from .problems import Where
from .workbook_sheets import Column
from .yamltext import Mapping, Node, Scalar, Sequence

MOST_ROWS, MOST_COLUMNS = 5000, 120
"""What a sheet may hold: read in no time, and far more than any system has."""
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?%?\Z")
_FORMAT = re.compile(r"0(\.(0+))?(%)?\Z")
_MARKS = ("~", '""', "{}", "[]")
_ITEM = re.compile(r"[^\s,，、\\\[\]{}~\"](?:[^,，、\\\[\]]*[^\s,，、\\\[\]])?\Z")
_SEPARATOR = re.compile(r"\s*[,，、]\s*")
DIGITS = 15


class CellFault(Exception):
    """The cell holds what cannot be taken: ``reason`` is ``number``, ``date``, ``formula`` or ``error``; ``shown`` is what it holds."""

    def __init__(self, reason: str, shown: str) -> None:
        super().__init__(reason)
        self.reason, self.shown = reason, shown


@dataclass(frozen=True, slots=True)
class Cell:
    """What is written: a text, or a number with its number format."""

    value: str | float
    format: str = ""


def scalar_cell(node: Scalar, column: Column) -> Cell:
    """The cell of a single value."""
    if node.is_null:
        return Cell("~")
    text = node.text
    if column.kind == "number" and (number := _as_number(text)):
        return number
    if column.kind == "choice" and text in column.choices:
        return Cell(column.choices[text])
    listed = column.kind in ("words", "auto") and _looks_listed(text, column)
    label = column.kind == "choice" and text in column.choices.values()
    return Cell(f"\\{text}" if listed or label or _needs_escape(text) else text)


def list_cell(node: Sequence, column: Column) -> Cell | None:
    """The cell of a list of short texts; None if it cannot stand in one cell of this column."""
    words = [item.text for item in node if isinstance(item, Scalar) and not item.is_null and _ITEM.match(item.text)]
    if column.kind not in ("words", "auto") or len(words) != len(node.items):
        return None
    if column.kind == "auto" or not words:
        return Cell(f"[{', '.join(words)}]")
    return Cell(f"{words[0]}," if len(words) == 1 else ", ".join(words))


def read_cell(value: object, number_format: str, column: Column, where: Where) -> Node | None:
    """What a cell says; None if it is empty. ``CellFault`` if it holds a formula, or what a spreadsheet made of an id."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _scalar("true" if value else "false", where)
    if isinstance(value, int | float):
        return _from_number(value, number_format, column, where)
    if isinstance(value, datetime | date | time | timedelta):
        raise CellFault("date", str(value).removesuffix(" 00:00:00"))
    return _from_text(str(value), column, where)


def _from_number(value: float, number_format: str, column: Column, where: Where) -> Node:
    text = number_text(value, number_format)
    if column.kind == "id" and not float(value).is_integer():
        raise CellFault("number", text)
    return _scalar(text, where)


def _from_text(raw: str, column: Column, where: Where) -> Node | None:
    if raw.startswith("\\"):
        return _scalar(raw[1:], where)
    text = raw.strip()
    if not text:
        return None
    if text == "~":
        return Scalar("~", where)
    if text == '""':
        return _scalar("", where)
    if text == "{}":
        return Mapping((), where)
    if text == "[]":
        return Sequence((), where)
    if column.kind in ("words", "auto") and _looks_listed(text, column):
        return Sequence(tuple(_scalar(one, where) for one in _items(text)), where)
    codes = {label: code for code, label in column.choices.items()}
    return _scalar(codes.get(text, text), where)


def number_text(value: float, number_format: str = "") -> str:
    """The digits of a number, with the decimals and the per-cent sign that its format shows."""
    found = _FORMAT.match(number_format)
    percent = "%" if number_format.rstrip().endswith("%") else ""
    number = Decimal(format(value, f".{DIGITS}g"))
    text = f"{(number * 100 if percent else number):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    least = len(found[2] or "") if found else 0
    whole, _, decimals = text.partition(".")
    return (f"{whole}.{decimals.ljust(least, '0')}" if decimals or least else whole) + percent


def _as_number(text: str) -> Cell | None:
    if not _NUMBER.match(text) or sum(sign.isdigit() for sign in text) > DIGITS:
        return None
    digits = text.removesuffix("%")
    percent = digits != text
    decimals = len(digits.partition(".")[2])
    number = Decimal(digits) / 100 if percent else Decimal(digits)
    shown = ("0." + "0" * decimals if decimals else "0") + ("%" if percent else "")
    plain = "" if not percent and not (decimals and digits.endswith("0")) else shown
    value = float(number)
    return Cell(value, plain) if number_text(value, plain) == text else None


def _looks_listed(text: str, column: Column) -> bool:
    if text.startswith("[") and text.endswith("]"):
        return True
    return column.kind == "words" and bool(re.search("[,，、]", text))


def _items(text: str) -> list[str]:
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return [one for one in _SEPARATOR.split(inner.strip()) if one]


def _needs_escape(text: str) -> bool:
    return text in _MARKS or text == "" or text.startswith("\\") or text != text.strip()


def _scalar(text: str, where: Where) -> Scalar:
    return Scalar(text, where, plain=False)
