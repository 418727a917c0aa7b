"""What a unit, the office, a panel, a survey or a register fills in: the fields and tables that an indicator file names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .numbers import read_number
from .yamltext import Mapping as MappingNode
from .yamltext import Node, Scalar, Sequence, suggestion

FIELD_TYPES = ("integer", "number", "percent", "yes_no", "choice", "text", "date")
NUMERIC = ("integer", "number", "percent")
FILLED_BY = ("unit", "office", "panel", "survey", "register")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese with an optional English form."""

    zh: str = ""
    en: str = ""

    def in_language(self, language: str = "zh") -> str:
        """The text in ``zh…`` or ``en…``; the other one if that is not written."""
        first, second = (self.en, self.zh) if language.startswith("en") else (self.zh, self.en)
        return first or second

    def __str__(self) -> str:
        return self.in_language()


@dataclass(frozen=True, slots=True)
class Field:
    """One figure. ``id`` is ``T8.duties_total``; ``table`` is the part before the dot; ``column`` the part after it.

    ``in_rows`` is true if the table has rows, so that the figure exists once a row.
    """

    id: str
    title: Text
    type: str = "number"
    unit: Text = field(default_factory=Text)
    filled_by: str = "unit"
    options: tuple[tuple[str, Text], ...] = ()
    in_rows: bool = False
    required: bool = True
    note: Text = field(default_factory=Text)
    line: int = 0

    @property
    def table(self) -> str:
        return self.id.split(".", 1)[0] if "." in self.id else ""

    @property
    def column(self) -> str:
        return self.id.split(".", 1)[1] if "." in self.id else self.id

    def read(self, text: str) -> Fraction | bool | str | None:
        """The value of a typed text: None for an empty one; ``ValueError`` (with a reason) if it does not fit the type."""
        text = text.strip()
        if not text:
            return None
        if self.type in NUMERIC:
            return self._read_number(text)
        if self.type == "yes_no":
            return _read_truth(text)
        if self.type == "choice" and text not in dict(self.options):
            raise ValueError("not_an_option")
        return text

    def _read_number(self, text: str) -> Fraction:
        number = read_number(text)
        if number is None:
            raise ValueError("not_a_number")
        return self.check(number)

    def check(self, number: Fraction) -> Fraction:
        """``number`` itself; ``ValueError`` if the type of the field does not allow it."""
        if self.type == "integer" and number.denominator != 1:
            raise ValueError("not_a_whole_number")
        if self.type == "integer" and number < 0:
            raise ValueError("negative")
        return number


@dataclass(frozen=True, slots=True)
class Table:
    """A group of fields. With ``row_key`` it has rows, told apart by that column; ``rows`` lists them if they are fixed."""

    id: str
    title: Text
    row_key: str = ""
    rows: tuple[tuple[str, Text], ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def has_rows(self) -> bool:
        return bool(self.row_key)


def _read_truth(text: str) -> bool:
    if text.lower() in ("yes", "true", "1", "y", "是"):
        return True
    if text.lower() in ("no", "false", "0", "n", "否"):
        return False
    raise ValueError("not_yes_or_no")


def read_tables(reader: Any, node: MappingNode | None) -> dict[str, Table]:
    """The ``tables`` block: id → ``{title, row_key, rows}``."""
    tables: dict[str, Table] = {}
    for key, value in node or ():
        body = reader.mapping(value, known=("title", "row_key", "rows"))
        if body is None:
            continue
        rows = _named(reader, body.get("rows"))
        tables[key.text] = Table(key.text, reader.text(body.get("title"), key), reader.word(body, "row_key"), rows)
    return tables


def read_fields(reader: Any, node: MappingNode | None, tables: Mapping[str, Table]) -> dict[str, Field]:
    """The ``fields`` block: id → ``{title, type, unit, filled_by, options, required, note}``."""
    fields: dict[str, Field] = {}
    for key, value in node or ():
        body = reader.mapping(value, known=("title", "type", "unit", "filled_by", "options", "required", "note"))
        if body is None:
            continue
        table = tables.get(key.text.split(".", 1)[0])
        if "." in key.text and table is None:
            name = key.text.split(".", 1)[0]
            reader.error("E105", 'The field "{field}" belongs to a table "{table}" that is not there.', key,
                         field=key.text, table=name, guess=suggestion(name, tables), hint="{guess}")
        fields[key.text] = Field(
            key.text,
            reader.text(body.get("title"), key),
            reader.choice(body, "type", FIELD_TYPES, "number"),
            reader.text(body.get("unit")),
            reader.choice(body, "filled_by", FILLED_BY, "unit"),
            _named(reader, body.get("options")),
            bool(table and table.has_rows),
            reader.truth(body, "required", default=True),
            reader.text(body.get("note")),
            key.where.line,
        )
    return fields


def _named(reader: Any, node: Node | None) -> tuple[tuple[str, Text], ...]:
    """``[a, b]`` or ``{a: Title, b: Title}`` as pairs of key and title."""
    if isinstance(node, MappingNode):
        return tuple((key.text, reader.text(value, key)) for key, value in node)
    if isinstance(node, Sequence):
        return tuple((item.text, Text(item.text)) for item in node if isinstance(item, Scalar))
    return ()
