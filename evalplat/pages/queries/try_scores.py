"""What other points or rules would do to the places of a campaign: everybody scored twice on a copy, nothing stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlmodel import col, select

from evalplat.access import scope
from evalplat.campaigns import drafts
from evalplat.campaigns.definitions import system_of, system_text
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.definitions.numbers import number_text
from evalplat.definitions.outline import Outline, outline_of
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.scores.measurements import measurements
from evalplat.scores.queries import grade_name
from evalplat.scores.ranks import NO_RANK, why_left_out
from evalplat.scores.rebuilt import counted_then, unit_then
from evalplat.scores.sheet import newest, options_of
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.scores.together import rows_of
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, Options, UnitMeasurements
from evalplat.scoring.ranking import quota_grades, rank

from .definition_compare import DRAFT, offers
from .definitions import opened
from .try_changes import Base
from .units import category_label

FIXED, PROVISIONAL, OTHER = "fixed", "provisional", "other"
"""Whether a unit's points today are those of its fixed result, are not fixed yet, or are not what was fixed."""
NO_TOTAL = "no_total"
REASONS = NO_RANK | {NO_TOTAL: N_("points are still missing")}


@dataclass(frozen=True, slots=True)
class Taking:
    """One unit with what was measured: at the moment of its newest fixed result, else now."""

    unit: Unit
    evaluation: Evaluation
    version: ResultVersion | None
    entries: tuple[LedgerEntry, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one unit stands by one system; ``reason`` says why it has no place."""

    total: Decimal | None
    grade: str | None
    grade_label: str
    place: int | None
    of: int
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One unit before and after."""

    code: str
    name: str
    href: str
    category: str
    category_label: str
    kind: str
    before: Standing
    after: Standing

    @property
    def places(self) -> int | None:
        """How many places it gains; less than 0 for places lost."""
        if self.before.place is None or self.after.place is None:
            return None
        return self.before.place - self.after.place

    @property
    def points(self) -> Decimal | None:
        """How many points it gains."""
        if self.before.total is None or self.after.total is None:
            return None
        return self.after.total - self.before.total

    @property
    def other_grade(self) -> bool:
        """Whether its grade changes."""
        return self.before.grade != self.after.grade

    @property
    def stays(self) -> bool:
        """Whether nothing changes for it."""
        return not self.moves and not self.points

    @property
    def moves(self) -> bool:
        """Whether its place or its grade changes, or it gets or loses one."""
        return self.before.place != self.after.place or self.other_grade

    @property
    def weight(self) -> tuple[bool, int, Decimal, str]:
        """What movements are sorted by, the greatest first."""
        return self.places is None, -abs(self.places or 0), -abs(self.points or Decimal(0)), self.code


def base_of(work: Work, campaign: Campaign, start: str = "") -> Base | None:
    """The system that the form begins with: the campaign's own, or another version or draft that ``starts`` offers; None if it is
    not offered."""
    own = system_of(work, campaign)
    text, name = system_text(work, campaign)
    system: IndicatorSystem | None = own
    if start:
        if start not in {value for value, _ in starts(work, own)}:
            return None
        text, name = _text_of(work, start)
        system = drafts.written(text, name).system
    outline = _outline(text, name)
    return Base(text, name, outline, system) if outline is not None and system is not None else None


@lru_cache(maxsize=32)
def _outline(text: str, name: str) -> Outline | None:
    return outline_of(text, name)


def starts(work: Work, own: IndicatorSystem) -> list[tuple[str, str]]:
    """Other versions and drafts of the same system that can be read: (value, title)."""
    found = []
    for value, label in offers(work, inside=True):
        if value == f"{own.id}@{own.version}":
            continue
        text, name = _text_of(work, value)
        one = drafts.written(text, name)
        if one.key == own.id and one.system is not None:
            found.append((value, label))
    return found


def _text_of(work: Work, value: str) -> tuple[str, str]:
    if value.startswith(DRAFT):
        draft = drafts.draft_named(work, value.removeprefix(DRAFT))
        return draft.text, draft.code
    key, _, version = value.partition("@")
    found = opened(work, key, version)
    return (found.text, key) if found else ("", key)


def taking_part(work: Work, campaign: Campaign) -> list[Taking]:
    """Every unit that this person may see, in a handful of queries whatever their number."""
    query: Any = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .where(Evaluation.campaign_id == campaign.id, scope.evaluations(work.actor)).order_by(*by_unit_order(work)))
    pairs = list(work.session.exec(query))
    ids = [evaluation.id or 0 for evaluation, _ in pairs]
    versions, rows = newest(work, ids), rows_of(work, ids)
    return [_taking(evaluation, unit, versions.get(evaluation.id or 0), rows.get(evaluation.id or 0, [])) for evaluation, unit in pairs]


def _taking(evaluation: Evaluation, unit: Unit, version: ResultVersion | None, rows: Iterable[LedgerEntry]) -> Taking:
    if version is None:
        return Taking(unit, evaluation, None, tuple(one for one in rows if one.withdrawn_at is None))
    return Taking(unit_then(unit, version), evaluation, version, tuple(one for one in rows if counted_then(one, version)))


def standings(system: IndicatorSystem, taking: Sequence[Taking], options: Options, *,
              own: IndicatorSystem | None = None) -> dict[str, Standing]:
    """Everybody's points, grade and place by one system, scored together once. ``own``: the system by which points were decided."""
    out = why_left_out((one.evaluation, one.unit) for one in taking)
    given = [_in_proportion(measurements(system, one.unit, one.entries), own or system, system)
             for one in taking if one.unit.code not in out or not system.compares]
    result = score(system, Measurements(given), options=options)
    aside = {unit.unit: NO_TOTAL for unit in result.units if unit.total is None and "screened" not in unit.marks} | out
    ranked = rank(result, system, left_out=aside)
    grades = quota_grades(result, system, left_out=aside)
    found = {one.unit.code: Standing(None, None, "", None, 0, out.get(one.unit.code, "")) for one in taking}
    for unit in result.units:
        place = ranked[unit.unit]
        grade = grades[unit.unit]
        found[unit.unit] = Standing(unit.total, grade, grade_name(system, grade) or "", place.rank, place.of, place.reason)
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


def moved(work: Work, campaign: Campaign, after: IndicatorSystem) -> list[Moved]:
    """Everybody before and after, who moves most first."""
    own, taking = system_of(work, campaign), taking_part(work, campaign)
    options = options_of(campaign)
    first, second = (standings(system, taking, options, own=own) for system in (own, after))
    found = [_moved(campaign, own, one, first[one.unit.code], second[one.unit.code]) for one in taking]
    return sorted(found, key=lambda one: one.weight)


def _moved(campaign: Campaign, own: IndicatorSystem, one: Taking, before: Standing, after: Standing) -> Moved:
    code = one.unit.code
    kind = PROVISIONAL if one.version is None else FIXED if one.version.total == before.total else OTHER
    return Moved(code, one.unit.short_name, f"/c/{campaign.code}/u/{code}", one.unit.category, category_label(own, one.unit.category),
                 kind, before, after)


def reason_words(reason: str) -> str:
    """Why a unit has no place."""
    return gettext(REASONS[reason]) if reason in REASONS else ""
