"""The office's figures as a page shows them: single figures, grids whose rows the unit or the office has named, disputes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.fields import Table
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work

from . import queries
from .queries_view import KINDS, options_of, shown
from .rules import Draft, free_rows, is_office_field, row_name, table_fields, tables_with, words
from .rules_office import office_missing


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """A table's office columns; ``new_row``: what was typed for one more row."""

    id: str
    title: str
    free: bool
    columns: tuple[dict[str, Any], ...]
    rows: tuple[dict[str, Any], ...]
    new_row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """One figure that the office has entered: for reading and disputing."""

    name: str
    label: str
    value: str | None
    ref: str
    dispute: Any


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The page of the office's figures."""

    tables: tuple[OfficeTable, ...]
    lines: tuple[OfficeLine, ...]
    missing: int


def row_key(name: str) -> str:
    """A row's key in inputs: names have signs that ids do not."""
    return hashlib.sha256(name.encode()).hexdigest()[:10]


def row_names(draft: Draft, table: Table) -> list[str]:
    """Names of the rows that somebody has named, the unit's first."""
    if table.rows:
        return [key for key, _ in table.rows]
    names = [row_name(draft, table, row) for row in draft.rows.get(table.id, ())]
    names += [name.split(".", 1)[1].rpartition(".")[0] for name, text in sorted(draft.office.items())
              if name.startswith(f"{table.id}.") and text]
    return list(dict.fromkeys(name for name in names if name))


def office_view(work: Work, evaluation: Evaluation, typed: Mapping[str, str] | None = None) -> OfficeView:
    """What was entered; with ``typed``, what a refused form held instead."""
    draft = queries.draft_of(work, evaluation)
    tables = tuple(_table(draft, table, typed or {}) for table in tables_with(draft.system, is_office_field))
    return OfficeView(tables, tuple(_lines(work, evaluation, draft)), len(office_missing(draft)))


def _table(draft: Draft, table: Table, typed: Mapping[str, str]) -> OfficeTable:
    fields = [one for one in table_fields(draft.system, table) if is_office_field(one)]
    columns: tuple[dict[str, Any], ...] = tuple(
        {"key": one.column, "label": words(one.title), "kind": KINDS.get(one.type, "text"), "options": options_of(one),
         "unit": words(one.unit) or None} for one in fields)
    if not table.has_rows:
        single: list[dict[str, Any]] = [
            {"key": one.column, "label": words(one.title), "kind": KINDS.get(one.type, "text"), "options": options_of(one),
             "unit": words(one.unit), "name": one.id, "value": typed.get(one.id, draft.office.get(one.id, ""))} for one in fields]
        return OfficeTable(table.id, words(table.title), False, (), tuple(single), {})
    titles, rows = dict(table.rows), []
    for name in row_names(draft, table):
        key = row_key(name)
        values = {one.column: typed.get(f"{table.id}.{key}.{one.column}", draft.office.get(f"{table.id}.{name}.{one.column}", ""))
                  for one in fields}
        rows.append({"key": key, "label": words(titles[name]) if name in titles else name, "values": values})
    new = {one.column: typed.get(f"{table.id}.new.{one.column}", "") for one in fields}
    return OfficeTable(table.id, words(table.title), free_rows(table), columns, tuple(rows), new)


def _lines(work: Work, evaluation: Evaluation, draft: Draft) -> list[OfficeLine]:
    entries, newest = queries.latest(work, evaluation, "office"), {}
    for dispute in queries.disputes_of(work, evaluation):
        newest[dispute.field] = dispute
    found = []
    for table in tables_with(draft.system, is_office_field):
        for one in (one for one in table_fields(draft.system, table) if is_office_field(one)):
            for row in row_names(draft, table) if table.has_rows else [""]:
                name = f"{table.id}.{row}.{one.column}" if row else one.id
                entry = entries.get(name)
                if entry is not None and entry.text:
                    titles = dict(table.rows)
                    title = words(titles[row]) if row in titles else row
                    label = gettext(N_("{row}: {title}"), row=title, title=words(one.title)) if row else words(one.title)
                    found.append(OfficeLine(name, f"{table.id} {label}", shown(one, entry.text), entry.ref, newest.get(name)))
    return found


def posted_names(draft: Draft, typed: Mapping[str, str]) -> dict[str, str]:
    """Input names of the page → names of figures, for everything the office may enter; ``new.T5`` names one more row."""
    found: dict[str, str] = {}
    for table in tables_with(draft.system, is_office_field):
        fields = [one for one in table_fields(draft.system, table) if is_office_field(one)]
        if not table.has_rows:
            found |= {one.id: one.id for one in fields}
            continue
        for name in row_names(draft, table):
            found |= {f"{table.id}.{row_key(name)}.{one.column}": f"{table.id}.{name}.{one.column}" for one in fields}
        new = typed.get(f"new.{table.id}", "").strip()
        if new and free_rows(table):
            found |= {f"{table.id}.new.{one.column}": f"{table.id}.{new}.{one.column}" for one in fields}
    return {sent: name for sent, name in found.items() if sent in typed}
