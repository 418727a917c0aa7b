"""The self-assessment without a database: its parts and names of fields, what typed text means, what is missing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from evalplat.definitions.fields import NUMERIC, Field, Table, Text
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.definitions.numbers import number_text, read_number
from evalplat.kernel.i18n import N_, language

CHAPTERS: tuple[tuple[str, str], ...] = (
    ("c1", N_("1. Basic facts: functions, bodies, posts, people")), ("c2", N_("2. Allocation and performance of functions")),
    ("c3", N_("3. How the internal units work")), ("c4", N_("4. Use of posts and leader posts")),
    ("c5", N_("5. Internal rules and processes")), ("c6", N_("6. Affiliated institutions")), ("c7", N_("7. What was achieved")),
    ("c8", N_("8. Problems and their causes")), ("c9", N_("9. What will be rectified, and proposals on the establishment")),
)
AFFILIATES_CHAPTER, AFFILIATES_FACT, AFFILIATES = "c6", "has_affiliates", "T5"
PARTS: dict[str, str] = {
    "texts": N_("Report"), "figures": N_("Statistical form"), "scores": N_("Self-scores"), "problems": N_("Problems found by yourselves"),
}
LIMITS = {"text": 20000, "statement": 4000, "why": 1000, "problem": 2000, "figure": 2000}
OFFICE_SIDE = ("office", "register")
REASONS = {
    "not_a_number": N_("Enter a number."), "not_a_whole_number": N_("Enter a whole number."),
    "negative": N_("A number below 0 is not possible here."), "not_yes_or_no": N_("Choose yes or no."),
    "not_an_option": N_("Choose one of the options."), "not_a_date": N_("Enter a date, for example 2026-11-24."),
    "too_long": N_("This text is too long. Shorten it."),
}
MISSING = N_("Fill this in.")
TWO_DECIMALS = N_("At most two decimals.")
OUT_OF_RANGE = N_("Enter a number from 0 to {most}.")
PROBLEM_COLUMNS = ("category", "description", "measure")


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about the draft. Level E blocks signing, W wants an explanation, F is looked at by the team."""

    part: str
    name: str
    level: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    category: str = ""
    missing: bool = False

    @property
    def key(self) -> str:
        """The name of the field that holds the explanation."""
        return f"why.{self.rule}.{self.name}"


@dataclass(frozen=True)
class Draft:
    """Everything that was typed, with what decides which of it is needed. ``office``: name → figure of the office.

    ``rows``: table → (row key, …); names are those of the inputs: ``T8.x``, ``T5.<row>.x``, ``score.A101``.
    """

    system: IndicatorSystem
    profile: str
    facts: Mapping[str, Any]
    typed: Mapping[str, str]
    office: Mapping[str, str]
    rows: Mapping[str, tuple[str, ...]]
    claims: Mapping[str, bool | None]
    files: Mapping[str, int]
    census: date
    registered: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """What stands in a field now."""
        return self.typed.get(name, "")

    def applies(self, item: Any) -> bool:
        """Whether a leaf or block counts: no fact says no, and no claim that it does not apply is open or approved."""
        here: Any = item
        while here is not None:
            if here.applies_if and self.facts.get(here.applies_if) is False:
                return False
            if here.code in self.claims and self.claims[here.code] is not False:
                return False
            here = self.system.node(here.parent) if here.parent else None
        return True

    @property
    def has_affiliates(self) -> bool:
        """Whether the unit has affiliated institutions, as far as is known or claimed."""
        items = [one for one in self.system.tree if one.applies_if == AFFILIATES_FACT]
        return self.facts.get(AFFILIATES_FACT) is not False and all(self.applies(one) for one in items)


def clean(text: str) -> str:
    """One spelling for line ends; signs that a database refuses are left out."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def plain_digits(text: str) -> str:
    """Digits as an input method for Chinese writes them (１２，３) become plain ones."""
    return unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")


def read(one: Field, text: str) -> tuple[Any, str]:
    """The value of a typed text and, if it cannot be one, the reason (a gettext id)."""
    typed = plain_digits(text) if one.type in NUMERIC else text.strip()
    try:
        if len(typed) > LIMITS["figure"]:
            raise ValueError("too_long")
        value = one.read(typed)
        if one.type == "date" and value is not None:
            _check_day(str(value))
    except ValueError as error:
        return None, REASONS.get(str(error), N_("This entry is not valid."))
    return value, ""


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_date") from None


def stored(value: Any) -> Any:
    """A value as the ledger keeps it: whole numbers as such, others exact as text, never a float."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else number_text(value, most=12)
    return value


def is_office_field(one: Field) -> bool:
    """Filled in by the office or its register: a unit sees it and may dispute it, never writes it."""
    return one.filled_by in OFFICE_SIDE


