"""Verifying figures: as reported, or changed with a reason and evidence. The unit's own figure stays beside the team's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import progress
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.fields import Field
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import ledger, sheet

from . import actions_gate as gate
from . import queries_figures
from .queries_figures import Values
from .tables import FigureCheck

MESSAGES = {
    "not_a_number": N_("Enter a number."), "not_a_whole_number": N_("Enter a whole number."),
    "negative": N_("This cannot be less than 0."), "not_yes_or_no": N_("Choose yes or no."),
    "not_an_option": N_("Choose one of the options."),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the team typed for one figure."""

    text: str
    reason: str = ""
    evidence: str = ""


def verify_figures(work: Work, evaluation: Evaluation, table: str, given: Mapping[tuple[str, str], Checked]) -> int:
    """Put the team's figures of one table: (field, row) → what was typed. An empty text leaves the figure alone.

    A figure that differs from the unit's needs a reason and evidence. Nothing is put if one entry is refused.
    """
    locked = gate.open_now(work, evaluation)
    gate.checker(work, locked)
    fields = {one.id: one for one in _fields(work, locked, table)}
    values, _ = queries_figures.values_of(work, locked)
    errors: dict[str, str] = {}
    read: dict[tuple[str, str], tuple[Any, bool]] = {}
    for (name, row), typed in given.items():
        if not typed.text.strip() or name not in fields:
            continue
        _check(fields[name], row, typed, values, read=read, errors=errors)
    if errors:
        raise Invalid(errors)
    known = _noted(work, locked)
    for key, (value, changed) in read.items():
        _note(work, locked, *key, changed=changed, typed=given[key], known=known)
        if changed:
            _audit(work, locked, key[0] if not key[1] else f"{key[0]}[{key[1]}]", str(value))
    _put(work, locked, table, {key: value for key, (value, _) in read.items()}, values)
    close_if_done(work, locked)
    return len(read)


def _check(field: Field, row: str, typed: Checked, values: Values, *, read: dict[tuple[str, str], tuple[Any, bool]],
           errors: dict[str, str]) -> None:
    name = f"{field.id}|{row}"
    try:
        value = _stored(field, typed.text)
    except ValueError as problem:
        errors[name] = MESSAGES.get(str(problem), N_("This entry is not valid."))
        return
    found = values.get((field.id, row), {})
    if "unit" in found and _same(field, found["unit"], value):
        read[field.id, row] = (found["unit"], False)
        return
    changed = found.get("unit") is not None
    if changed and not (typed.reason.strip() and typed.evidence.strip()):
        errors[name] = N_("This differs from what the department reported: give the reason and the evidence.")
    elif not typed.evidence.strip():
        errors[name] = N_("Name the evidence for this figure.")
    read[field.id, row] = (value, changed)


def _stored(field: Field, text: str) -> Any:
    """How a typed figure stands in the ledger: whole numbers, truth values, or exact text."""
    value = field.read(text)
    if field.type == "integer":
        return int(value)  # type: ignore[arg-type]  # read() gave a Fraction with denominator 1
    return value if isinstance(value, bool) else text.strip()


def _same(field: Field, reported: Any, value: Any) -> bool:
    try:
        return field.read(str(reported)) == field.read(str(value))
    except ValueError:
        return False


def verify_as_reported(work: Work, evaluation: Evaluation, table: str) -> int:
    """Verify every figure of a table that the unit reported and that still waits; how many."""
    _fields(work, evaluation, table)
    return _verify_as_reported(work, evaluation, [table])


def verify_all_as_reported(work: Work, evaluation: Evaluation) -> int:
    """The same for every table; how many figures."""
    return _verify_as_reported(work, evaluation, list(queries_figures.fields_of(sheet.system_for(work, evaluation), evaluation)))


def _verify_as_reported(work: Work, evaluation: Evaluation, tables: list[str]) -> int:
    locked = gate.open_now(work, evaluation)
    gate.checker(work, locked)
    values, _ = queries_figures.values_of(work, locked)
    known, count = _noted(work, locked), 0
    for table in tables:
        fields = {one.id for one in _fields(work, locked, table) if one.filled_by == "unit"}
        waiting = {key: found["unit"] for key, found in values.items()
                   if key[0] in fields and found.get("unit") is not None and found.get("panel") is None}
        for name, row in waiting:
            _note(work, locked, name, row, changed=False, typed=Checked(""), known=known)
        if waiting:
            _put(work, locked, table, waiting, values)
            _audit(work, locked, table, f"as reported: {len(waiting)}")
        count += len(waiting)
    close_if_done(work, locked)
    return count


def _fields(work: Work, evaluation: Evaluation, table: str) -> tuple[Field, ...]:
    known = queries_figures.fields_of(sheet.system_for(work, evaluation), evaluation)
    if table not in known:
        raise NotFound
    return known[table]


def _put(work: Work, evaluation: Evaluation, table: str, new: Mapping[tuple[str, str], Any], values: Values) -> None:
    """Rows go in whole: what was verified before stays, what is new joins it."""
    ref = f"核实底稿 {table}".strip()  # zh: recorded
    plain = {name: value for (name, row), value in new.items() if not row}
    for name, value in plain.items():
        ledger.put(work, evaluation, f"field:{name}", value, source="panel", ref=ref, audited=False)
    if len(plain) == len(new):
        return
    cells: dict[str, dict[str, Any]] = {}
    before = {key: found["panel"] for key, found in values.items()
              if key[0].startswith(f"{table}.") and key[1] and "panel" in found}
    for (name, row), value in {**before, **new}.items():
        cells.setdefault(row, {})[name.partition(".")[2]] = value
    rows = [{"key": key, "cells": dict(sorted(found.items()))} for key, found in cells.items()]
    ledger.put(work, evaluation, f"rows:{table}", rows, source="panel", ref=ref, audited=False)


def _note(work: Work, evaluation: Evaluation, field: str, row: str, *, changed: bool, typed: Checked,
          known: Mapping[tuple[str, str], FigureCheck]) -> None:
    check = known.get((field, row)) or FigureCheck(
        office_id=work.office_id, evaluation_id=evaluation.id or 0, field=field, row_key=row, at=work.now)
    check.changed, check.reason, check.evidence = changed, typed.reason.strip(), typed.evidence.strip()
    check.by_user_id, check.at = work.actor.user_id, work.now
    work.session.add(check)


def _noted(work: Work, evaluation: Evaluation) -> dict[tuple[str, str], FigureCheck]:
    rows = work.session.exec(select(FigureCheck).where(FigureCheck.evaluation_id == evaluation.id))
    return {(one.field, one.row_key): one for one in rows}


def _audit(work: Work, evaluation: Evaluation, field: str, value: str) -> None:
    campaign, unit = codes(work, evaluation)
    record(work, "review.figure_verified", campaign=campaign, unit=unit, field=field, value=value)


def close_if_done(work: Work, evaluation: Evaluation) -> None:
    """When no figure waits any more, the task is done."""
    work.session.flush()
    if not any(table.waiting for table in queries_figures.tables_to_verify(work, evaluation)):
        progress.done(work, evaluation, "verify_figures")
