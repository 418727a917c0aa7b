"""How sure each rank and grade of a category is: the frozen results drawn again under other weights, within the surveys' errors and
with another mean; and what leaving one indicator out does. The same results always give the same figures, and are drawn once a process.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from threading import Lock
from typing import Any

import numpy as np
from sqlmodel import col, func, select

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scoring.model import LeafResult, Result, UnitResult, VetoDecision
from evalplat.scoring.ranking import Ranked, leaf_error, rank, total_error
from evalplat.scoring.robustness import DRAWS, Doubt, Robustness, rank_ranges
from evalplat.scoring.varying import field_of

from .ranks import survey_errors, why_left_out
from .tables import ResultVersion

SHARE = 0.25
"""By how much of itself each weight varies, up and down."""
FEW = 64
"""So many draws are enough to try one other mean beside the file's own."""
MOST_KEPT = 64
ALL, WEIGHTS, SURVEY, MEAN, PLAIN = "all", "weights", "survey", "mean", "plain"
SOURCES: dict[str, str] = {
    ALL: N_("Weights and survey errors together"), WEIGHTS: N_("Weights up or down by up to 25 %"),
    SURVEY: N_("Sampling errors of the surveys"), MEAN: N_("Geometric mean instead of the sum"),
    PLAIN: N_("Sum instead of the geometric mean"),
}


@dataclass(frozen=True, slots=True)
class Range:
    """The places that hold in 90 % of the draws when only this is in doubt."""

    source: str
    best: int
    worst: int

    @property
    def label(self) -> str:
        """What is in doubt, in words."""
        return gettext(SOURCES[self.source])

    @property
    def text(self) -> str:
        """The places in words."""
        if self.best == self.worst:
            return gettext("place {place}", place=self.best)
        return gettext("places {best} to {worst}", best=self.best, worst=self.worst)


@dataclass(frozen=True, slots=True)
class Without:
    """The place without one indicator."""

    code: str
    place: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit: its published place, its place by points alone, what holds under doubt. ``ranges``: everything together first."""

    ranked: Ranked
    place: int
    of: int
    same_grade: float
    certain: bool
    draws: int
    seed: int
    ranges: tuple[Range, ...]
    without: tuple[Without, ...]

    @property
    def whole(self) -> Range:
        """Everything together."""
        return self.ranges[0]

    @property
    def text(self) -> str:
        """``place 12 of 30 by points; between 9 and 15 in 90 % of 2,000 trials``."""
        given = {"place": self.place, "of": self.of, "best": self.whole.best, "worst": self.whole.worst, "draws": f"{self.draws:,}"}
        if self.whole.best == self.whole.worst == self.place:
            return gettext("place {place} of {of} by points, and the same in at least 90 % of {draws} trials", **given)
        return gettext("place {place} of {of} by points; between {best} and {worst} in 90 % of {draws} trials", **given)

    @property
    def grade_text(self) -> str:
        """Whether the grade holds."""
        if self.certain:
            return gettext("the grade is certain")
        return gettext("the grade stays the same in {share} % of them", share=round(self.same_grade * 100))


class _Together(Doubt):
    """Several doubts drawn as one, without drawing each alone beside it: that is done here, with its places."""

    __slots__ = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return ()


_kept: OrderedDict[tuple[object, ...], dict[str, Standing]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class _Place:
    """Whoever takes part in ranks: its newest version by its key and hash, None without one."""

    evaluation: int
    version: int | None
    hash: str


def standings(work: Work, campaign: Campaign, category: str | None = None) -> dict[str, Standing]:
    """Unit → how sure its place is, of one category or all; nothing of a category while somebody of it has no fixed result, or
    where nobody is compared. Two queries where the figures were drawn before."""
    found: dict[str, Standing] = {}
    for places in _taking_part(work, campaign, category).values():
        if len(places) > 1 and all(place.version is not None for place in places):
            found |= _known(work, campaign, places)
    return found


def standing_of(work: Work, campaign: Campaign, evaluation: Evaluation) -> Standing | None:
    """One unit's."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    return standings(work, campaign, unit.category).get(unit.code)


