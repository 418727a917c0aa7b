"""The office's figures: entered with their document, from the notice until the review is sealed; and the ledger kept true."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import ledger
from evalplat.workflow.stages import Stage, State, at_least

from . import queries
from .actions import address, as_text, write
from .rules import (
    Draft,
    effective,
    free_rows,
    is_office_field,
    read,
    row_name,
    stored,
    table_fields,
    used_rows,
)
from .rules_office import office_errors, office_missing

OPEN = (State.NOTIFIED, State.ASSESSING, State.SUBMITTED, State.ACCEPTED)


def open_office(work: Work, evaluation: Evaluation) -> None:
    """The notice is out: the establishment section may enter what is approved."""
    wait_for_office(work, evaluation)


def wait_for_office(work: Work, evaluation: Evaluation) -> None:
    """The task stands as long as a needed figure is missing."""
    if not office_missing(queries.draft_of(work, evaluation)):
        progress.done(work, evaluation, "enter_office_figures")
    elif evaluation.state in OPEN:
        progress.wait(work, evaluation, "enter_office_figures", stage=Stage.ASSESSMENT,
                      href=address(work, evaluation, "/office"), due_at=queries.due_at(work, evaluation))


def close_office(work: Work, evaluation: Evaluation) -> None:
    """The review is sealed: nothing is entered any more."""
    progress.done(work, evaluation, "enter_office_figures")


def split_name(system: IndicatorSystem, name: str) -> tuple[str, str, str]:
    """``T5.市公路中心.last_grade`` → table, row, column; the row is empty for a single figure (rows may have dots)."""
    table, _, rest = name.partition(".")
    if table in system.tables and system.tables[table].has_rows and "." in rest:
        row, _, column = rest.rpartition(".")
        return table, row, column
    return table, "", rest


def enter_office_figures(work: Work, evaluation: Evaluation, *, ref: str, fields: Mapping[str, Any] | None = None,
                         tables: Mapping[str, Any] | None = None) -> list[str]:
    """Enter approved figures with the document behind them; names of those that changed. All or nothing.

    ``tables``: table → {row name: {column: value}}. Raises ``Invalid`` by name for what is no figure.
    """
    evaluation = moves.lock(work, evaluation)
    moves.must_be(evaluation, *OPEN)
    draft = queries.draft_of(work, evaluation)
    values = {name: as_text(value).strip() for name, value in (fields or {}).items()}
    for table, rows in (tables or {}).items():
        values |= {f"{table}.{row}.{column}": as_text(value).strip() for row, cells in rows.items() for column, value in cells.items()}
    _check(draft, values, ref)
    changed = write(work, evaluation, values, side="office", ref=ref.strip())
    if changed:
        if evaluation.state in (State.NOTIFIED, State.ASSESSING):
            _prefill_rows(work, evaluation, draft, changed)
        sync_ledger(work, evaluation)
        campaign, unit = moves.codes(work, evaluation)
        record(work, "assessment.office_figures", campaign=campaign, unit=unit, ref=ref.strip(), fields=sorted(changed))
    wait_for_office(work, evaluation)
    return changed


def _prefill_rows(work: Work, evaluation: Evaluation, draft: Draft, changed: Iterable[str]) -> None:
    """What the office has registered stands in the unit's tables already; the unit may rename or remove it."""
    known = queries.row_order(work, evaluation, removed=True)
    for table, row in sorted({split_name(draft.system, name)[:2] for name in changed}):
        if not row or not free_rows(draft.system.tables[table]):
            continue
        column = draft.system.tables[table].row_key
        if row not in {draft.text(f"{table}.{key}.{column}").strip() for key in known.get(table, ())}:
            key = f"o{hashlib.sha256(row.encode()).hexdigest()[:10]}"
            write(work, evaluation, {f"row.{table}.{key}": "on", f"{table}.{key}.{column}": row})


