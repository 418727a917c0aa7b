"""How much ranks and grades hang on choices that could have been made otherwise: weights, normalisation, combination, and who
happened to be asked in a survey. Many draws, a stored seed, intervals that a report can print in words.

Floats: this is advice beside the result, never a score. The published total is not touched. The method is that of the OECD
handbook on composite indicators (2008), step 7: uncertainty analysis by Monte Carlo, one source at a time for what each contributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalplat.definitions.formula_values import UndefinedValue
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.definitions.numbers import read_number

from .model import Result, UnitResult
from .ranking import rank
from .rules import relative_share
from .varying import Field, Floats, field_of

DRAWS = 2000
LEVEL = 0.90
CERTAIN = 0.95
CELLS = 4_000_000
"""Draws × units that are computed together: the peak of memory hangs on it, not on the number of draws."""
SOURCES = ("weights", "survey", "combine", "normalise")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What could have been otherwise.

    ``weights``: each weight varies evenly by up to this share up and down. ``errors``: (unit, leaf) → standard error of a surveyed
    leaf in points. ``combine``: other ways to combine at the top (geometric, harmonic). ``normalise``: other relative rules (minmax,
    zscore, rank, percentile) tried on the leaves whose rule is relative. Of the ways and of the normalisations, the file's own among
    them, each draw takes one at random.
    """

    weights: float = 0.25
    errors: Mapping[tuple[str, str], float] = field(default_factory=dict)
    combine: tuple[str, ...] = ()
    normalise: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of what varies."""
        given = {"weights": self.weights, "survey": self.errors, "combine": self.combine, "normalise": self.normalise}
        return tuple(name for name in SOURCES if given[name])

    def only(self, source: str) -> Doubt:
        """The same with one source alone."""
        without = Doubt(0)
        name = "errors" if source == "survey" else source
        return replace(without, **{name: getattr(self, name)})


@dataclass(frozen=True, slots=True)
class Robustness:
    """One unit: its published ``rank``; the ranks ``best`` to ``worst`` and the totals ``low`` to ``high`` that hold in 90 % of the
    draws; how often its grade (before vetoes) stays; ``parts``: source of doubt → the share of the ranks' variance that it alone makes
    (they need not add up to 1: sources work together)."""

    unit: str
    rank: int
    best: int
    worst: int
    low: float
    high: float
    same_grade: float
    draws: int
    seed: int
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def grade_is_certain(self) -> bool:
        """True if at least 95 % of the draws give the same grade (before vetoes)."""
        return self.same_grade >= CERTAIN

    def words(self) -> tuple[str, dict[str, object]]:
        """The sentence of a report as a message and its parameters."""
        given: dict[str, object] = {"rank": self.rank, "best": self.best, "worst": self.worst, "draws": f"{self.draws:,}",
                                    "share": round(self.same_grade * 100)}
        place = ("rank {rank} in at least 90 % of {draws} draws" if self.best == self.worst == self.rank
                 else "rank {rank}; between {best} and {worst} in 90 % of {draws} draws")
        sure = "the grade is certain" if self.grade_is_certain else "the grade stays in {share} % of them"
        return f"{place}; {sure}", given


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What leaving one indicator out does to the ranks: mean shift over the units, and the unit that moves most, by how much."""

    leaf: str
    mean_shift: float
    unit: str
    shift: int


def rank_ranges(result: Result, system: IndicatorSystem, *, category: str = "", doubt: Doubt | None = None, draws: int = DRAWS,
                seed: int = 1) -> dict[str, Robustness]:
    """Unit → its robustness; only units with a rank take part, so an incomplete category gives an empty answer.

    What each source contributes is computed if there are several. Ranks are counted on totals rounded as the file ranks them.
    """
    units, places = _ranked(result, system, category)
    if not units:
        return {}
    doubt = doubt or Doubt()
    found = _with_others(field_of(units, system, errors=doubt.errors), result, system, doubt)
    draw = _Draws(system, doubt, draws, seed)
    ranks, totals, kept = _drawn(found, units, draw)
    best, worst = _middle(ranks)
    low, high = _middle(totals)
    parts = _parts(found, units, draw, ranks) if len(doubt.sources) > 1 else {}
    return {unit.unit: Robustness(unit.unit, places[unit.unit], int(best[i]), int(worst[i]), float(low[i]), float(high[i]),
                                  float(kept[i]), draws, seed, {name: float(share[i]) for name, share in parts.items()})
            for i, unit in enumerate(units)}