def tables_with(system: IndicatorSystem, test: Any) -> list[Table]:
    """The tables that have at least one field for which ``test`` holds, in the order of the file."""
    return [table for table in system.tables.values() if any(test(one) for one in table_fields(system, table))]


def table_fields(system: IndicatorSystem, table: Table) -> tuple[Field, ...]:
    """All fields of a table."""
    return tuple(one for one in system.fields.values() if one.table == table.id)


def unit_tables(system: IndicatorSystem) -> list[Table]:
    """The tables in which a unit fills in something."""
    return tables_with(system, lambda one: one.filled_by == "unit")


def free_rows(table: Table) -> bool:
    """Whether rows are added by whoever fills in (the others are fixed by the file)."""
    return table.has_rows and not table.rows


def row_name(draft: Draft, table: Table, row: str) -> str:
    """What tells a row apart: the file's key, or the name that was typed."""
    return row if table.rows else draft.text(f"{table.id}.{row}.{table.row_key}").strip()


def effective(draft: Draft, table: Table, one: Field, row: str = "") -> str:
    """The text that counts for a field: the office's own for its fields, whatever a unit may have sent."""
    if is_office_field(one):
        return draft.office.get(f"{table.id}.{row_name(draft, table, row)}.{one.column}" if row else one.id, "")
    return draft.text(f"{table.id}.{row}.{one.column}" if row else one.id)


def row_in_use(draft: Draft, table: Table, row: str) -> bool:
    """A fixed row that is wholly empty says that the unit has nothing of this kind; a free row always counts."""
    return free_rows(table) or any(effective(draft, table, one, row).strip() for one in table_fields(draft.system, table))


def used_rows(draft: Draft, table: Table) -> tuple[str, ...]:
    """The rows that count, in their order."""
    known = tuple(key for key, _ in table.rows) or draft.rows.get(table.id, ())
    return tuple(row for row in known if row_in_use(draft, table, row))


def needed(draft: Draft, one: Field) -> bool:
    """Whether a field must be filled in: required, and not only asked for by indicators that do not apply."""
    if not one.required:
        return False
    readers = [leaf for leaf in draft.system.leaves if one in draft.system.fields_of(leaf)]
    if one.table == AFFILIATES and not draft.has_affiliates:
        return False
    return not readers or any(draft.applies(leaf) for leaf in readers)


def rows_needed(draft: Draft, table: Table) -> bool:
    """Whether a table with rows must have at least one."""
    readers = [leaf for leaf in draft.system.leaves if table.id in {n for f in leaf.formulas for n in f.names}]
    if table.id == AFFILIATES and not draft.has_affiliates:
        return False
    return any(draft.applies(leaf) for leaf in readers)


def score_of(text: str, most: Fraction) -> tuple[Fraction | None, str]:
    """A typed self-score: a number from 0 to the full mark with two decimals; None if it is empty."""
    typed = plain_digits(text)
    if not typed:
        return None, ""
    value = read_number(typed)
    if value is None or typed.endswith("%"):
        return None, REASONS["not_a_number"]
    if value < 0 or value > most:
        return None, OUT_OF_RANGE
    return (value, "") if (value * 100).denominator == 1 else (None, TWO_DECIMALS)


def words(text: Text) -> str:
    """A text of the indicator file in the present language."""
    return text.in_language(language())


def claimable(system: IndicatorSystem) -> dict[str, str]:
    """Code of every leaf or block that may be claimed not to apply → what the file says about it."""
    found: dict[str, str] = {}
    for one in system.tree:
        if isinstance(one, Leaf) and str(one.may_not_apply):
            found[one.code] = words(one.may_not_apply)
        elif one.applies_if:
            found[one.code] = words(system.facts.get(one.applies_if, one.title))
    return found


def unit_names(draft: Draft, part: str, table: str = "") -> Iterator[str]:
    """Every input name that a unit may write in a part (one table of it, if given)."""
    if part == "texts":
        yield from (f"text.{key}" for key, _ in CHAPTERS)
    elif part == "scores":
        yield from (f"{kind}.{leaf.code}" for leaf in draft.system.leaves for kind in ("score", "statement"))
    elif part == "problems":
        yield "problems.any"
        yield from (f"problem.{row}.{column}" for row in draft.rows.get("problem", ()) for column in PROBLEM_COLUMNS)
    elif part == "figures":
        for one in unit_tables(draft.system):
            if not table or one.id == table:
                yield from table_names(draft, one)


def table_names(draft: Draft, table: Table) -> Iterator[str]:
    """The input names of a unit's cells in one table."""
    columns = [one for one in table_fields(draft.system, table) if one.filled_by == "unit"]
    if not table.has_rows:
        yield from (one.id for one in columns)
        return
    for row in tuple(key for key, _ in table.rows) or draft.rows.get(table.id, ()):
        if not table.rows:
            yield f"{table.id}.{row}.{table.row_key}"
        yield from (f"{table.id}.{row}.{one.column}" for one in columns)