def _check(draft: Draft, values: Mapping[str, str], ref: str) -> None:
    errors = {}
    for name, text in values.items():
        table, row, column = split_name(draft.system, name)
        one = draft.system.fields.get(f"{table}.{column}" if row else name)
        if one is None or not is_office_field(one) or one.in_rows != bool(row):
            raise NotFound
        _, reason = read(one, text)
        if reason:
            errors[name] = reason
    errors |= {name: message for name, message in office_errors(draft.system, {**draft.office, **values}).items() if name in values}
    if any(draft.office.get(name, "") != text for name, text in values.items()) and not ref.strip():
        errors["ref"] = N_("Name the document or ledger that the figures come from.")
    if errors:
        raise Invalid(errors)


def sync_ledger(work: Work, evaluation: Evaluation) -> None:
    """Make the ledger say what the office has entered, and what the unit has signed if it has."""
    draft = queries.draft_of(work, evaluation)
    signed = at_least(evaluation.state, State.SUBMITTED) and bool(queries.submissions_of(work, evaluation))
    entries = queries.latest(work, evaluation, "office")
    wanted: dict[tuple[str, str], tuple[Any, str]] = {}
    for name, entry in entries.items():
        _office_value(wanted, draft, name, entry.text, entry.ref, signed=signed)
    if signed:
        wanted |= {(key, "unit"): pair for key, pair in unit_values(draft).items()}
    _put_all(work, evaluation, wanted, ("office", "register", "unit") if signed else ("office", "register"))


def _office_value(wanted: dict[tuple[str, str], tuple[Any, str]], draft: Draft, name: str, text: str, ref: str, *, signed: bool) -> None:
    table, row, column = split_name(draft.system, name)
    one = draft.system.fields.get(f"{table}.{column}" if row else name)
    value = read(one, text)[0] if one is not None else None
    if one is None or value is None:
        return
    source = one.filled_by
    if not row:
        wanted[(f"field:{name}", source)] = (stored(value), ref)
        return
    # Rows that the unit does not have would count as further rows of the table.
    if signed and row not in names_of_rows(draft, table):
        return
    rows, refs = wanted.get((f"rows:{table}", source), ([], ""))
    cells = next((one_row["cells"] for one_row in rows if one_row["key"] == row), None)
    if cells is None:
        cells = {}
        rows.append({"key": row, "cells": cells})
    cells[column] = stored(value)
    rows.sort(key=lambda one_row: str(one_row["key"]))
    wanted[(f"rows:{table}", source)] = (rows, "、".join(sorted({*filter(None, refs.split("、")), *filter(None, [ref])})))  # zh: recorded


def names_of_rows(draft: Draft, table: str) -> tuple[str, ...]:
    """The names of a table's rows that count."""
    known = draft.system.tables[table]
    return tuple(row_name(draft, known, row) for row in used_rows(draft, known))


def unit_values(draft: Draft) -> dict[str, tuple[Any, str]]:
    """Ledger key → value and reference of every figure that the unit signs."""
    found: dict[str, tuple[Any, str]] = {}
    for table in draft.system.tables.values():
        columns = [one for one in table_fields(draft.system, table) if one.filled_by == "unit"]
        ref = f"统计表 {table.id}"  # zh: recorded
        if not table.has_rows:
            for one in columns:
                value = read(one, effective(draft, table, one))[0]
                if value is not None:
                    found[f"field:{one.id}"] = (stored(value), ref)
            continue
        rows = [{"key": row_name(draft, table, row), "cells": _cells(draft, table, columns, row)} for row in used_rows(draft, table)]
        if columns and rows:
            found[f"rows:{table.id}"] = (rows, ref)
    return found


def _cells(draft: Draft, table: Any, columns: Iterable[Any], row: str) -> dict[str, Any]:
    values = {one.column: read(one, effective(draft, table, one, row))[0] for one in columns}
    return {column: stored(value) for column, value in values.items() if value is not None}


def _put_all(work: Work, evaluation: Evaluation, wanted: Mapping[tuple[str, str], tuple[Any, str]], sources: Iterable[str]) -> None:
    for row in ledger.entries(work, evaluation):
        mine = row.source in sources and row.key.partition(":")[0] in ("field", "rows")
        if mine and (row.key, row.source) not in wanted:
            ledger.withdraw(work, evaluation, row.key, source=row.source, reason="no longer entered")
    for (key, source), (value, ref) in sorted(wanted.items()):
        ledger.put(work, evaluation, key, value, source=source, ref=ref, audited=False)