def leaving_out(result: Result, system: IndicatorSystem, *, category: str = "") -> list[LeftOut]:
    """Each indicator left out once, its weight shared by its neighbours; what moves the ranks most comes first."""
    units, _ = _ranked(result, system, category)
    if not units:
        return []
    found = field_of(units, system)
    once = np.ones((1, len(found.codes)))
    totals = np.vstack([one.totals(once) for one in (found, *(found.without(row) for row in range(len(system.leaves))))])
    ranks = _rank_rows(_rounded(totals, system), dense=_dense(system)).astype(np.int64)
    shifts = ranks[1:] - ranks[0]
    most = np.abs(shifts).argmax(axis=1)
    moved = [LeftOut(leaf.code, float(np.abs(row).mean()), found.units[at], int(row[at]))
             for leaf, row, at in zip(system.leaves, shifts, most, strict=True)]
    return sorted(moved, key=lambda one: (-one.mean_shift, one.leaf))


@dataclass(frozen=True, slots=True)
class _Draws:
    """The plan of one run: the same seed and number give the same draws."""

    system: IndicatorSystem
    doubt: Doubt
    number: int
    seed: int

    def batches(self, size: int, items: int) -> Iterator[tuple[slice, Floats, str, str]]:
        """(place among the draws, factors, way to combine, normalisation); draws of one way stand together."""
        dice = np.random.default_rng(self.seed)
        low, high = 1 - self.doubt.weights, 1 + self.doubt.weights
        ways = [(combine, values) for combine in ("", *self.doubt.combine) for values in ("", *self.doubt.normalise)]
        shares = dice.multinomial(self.number, [1 / len(ways)] * len(ways)) if len(ways) > 1 else [self.number]
        start = 0
        for (combine, values), count in zip(ways, shares, strict=True):
            for first in range(0, int(count), size):
                rows = min(size, int(count) - first)
                yield slice(start, start + rows), dice.uniform(low, high, (rows, items)), combine, values
                start += rows


def _ranked(result: Result, system: IndicatorSystem, category: str) -> tuple[list[UnitResult], dict[str, int]]:
    known = {unit: one.rank for unit, one in rank(result, system).items() if one.rank is not None and one.category == category}
    return [unit for unit in result.units if unit.unit in known], known


