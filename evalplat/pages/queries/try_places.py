"""Who stands where by one system, from what was measured: read and scored once until something of it changes, kept in this process."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select

from evalplat.access import scope
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.definitions.numbers import number_text
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.scores.measurements import measurements
from evalplat.scores.ranks import why_left_out
from evalplat.scores.rebuilt import counted_then, unit_then
from evalplat.scores.sheet import newest, options_of
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.scores.together import rows_of
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, Options, UnitMeasurements
from evalplat.scoring.ranking import quota_grades, rank

NO_TOTAL = "no_total"
NO_POINTS = ("not_scored", "reweight")
"""What the policy of a missing value can be where it leaves a unit without a total."""
Given = Mapping[str, UnitMeasurements]
Kept = TypeVar("Kept")


class _Remembered(Generic[Kept]):
    """The newest few values by what they rest on."""

    def __init__(self, most: int) -> None:
        self._most, self._values, self._lock = most, OrderedDict[Hashable, Kept](), Lock()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The value kept under ``key``, else a new one."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        found = make()
        with self._lock:
            self._values[key] = found
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True)
class Fixed:
    """A unit's newest fixed result."""

    id: int
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Taking:
    """One unit of the campaign; ``fixed`` is None while its result is not."""

    unit: Unit
    evaluation: Evaluation
    fixed: Fixed | None

    @property
    def key(self) -> tuple[Hashable, ...]:
        """All of it that can change points or places."""
        unit, evaluation = self.unit, self.evaluation
        facts = json.dumps(unit.facts, sort_keys=True)
        return evaluation.id, evaluation.mode, evaluation.side, unit.code, unit.profile, unit.category, facts, self.fixed and self.fixed.id


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one unit stands by one system; ``reason`` says why it has no place, ``missing`` which indicators without figures leave
    it without a total."""

    total: Decimal | None
    grade: str | None
    place: int | None
    of: int
    reason: str
    missing: tuple[str, ...] = ()


Places = Mapping[str, Standing]
_given: _Remembered[Given] = _Remembered(6)
_places: _Remembered[Places] = _Remembered(64)


def taking_part(work: Work, campaign: Campaign) -> list[Taking]:
    """Every unit that this person may see, in two queries."""
    query: Any = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .where(Evaluation.campaign_id == campaign.id, scope.evaluations(work.actor)).order_by(*by_unit_order(work)))
    pairs = list(work.session.exec(query))
    versions = select(ResultVersion.evaluation_id, col(ResultVersion.id), col(ResultVersion.total)).where(
        col(ResultVersion.evaluation_id).in_([evaluation.id for evaluation, _ in pairs])).order_by(col(ResultVersion.version))
    fixed = {evaluation: Fixed(key or 0, total) for evaluation, key, total in work.session.exec(versions)}
    return [Taking(unit, evaluation, fixed.get(evaluation.id or 0)) for evaluation, unit in pairs]


def places(work: Work, campaign: Campaign, taking: Sequence[Taking], systems: Sequence[IndicatorSystem]) -> list[Places]:
    """Everybody's standing by each system; the first one is that by which points were decided. Two more queries, three where something
    changed since anybody asked."""
    options, own = options_of(campaign), systems[0]
    state = (*_ledger_now(work, taking), options, *(one.key for one in taking))

    def by(system: IndicatorSystem) -> Places:
        given = _given.get((*state, _reads(system)), lambda: measured(work, taking, system))
        return standings(system, taking, given, options=options, own=own)

    return [_places.get((*state, own.hash, one.hash), partial(by, one)) for one in systems]


def _ledger_now(work: Work, taking: Sequence[Taking]) -> tuple[Hashable, ...]:
    """What tells one state of the ledgers from every other: rows are added and withdrawn, never changed."""
    query = columns(func.count(col(LedgerEntry.id)), func.max(col(LedgerEntry.id)), func.max(col(LedgerEntry.put_at)),
                   func.count(col(LedgerEntry.withdrawn_at)), func.max(col(LedgerEntry.withdrawn_at))).where(
        col(LedgerEntry.evaluation_id).in_([one.evaluation.id for one in taking]))
    return str(work.session.get_bind().engine.url), *work.session.execute(query).one()


def _reads(system: IndicatorSystem) -> Hashable:
    """As much of a system as decides what ``measurements`` takes from the ledger: a trial rarely changes it."""
    return (tuple(sorted(system.facts)), tuple(sorted(system.profiles)), tuple(sorted(system.categories)),
            tuple(sorted((name, one.filled_by) for name, one in system.fields.items())))


def measured(work: Work, taking: Sequence[Taking], system: IndicatorSystem) -> Given:
    """Unit → what was measured: at the moment of its newest fixed result, else now."""
    ids = [one.evaluation.id or 0 for one in taking]
    versions, rows, found = newest(work, ids), rows_of(work, ids), {}
    for one, key in zip(taking, ids, strict=True):
        version, entries = versions.get(key), rows.get(key, [])
        if version is None:
            found[one.unit.code] = measurements(system, one.unit, (row for row in entries if row.withdrawn_at is None))
        else:
            counted = (row for row in entries if counted_then(row, version))
            found[one.unit.code] = measurements(system, unit_then(one.unit, version), counted)
    return found


def standings(system: IndicatorSystem, taking: Sequence[Taking], given: Given, *, options: Options,
              own: IndicatorSystem | None = None) -> dict[str, Standing]:
    """Everybody's points, grade and place by one system, scored together once. ``own``: the system by which points were decided.
    Where units are compared, those that take no part in ranks are not compared with, and get no points here. Pure."""
    out = why_left_out((one.evaluation, one.unit) for one in taking)
    scored = [_in_proportion(given[one.unit.code], own or system, system)
              for one in taking if one.unit.code not in out or not system.compares]
    result = score(system, Measurements(scored), options=options)
    aside = {unit.unit: NO_TOTAL for unit in result.units if unit.total is None and "screened" not in unit.marks} | out
    ranked = rank(result, system, left_out=aside)
    grades = quota_grades(result, system, left_out=aside)
    found = {one.unit.code: Standing(None, None, None, 0, out.get(one.unit.code, "")) for one in taking}
    for unit in result.units:
        place = ranked[unit.unit]
        missing = tuple(leaf.code for leaf in unit.leaves if leaf.state == "missing" and leaf.treatment in NO_POINTS)
        found[unit.unit] = Standing(unit.total, grades[unit.unit], place.rank, place.of, place.reason,
                                    missing if place.reason == NO_TOTAL else ())
    return found


def _in_proportion(given: UnitMeasurements, own: IndicatorSystem, system: IndicatorSystem) -> UnitMeasurements:
    """Points that somebody decided keep their share of the full mark, as the steps of a rule do."""
    if own is system or not given.overrides:
        return given
    found = {}
    for code, one in given.overrides.items():
        known = all(isinstance(each.items.get(code), Leaf) for each in (own, system))
        before, after = (each.points_of(each.leaf(code), given.profile) if known else Fraction(0) for each in (own, system))
        points = one.points if one.points is None or not before else number_text(Fraction(one.points) * after / before, most=2)
        found[code] = replace(one, points=points)
    return replace(given, overrides=found)
