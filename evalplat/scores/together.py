"""The other units that a unit is compared with, where the indicator file compares units: as much of their figures as that needs.

Only that much, so that a result does not become another one because of something that it never reads. A missing indicator that takes
the mean of its group needs what the others have of that indicator.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import col, func, select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import GROUP_MEAN, IndicatorSystem, Leaf
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, Options, Result, UnitMeasurements

from .marks import LIGHT
from .measurements import measurements
from .tables import LedgerEntry

Ledger = Callable[[list[LedgerEntry]], Iterable[LedgerEntry]]
"""Of all that the ledger ever held for an evaluation, what counted at some moment."""
Others = Callable[[], Iterable[UnitMeasurements]]
READ = "together"
"""Where a session keeps what it read of a campaign's ledgers."""


@dataclass
class _Book:
    """The ledgers of some evaluations as one transaction read them. Rows are added and withdrawn, never changed, so that what was
    measured follows from the unit and the numbers of its rows."""

    state: tuple[object, ...]
    rows: dict[int, list[LedgerEntry]]
    known: dict[Hashable, UnitMeasurements] = field(default_factory=dict)

    def measured(self, system: IndicatorSystem, unit: Unit, entries: Iterable[LedgerEntry]) -> UnitMeasurements:
        """``measurements``, made once."""
        counted = list(entries)
        key = (system.hash, unit.code, unit.profile, unit.category, json.dumps(unit.facts, sort_keys=True), *(one.id for one in counted))
        if key not in self.known:
            self.known[key] = measurements(system, unit, counted)
        return self.known[key]


def compared(system: IndicatorSystem, mine: UnitMeasurements, options: Options) -> frozenset[str]:
    """The indicators for which the others count: those with a rule that compares, and those whose missing points are the group's
    mean. Pure."""
    relative = {leaf.code for leaf in system.leaves if leaf.rule.relative}
    mean = {leaf.code for leaf in system.leaves if system.when_missing(leaf) == GROUP_MEAN}
    if not mean:
        return frozenset(relative)
    [unit] = score(system, Measurements([mine]), options=options).units
    return frozenset(relative | {leaf.code for leaf in unit.leaves if leaf.code in mean and leaf.state == "missing"})


def among(system: IndicatorSystem, mine: UnitMeasurements, others: Others, options: Options) -> Measurements:
    """A unit with what is needed of the others; they are asked for only if anything is."""
    codes = compared(system, mine, options)
    if not codes and not any(step.compares for step in system.prepare):
        return Measurements([mine])
    return Measurements([mine, *(_needed(system, one, codes) for one in others())])


def others_now(work: Work, evaluation: Evaluation, system: IndicatorSystem) -> list[UnitMeasurements]:
    """Those that take part now: not in light mode, not suspended, exempt or merged."""
    everybody = _evaluations(work, evaluation.campaign_id)
    book = _book(work, [one.id or 0 for one, _ in everybody])
    return [book.measured(system, unit, (row for row in book.rows.get(one.id or 0, []) if row.withdrawn_at is None))
            for one, unit in everybody if one.id != evaluation.id and not one.side and one.mode != LIGHT]


def about(given: Measurements, *, but: str) -> dict[str, dict[str, Any]]:
    """What a frozen result keeps of the others beside the ledger: class of points, category, and the facts of theirs that were read."""
    return {one.unit: {"profile": one.profile, "category": one.category,
                       "facts": {name: value for name, value in one.facts.items() if isinstance(value, bool)}}
            for one in given.units if one.unit != but}


def others_then(work: Work, campaign: Campaign, system: IndicatorSystem, *, kept: Mapping[str, Mapping[str, Any]],
                ledger: Ledger) -> list[UnitMeasurements]:
    """Those that a frozen result was scored with, as they were (``about``), with what ``ledger`` says of them; a unit that is gone is
    left out."""
    if not kept:
        return []
    everybody = _evaluations(work, campaign.id or 0)
    book = _book(work, [one.id or 0 for one, _ in everybody])
    return [book.measured(system, Unit(code=unit.code, **kept[unit.code]), ledger(book.rows.get(one.id or 0, [])))
            for one, unit in everybody if unit.code in kept]


def rows_of(work: Work, evaluations: Sequence[int]) -> dict[int, list[LedgerEntry]]:
    """Evaluation → its rows of the ledger, the oldest first, in one query; also those withdrawn since."""
    query = select(LedgerEntry).where(col(LedgerEntry.evaluation_id).in_(evaluations)).order_by(col(LedgerEntry.id))
    found: dict[int, list[LedgerEntry]] = {}
    for row in work.session.exec(query):
        found.setdefault(row.evaluation_id, []).append(row)
    return found


def _book(work: Work, evaluations: Sequence[int]) -> _Book:
    """The ledgers of all of them, read once a transaction unless something was added or withdrawn since: concluding many units that
    are compared asks for them once for each. What was taken back, also up to a savepoint, never stays."""
    now = _state(work, evaluations)
    kept: _Book | None = work.session.info.get(READ)
    if kept is None or kept.state != now:
        kept = work.session.info[READ] = _Book(now, rows_of(work, evaluations))
    return kept


def _state(work: Work, evaluations: Sequence[int]) -> tuple[object, ...]:
    """What tells one state of the ledgers from every other inside one transaction."""
    query = select(func.count(col(LedgerEntry.id)), func.max(col(LedgerEntry.id)), func.count(col(LedgerEntry.withdrawn_at)),
                   func.max(col(LedgerEntry.withdrawn_at))).where(col(LedgerEntry.evaluation_id).in_(evaluations))
    counted = work.session.exec(query).one()
    return work.session.get_transaction(), work.session.get_nested_transaction(), *evaluations, *counted


def alone(system: IndicatorSystem, given: Measurements, options: Options, code: str) -> Result:
    """The result of one unit; whom it was scored together with is said in it."""
    result = score(system, given, options=options, only=code)
    return replace(result, together=tuple(sorted(one.unit for one in given.units if one.unit != code)))


def _evaluations(work: Work, campaign: int) -> list[tuple[Evaluation, Unit]]:
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign).order_by(col(Unit.code)))
    return list(work.session.exec(query))


def _needed(system: IndicatorSystem, unit: UnitMeasurements, codes: frozenset[str]) -> UnitMeasurements:
    """What is compared, and what decides whether it applies."""
    prepared = set(system.prepared_names)
    leaves = [leaf for leaf in system.leaves if leaf.code in codes]
    read = prepared.union(*(leaf.names for leaf in leaves))
    facts = read.union(*(_conditions(system, leaf) for leaf in system.leaves if leaf.code in codes or leaf.names & prepared))
    tables, surveys = {name.partition(".")[0] for name in read}, {leaf.rule.survey for leaf in leaves}
    return UnitMeasurements(
        unit.unit, unit.profile, unit.category, facts={name: value for name, value in unit.facts.items() if name in facts},
        not_applicable=unit.not_applicable,
        fields={name: value for name, value in unit.fields.items() if name in read},
        tables={name: rows for name, rows in unit.tables.items() if name in tables},
        ratings={code: given for code, given in unit.ratings.items() if code in codes},
        lead_decisions={code: given for code, given in unit.lead_decisions.items() if code in codes},
        surveys={group: given for group, given in unit.surveys.items() if group in surveys})


def _conditions(system: IndicatorSystem, leaf: Leaf) -> set[str]:
    """The facts on which it depends whether a leaf applies: its own and those of the blocks above it."""
    found, code = set(), leaf.code
    while code:
        item = system.items[code]
        found.add(item.applies_if)
        code = item.parent
    return found
