"""Figures to verify: what the unit reported, what the office has, what the team found. Its own figures stand beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from evalplat.campaigns import modes
from evalplat.campaigns.tables import Evaluation, Step
from evalplat.definitions.fields import NUMERIC, Field, Table
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.i18n import gettext, language
from evalplat.kernel.work import Work
from evalplat.scores import ledger, sheet

from .tables import FigureCheck

SHOWN = ("unit", "panel", "office", "register")
GENERAL = "general"
"""The address of fields that belong to no table."""

Values = dict[tuple[str, str], dict[str, Any]]
"""(field, row) → source → value."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure. ``name`` is its input's name; ``by_team`` if the team itself finds it out (or the unit refused to
    report); ``fixed`` if it is the office's own, to compare with; values as shown."""

    name: str
    field: str
    row: str
    title: str
    unit: str
    kind: str
    options: tuple[tuple[str, str], ...]
    by_team: bool
    fixed: bool
    required: bool
    reported: str | None
    office: str | None
    verified: str | None
    typed: str
    changed: bool
    reason: str
    evidence: str

    @property
    def due(self) -> bool:
        """Whether it still waits for the team."""
        return not self.fixed and self.verified is None and (self.required if self.by_team else self.reported is not None)


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A row of a table, or a whole table without rows."""

    key: str
    title: str
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """A table of figures with its progress."""

    id: str
    slug: str
    title: str
    has_rows: bool
    free_rows: bool
    blocks: tuple[FigureBlock, ...]

    @property
    def lines(self) -> tuple[FigureLine, ...]:
        """Every figure of the table."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def waiting(self) -> int:
        """How many figures still wait."""
        return sum(line.due for line in self.lines)

    @property
    def total(self) -> int:
        """How many figures there are to verify."""
        return sum(line.due or line.verified is not None for line in self.lines)

    @property
    def changed(self) -> int:
        """How many the team found different."""
        return sum(line.changed for line in self.lines)

    @property
    def reported(self) -> int:
        """How many wait that the unit reported: these can be verified in one press."""
        return sum(line.due and not line.by_team for line in self.lines)


def fields_of_team(system: IndicatorSystem) -> dict[str, tuple[Field, ...]]:
    """Table → the fields that the team verifies or finds out, in the order of the file."""
    by_unit, by_team = system.fields_filled_by("unit"), system.fields_filled_by("panel")
    order = list(system.fields)
    return {table: tuple(sorted((*by_unit.get(table, ()), *by_team.get(table, ())), key=lambda one: order.index(one.id)))
            for table in dict.fromkeys([*by_unit, *by_team])}


def fields_of(system: IndicatorSystem, evaluation: Evaluation) -> dict[str, tuple[Field, ...]]:
    """The same for one unit: what only a visit finds out is not asked where nobody is sent."""
    found = fields_of_team(system)
    if evaluation.mode != modes.LIGHT:
        return found
    light = {table: tuple(one for one in fields if one.filled_by != "panel") for table, fields in found.items()}
    return {table: fields for table, fields in light.items() if fields}


def _fields_to_show(system: IndicatorSystem, evaluation: Evaluation) -> dict[str, tuple[Field, ...]]:
    """The same tables with the office's own figures between, in the order of the file."""
    unseen = {"panel"} if evaluation.mode == modes.LIGHT else set()
    return {table: tuple(one for one in system.fields.values() if one.table == table and one.filled_by in SHOWN
                         and one.filled_by not in unseen) for table in fields_of(system, evaluation)}


def unit_refused(work: Work, evaluation: Evaluation) -> bool:
    """Whether the office recorded that the unit reports nothing, so that the team enters its figures."""
    query = select(Step.id).where(Step.evaluation_id == evaluation.id, Step.move == "refuse_assessment")
    return work.session.exec(query).first() is not None


def values_of(work: Work, evaluation: Evaluation) -> tuple[Values, dict[str, list[str]]]:
    """Every figure of the ledger by source, and the row keys of each table in their order."""
    values: Values = {}
    rows: dict[str, list[str]] = {}
    for entry in ledger.entries(work, evaluation):
        kind, _, name = entry.key.partition(":")
        if kind == "field":
            values.setdefault((name, ""), {})[entry.source] = entry.value
        elif kind == "rows":
            for row in entry.value:
                keys = rows.setdefault(name, [])
                if row["key"] not in keys:
                    keys.append(row["key"])
                for column, value in row["cells"].items():
                    values.setdefault((f"{name}.{column}", row["key"]), {})[entry.source] = value
    return values, rows


def tables_to_verify(work: Work, evaluation: Evaluation, *, extra: tuple[str, str] | None = None) -> list[TableView]:
    """Every table with figures for the team. ``extra``: (table, row) that somebody is about to add."""
    system = sheet.system_for(work, evaluation)
    values, rows = values_of(work, evaluation)
    checks = {(one.field, one.row_key): one for one in work.session.exec(
        select(FigureCheck).where(FigureCheck.evaluation_id == evaluation.id))}
    if extra and extra[1] not in rows.get(extra[0], []):
        rows.setdefault(extra[0], []).append(extra[1])
    refused = unit_refused(work, evaluation)

    def line(field: Field, row: str) -> FigureLine:
        return _line(field, row, values, checks, refused=refused)

    return [_table(system, table, fields, rows.get(table, []), line)
            for table, fields in _fields_to_show(system, evaluation).items()]


def find_table(views: Iterable[TableView], slug: str) -> TableView | None:
    """A table by the name in its address."""
    return next((one for one in views if one.slug == slug), None)


def _table(system: IndicatorSystem, table: str, fields: tuple[Field, ...], rows: list[str],
           line: Callable[[Field, str], FigureLine]) -> TableView:
    known: Table | None = system.tables.get(table)
    title = known.title.in_language(language()) if known else gettext("Other figures")
    slug = table.lower() or GENERAL
    if known is None or not known.has_rows:
        block = FigureBlock("", title, tuple(line(field, "") for field in fields))
        return TableView(table, slug, title, False, False, (block,))
    names = {key: text.in_language(language()) for key, text in known.rows}
    keys = rows or (list(names) if not rows and known.rows else [])
    keys = [key for key in names if key in keys] + [key for key in keys if key not in names]
    blocks = tuple(FigureBlock(key, names.get(key, key), tuple(line(field, key) for field in fields))
                   for key in keys)
    return TableView(table, slug, title, True, not known.rows, blocks)


def _line(field: Field, row: str, values: Values, checks: dict[tuple[str, str], FigureCheck], *, refused: bool) -> FigureLine:
    found, check = values.get((field.id, row), {}), checks.get((field.id, row))
    office = found.get("office", found.get("register"))
    fixed = field.filled_by in ("office", "register")
    by_team = field.filled_by == "panel" or (refused and not fixed)
    verified = found.get("panel")
    lang = language()
    kind = "number" if field.type in NUMERIC else field.type
    return FigureLine(
        name=f"{field.id}|{row}", field=field.id, row=row, title=field.title.in_language(lang), unit=field.unit.in_language(lang),
        kind=kind,
        options=tuple((key, text.in_language(lang)) for key, text in field.options), by_team=by_team, fixed=fixed,
        required=field.required, reported=shown(field, found.get("unit")),
        office=shown(field, office), verified=shown(field, verified), typed=_typed(verified),
        changed=bool(check and check.changed), reason=check.reason if check else "", evidence=check.evidence if check else "")


def shown(field: Field, value: Any) -> str | None:
    """A figure as people read it; None if it is missing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    options = {key: text.in_language(language()) for key, text in field.options}
    return options.get(str(value), str(value))


def _typed(value: Any) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
