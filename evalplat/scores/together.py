"""The other units that a unit is compared with, where the indicator file compares units: as much of their figures as that needs.

Only that much, so that a result does not become another one because of something that it never reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scoring.model import Result, UnitMeasurements

from .marks import LIGHT
from .measurements import measurements
from .tables import LedgerEntry

Ledger = Callable[[Evaluation], Iterable[LedgerEntry]]
"""The measurements of an evaluation that counted at some moment."""


def others_now(work: Work, evaluation: Evaluation, system: IndicatorSystem) -> list[UnitMeasurements]:
    """Those that take part now: not in light mode, not suspended, exempt or merged. None where the file compares nobody."""
    if not system.relative:
        return []
    taking_part = [one for one in _evaluations(work, evaluation.campaign_id)
                   if one[0].id != evaluation.id and not one[0].side and one[0].mode != LIGHT]
    query = (select(LedgerEntry).where(col(LedgerEntry.evaluation_id).in_([one.id for one, _ in taking_part]),
                                       col(LedgerEntry.withdrawn_at).is_(None)).order_by(col(LedgerEntry.id)))
    rows: dict[int, list[LedgerEntry]] = {}
    for row in work.session.exec(query):
        rows.setdefault(row.evaluation_id, []).append(row)
    return [_needed(system, measurements(system, unit, rows.get(one.id or 0, []))) for one, unit in taking_part]


def others_then(work: Work, campaign: Campaign, system: IndicatorSystem, *, codes: Iterable[str], ledger: Ledger) -> list[UnitMeasurements]:
    """Those that a frozen result names, with what ``ledger`` says of them; a unit that is gone is left out."""
    wanted = set(codes)
    if not wanted:
        return []
    return [_needed(system, measurements(system, unit, ledger(one)))
            for one, unit in _evaluations(work, campaign.id or 0) if unit.code in wanted]


def alone(result: Result, code: str) -> Result:
    """The result of one unit; whom it was scored together with is said in it."""
    codes = tuple(one.unit for one in result.units if one.unit != code)
    return replace(result, units=tuple(one for one in result.units if one.unit == code), together=codes) if codes else result


def _evaluations(work: Work, campaign: int) -> list[tuple[Evaluation, Unit]]:
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign).order_by(col(Unit.code)))
    return list(work.session.exec(query))


def _needed(system: IndicatorSystem, unit: UnitMeasurements) -> UnitMeasurements:
    """The figures that are compared, and what decides whether they apply."""
    read = {name for leaf in system.leaves if leaf.rule.relative for name in leaf.names} | set(system.prepared_names)
    tables = {name.partition(".")[0] for name in read}
    return UnitMeasurements(
        unit.unit, unit.profile, unit.category, facts=unit.facts, not_applicable=unit.not_applicable,
        fields={name: value for name, value in unit.fields.items() if name in read},
        tables={name: rows for name, rows in unit.tables.items() if name in tables})