def _known(work: Work, campaign: Campaign, places: Sequence[_Place]) -> dict[str, Standing]:
    system = system_of(work, campaign)
    key = (campaign.id, system.hash, tuple(place.hash for place in places))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _drawn(work, campaign, system, places)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _taking_part(work: Work, campaign: Campaign, category: str | None) -> dict[str, list[_Place]]:
    """Category → those of it that take part in ranks, by code."""
    newest = (select(ResultVersion.evaluation_id, func.max(ResultVersion.version).label("version"))
              .group_by(col(ResultVersion.evaluation_id)).subquery())
    query: Any = (select(Evaluation, Unit, ResultVersion.id, ResultVersion.hash).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .outerjoin(newest, newest.c.evaluation_id == col(Evaluation.id))
                  .outerjoin(ResultVersion, (col(ResultVersion.evaluation_id) == col(Evaluation.id))
                             & (col(ResultVersion.version) == newest.c.version))
                  .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
    rows = list(work.session.exec(query if category is None else query.where(Unit.category == category)))
    out = why_left_out((evaluation, unit) for evaluation, unit, _, _ in rows)
    found: dict[str, list[_Place]] = {}
    for evaluation, unit, version, name in rows:
        if unit.code not in out:
            found.setdefault(unit.category, []).append(_Place(evaluation.id or 0, version, name or ""))
    return found


def _drawn(work: Work, campaign: Campaign, system: IndicatorSystem, places: Sequence[_Place]) -> dict[str, Standing]:
    wanted = select(ResultVersion.id, ResultVersion.canonical).where(col(ResultVersion.id).in_([place.version for place in places]))
    texts = dict(work.session.exec(wanted).all())
    errors = survey_errors(work, campaign)
    units = [frozen_unit(texts[place.version]) for place in places]
    known = {unit.unit: errors.get(place.evaluation, {}) for unit, place in zip(units, places, strict=True)}
    seed = int(hashlib.sha256("".join(place.hash for place in places).encode()).hexdigest()[:8], 16)
    return draw(units, system, errors=known, seed=seed)


def draw(units: Sequence[UnitResult], system: IndicatorSystem, *, errors: Mapping[str, Mapping[str, float]], seed: int,
         draws: int = DRAWS) -> dict[str, Standing]:
    """The same from results at hand; ``errors``: unit → survey group → standard error of its score. Pure."""
    category = units[0].category
    result = Result("", "", "", "", tuple(units))
    ranked = rank(units, system, errors={one.unit: total_error(system, one.leaves, errors.get(one.unit, {})) for one in units})
    noise = {(one.unit, leaf.code): error for one in units for leaf in one.leaves
             if (error := leaf_error(system, leaf, errors.get(one.unit, {})))}
    both = Doubt(SHARE, noise)
    tried = {ALL: _Together(SHARE, noise), WEIGHTS: both.only("weights")}
    if noise:
        tried[SURVEY] = both.only("survey")
    if system.score.combine == "geometric":
        tried[PLAIN] = Doubt(0, combine=("arithmetic",))
    else:
        tried[MEAN] = Doubt(0, combine=("geometric",))
    found = {name: rank_ranges(result, system, category=category, doubt=doubt, draws=FEW if name in (MEAN, PLAIN) else draws, seed=seed)
             for name, doubt in tried.items()}
    if len(found[ALL]) < 2:
        return {}
    shifts = _without(units, system, set(found[ALL]))
    return {unit: _standing(ranked[unit], one, {name: rows[unit] for name, rows in found.items()}, shifts[unit])
            for unit, one in found[ALL].items()}


def _standing(ranked: Ranked, whole: Robustness, by_source: Mapping[str, Robustness], without: tuple[Without, ...]) -> Standing:
    ranges = tuple(Range(name, one.best, one.worst) for name, one in by_source.items())
    return Standing(ranked, whole.rank, ranked.of, whole.same_grade, whole.grade_is_certain, whole.draws, whole.seed, ranges, without)


def _without(units: Sequence[UnitResult], system: IndicatorSystem, ranked: set[str]) -> dict[str, tuple[Without, ...]]:
    """Unit → its place without each of the three indicators that move it most; none that moves nothing."""
    listed = [one for one in units if one.unit in ranked]
    field = field_of(listed, system)
    once = np.ones((1, len(field.codes)))
    totals = np.vstack([one.totals(once) for one in (field, *(field.without(row) for row in range(len(system.leaves))))])
    totals = np.round(totals, system.score.decimals if system.score.rank_on == "rounded" else 9)
    places = 1 + (totals[:, None, :] > totals[:, :, None]).sum(axis=2)
    moved = places[1:] - places[0]
    found = {}
    for at, one in enumerate(listed):
        order = np.argsort(-np.abs(moved[:, at]), kind="stable")[:3]
        found[one.unit] = tuple(Without(system.leaves[row].code, int(places[row + 1, at])) for row in order if moved[row, at])
    return found


def frozen_unit(canonical: str) -> UnitResult:
    """As much of a unit's result as ranks and draws need, from its frozen form. Pure."""
    data = json.loads(canonical)["units"][0]
    leaves = tuple(LeafResult(
        one["code"], one["state"], _decimal(one["points"]), Decimal(one["max_points"]), Decimal(one["effective_max"]),
        Decimal(one["weight"]), one["dimension"], one["reason"], one["treatment"], one["raw"], counted=one["counted"],
        overridden=one["overridden"]) for one in data["leaves"])
    exact = None if data["total_exact"] is None else Fraction(data["total_exact"])
    return UnitResult(
        data["unit"], data["profile"], data["category"], leaves, (), Decimal(data["applicable"]), Decimal(data["earned"]),
        _decimal(data["base"]), {}, (), Decimal(data["adjustment_total"]), _decimal(data["total"]), exact, data["grade"],
        data["grade_before_veto"], tuple(VetoDecision(one["code"]) for one in data["vetoes"]), Decimal(data["coverage"]),
        tuple(data["marks"]), ())


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