def _drawn(found: Field, units: Sequence[UnitResult], draw: _Draws) -> tuple[NDArray[np.int32], Floats, Floats]:
    """Ranks and totals (draws × units), and how often each unit's grade stays."""
    ranks = np.empty((draw.number, len(units)), dtype=np.int32)
    totals = np.empty((draw.number, len(units)))
    starts, ends = _grade_ends(units, draw.system)
    kept = np.zeros(len(units))
    noise = np.random.default_rng([draw.seed, 1]) if draw.doubt.errors else None
    for rows, factors, combine, values in draw.batches(max(1, CELLS // len(units)), len(found.codes)):
        here = found.totals(factors, noise=noise, combine=combine, values=values)
        totals[rows] = np.round(here, draw.system.score.decimals)
        rounded = totals[rows] if draw.system.score.rank_on == "rounded" else _rounded(here, draw.system)
        ranks[rows] = _rank_rows(rounded, dense=_dense(draw.system))
        kept += ((totals[rows] >= starts) & (totals[rows] < ends)).sum(axis=0)
    return ranks, totals, kept / draw.number


def _rounded(totals: Floats, system: IndicatorSystem) -> Floats:
    places = system.score.decimals if system.score.rank_on == "rounded" else 9
    return np.asarray(np.round(totals, places), dtype=np.float64)


def _dense(system: IndicatorSystem) -> bool:
    return system.score.ties == "same_rank_dense"


def _rank_rows(totals: Floats, *, dense: bool) -> NDArray[np.int32]:
    """Ranks of each row: one more than the number of greater totals, or of greater different ones."""
    order = np.argsort(-totals, axis=1)
    falling = np.take_along_axis(totals, order, axis=1)
    if dense:
        places = np.ones(totals.shape, dtype=np.int32)
        np.cumsum(falling[:, 1:] != falling[:, :-1], axis=1, out=places[:, 1:])
        places[:, 1:] += 1
    else:
        places = np.broadcast_to(np.arange(1, totals.shape[1] + 1, dtype=np.int32), totals.shape).copy()
        places[:, 1:][falling[:, 1:] == falling[:, :-1]] = 0
        np.maximum.accumulate(places, axis=1, out=places)
    ranks = np.empty_like(places)
    np.put_along_axis(ranks, order, places, axis=1)
    return ranks


def _middle(drawn: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The ends of the middle 90 % of each unit's draws, as values that occurred."""
    last = len(drawn) - 1
    ends = [round(last * (1 - LEVEL) / 2), round(last * (1 + LEVEL) / 2)]
    columns = np.partition(np.ascontiguousarray(drawn.T), ends, axis=1)
    return columns[:, ends[0]], columns[:, ends[1]]


def _grade_ends(units: Sequence[UnitResult], system: IndicatorSystem) -> tuple[Floats, Floats]:
    """Between which totals each unit keeps the grade that it has before vetoes."""
    starts = sorted(float(grade.start) for grade in system.grades if grade.start is not None)
    edges = np.array([-np.inf, *starts, np.inf])
    at = np.searchsorted(edges, [float(unit.total or 0) for unit in units], side="right")
    return edges[at - 1], edges[at]


def _parts(found: Field, units: Sequence[UnitResult], draw: _Draws, ranks: NDArray[np.int32]) -> dict[str, Floats]:
    """Source → for each unit the variance of its rank under this source alone, as a share of that under all."""
    whole = ranks.var(axis=0)
    alone = {name: _drawn(found, units, replace(draw, doubt=draw.doubt.only(name)))[0].var(axis=0) for name in draw.doubt.sources}
    return {name: np.divide(one, whole, out=np.zeros_like(whole), where=whole > 0) for name, one in alone.items()}


def _with_others(found: Field, result: Result, system: IndicatorSystem, doubt: Doubt) -> Field:
    """The field with other normalisations of the leaves whose rule is relative."""
    relative = [(row, leaf) for row, leaf in enumerate(system.leaves) if leaf.rule.relative]
    others = {}
    for name in doubt.normalise:
        tables = tuple(one.values.copy() for one in found.patterns)
        for row, leaf in relative:
            shares = _shares_by(result, leaf, name)
            for table, pattern in zip(tables, found.patterns, strict=True):
                for column, place in enumerate(pattern.where):
                    table[row, column] = shares.get(found.units[place], table[row, column] / found.ends[1]) * found.ends[1]
        others[name] = tables
    return replace(found, others=others)


def _shares_by(result: Result, leaf: Leaf, name: str) -> dict[str, float]:
    """Unit → its share by another relative rule, among the units with which the engine compares it; a rule that says nothing about
    these values leaves the file's own. The values are exact where the result comes from the engine."""
    groups: dict[str, dict[str, Fraction]] = {}
    for unit in result.units:
        one = unit.leaf(leaf.code)
        value = one.compared if one.compared is not None else read_number(one.raw)
        if value is not None and one.state == "scored":
            groups.setdefault(unit.category if leaf.rule.within == "category" else "", {})[unit.unit] = value
    shares: dict[str, float] = {}
    for group in groups.values():
        try:
            shares |= {unit: float(relative_share(replace(leaf.rule, type=name), value, list(group.values()))[0])
                       for unit, value in group.items()}
        except UndefinedValue:
            continue
    return shares
