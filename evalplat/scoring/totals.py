"""The totals of many units at once, exact and without explanations: always what ``score`` says, in a fraction of the time.

Leaves × units in whole numbers. What has no form there goes through the functions of ``score``: an indicator with such a rule
unit by unit, a unit with something decided about it alone, a system whose blocks need roots or logarithms as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from evalplat.definitions.indicators import IndicatorSystem, Leaf, Node
from evalplat.definitions.numbers import number_text, to_decimal
from evalplat.definitions.problems import Problem

from .adjust import Adjusted, adjust
from .assessed import Assessed
from .blocks import MISSING, NOT_APPLICABLE, SCORED, Blocks, NodeTotals, Ratio, Rolled, roll_up
from .columns import LARGEST, Bools, Columns, Ints
from .engine import compare, score
from .inputs import Inputs, read_inputs
from .leaves import assess
from .model import Measurements, NodeResult, Options, UnitResult, fixed_point
from .rollup import FREE_PLACES, leaf_places
from .shares import Found, Guard, Uncovered, found_for, over_one, rubrics

STATES = ("scored", "missing", "not_applicable")


@dataclass
class Totals:
    """Units in the order of the columns. Points, base and total are whole numbers of the last decimal (hundredths, if there are two).

    ``states`` (places in ``STATES``) and ``points`` are leaves × units; a number counts where its mask beside it is true. ``grade`` is
    the place of the grade in the file, −1 for none. ``scored`` holds the results of units that went through ``score``.
    """

    system: IndicatorSystem
    columns: Columns
    states: Ints
    points: Ints
    pointed: Bools
    base: Ints
    based: Bools
    total: Ints
    totalled: Bools
    grade: Ints
    rolled: Rolled | None
    exact: Ratio | None
    adjusted: dict[int, Adjusted] = field(default_factory=dict)
    scored: dict[int, UnitResult] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        return self.columns.units


def totals(system: IndicatorSystem, columns: Columns, *, options: Options | None = None) -> Totals:
    """Points of the leaves, blocks, base, total and grade of every unit."""
    options = options or Options()
    guard = Guard(columns.odd.copy())
    try:
        found = _rolled(system, columns, options, guard)
    except Uncovered:
        return _as_scored(_empty(system, columns), range(len(columns.units)), options)
    alone = np.flatnonzero(guard.lost)
    if len(alone) and _related(system):
        return _as_scored(_empty(system, columns), range(len(columns.units)), options)
    return _as_scored(found, alone.tolist(), options)


def _related(system: IndicatorSystem) -> bool:
    """Whether the points of a unit hang on other units."""
    return any(leaf.rule.relative for leaf in system.leaves)


def _rolled(system: IndicatorSystem, columns: Columns, options: Options, guard: Guard) -> Totals:
    leaves, units = system.leaves, len(columns.units)
    if system.prepare or len(set(columns.units)) != units or not leaves or not units:
        raise Uncovered("raw figures are prepared, or nothing is there")
    full, full_below = _full_marks(system, columns)
    states = np.zeros((len(leaves), units), dtype=np.int8)
    founds: list[Found] = []
    marks = {name: np.zeros(units, dtype=np.bool_) for name in ("sample_short", "rating_spread", "sources_differ")}
    read: list[Inputs] = []
    items, rated = {item.code: item for item in system.tree}, rubrics(system, columns, guard)
    for at, leaf in enumerate(leaves):
        applies = _application(items, leaf, columns)
        try:
            found = rated.get(leaf.code) or found_for(system, leaf, columns, guard)
        except Uncovered:
            found = _one_by_one(system, leaf, columns, guard, read)
        founds.append(found)
        states[at] = _states(system, leaf, found, applies, guard=guard, marks=marks)
    points, below = _points(system, founds, states, full=full, full_below=full_below, guard=guard)
    points[:, guard.lost] = 0
    counted = np.array([leaf.code not in options.shown_only for leaf in leaves])
    rolled = roll_up(blocks := Blocks(system, guard, states, points, below, full, full_below, counted))
    if any(blocks.treatment(leaf) == "group_mean" and blocks.missing[at].any() for at, leaf in enumerate(leaves)):
        raise Uncovered("the mean of a group")
    rolled.marks.update(marks)
    return _finished(system, columns, blocks, rolled)


def _full_marks(system: IndicatorSystem, columns: Columns) -> tuple[Ints, int]:
    """Leaves × units (× 1 if all units have the same)."""
    profiles = list(dict.fromkeys(columns.profiles)) if system.score.method == "points" and system.profiles else [""]
    marks = [system.points_of(leaf, name) if system.score.method == "points" else system.score.most
             for leaf in system.leaves for name in profiles]
    above, below = over_one(marks)
    table = np.array(above, dtype=np.int64).reshape(len(system.leaves), len(profiles))
    return (table, below) if len(profiles) == 1 else (table[:, [profiles.index(name) for name in columns.profiles]], below)


def _application(items: Mapping[str, Node | Leaf], leaf: Leaf, columns: Columns) -> Ints | None:
    """State of a leaf before it is measured: applies (scored), a fact is unknown (missing) or not applicable; None if all apply."""
    found: Ints | None = None
    path, code, units = [], leaf.code, len(columns.units)
    while code:
        path.append(items[code])
        code = items[code].parent
    for item in reversed(path):
        claimed = columns.not_applicable.get(item.code)
        if item.applies_if:
            fact = columns.facts.get(item.applies_if)
            state = np.where(fact < 0, MISSING, np.where(fact > 0, SCORED, NOT_APPLICABLE)) if fact is not None else np.full(units, MISSING)
            found = state if found is None else np.where(state == SCORED, found, state)
        if claimed is not None:
            found = np.where(claimed, NOT_APPLICABLE, SCORED if found is None else found)
    if leaf.categories:
        inside = np.array([name in leaf.categories for name in columns.categories])
        found = np.where(inside, SCORED if found is None else found, NOT_APPLICABLE)
    return found


def _states(system: IndicatorSystem, leaf: Leaf, found: Found, applies: Ints | None, *, guard: Guard, marks: dict[str, Bools]) -> Ints:
    """The states of one leaf; what it raises goes into ``marks``."""
    state: Ints = ~found.known  # scored is 0, missing is 1
    raised = {"sample_short": found.short, "rating_spread": found.alert, "sources_differ": found.differs}
    for name, mask in raised.items():
        if mask is not None:
            marks[name] |= mask if applies is None else mask & (applies == SCORED)
    if found.short is not None:
        state = np.where(found.short, NOT_APPLICABLE, state)
        if any(node.redistribute_short for node in system.nodes):
            guard.lost |= found.short
    return state if applies is None else np.where(applies == SCORED, state, applies)


def _points(system: IndicatorSystem, founds: Sequence[Found], states: Ints, *, full: Ints, full_below: int,
            guard: Guard) -> tuple[Ints, Any]:  # fmt: skip
    """Exact points of all leaves over one denominator, 0 where there are none."""
    even = [at for at, found in enumerate(founds) if isinstance(found.below, int) and full.shape[1] == 1]
    factors = [Fraction(int(full[at, 0]), founds[at].below * full_below) for at in even]
    others = {at: _of_full(found, full[at], full_below, guard) for at, found in enumerate(founds) if at not in set(even)}
    leafwise = system.score.round_at == "leaf"
    common: Any = 10**system.score.decimals if leafwise else math.lcm(*(one.denominator for one in factors))
    if common >= LARGEST:
        raise Uncovered("no common denominator")
    for _, below in others.values() if not leafwise else ():
        common = guard.times(common // np.gcd(common, below), below)
    points = np.empty(states.shape if others else 0, dtype=np.int64)
    for at, (above, below) in others.items():
        points[at] = guard.rounded(above, below, system.score.decimals) if leafwise else guard.times(above, common // below)
    if even:
        found = _even(np.stack([founds[at].above for at in even]), factors, common, leafwise=leafwise, guard=guard)
        if others:
            points[even] = found
        else:
            points = found
    if states.any():
        points[states != SCORED] = 0
    return points, common


def _even(above: Ints, factors: Sequence[Fraction], common: Any, *, leafwise: bool, guard: Guard) -> Ints:
    """Points of leaves whose shares have one denominator each, all at once."""
    if not leafwise:
        always = np.ones(above.shape[1], dtype=np.int64)
        return np.stack([guard.times(row, guard.times(always * (common // one.denominator), one.numerator))
                         for row, one in zip(above, factors, strict=True)])
    whole = [one * common for one in factors]
    if max(max(one.numerator, one.denominator) for one in whole) >= LARGEST:
        raise Uncovered("a full mark is too fine")
    upper = np.array([one.numerator for one in whole], dtype=np.int64)[:, None]
    lower = np.array([one.denominator for one in whole], dtype=np.int64)[:, None]
    return guard.rounded(above, lower, 0, scale=upper)


def _of_full(found: Found, full: Any, full_below: int, guard: Guard) -> tuple[Ints, Any]:
    """The share of the full mark in points, with a denominator for each unit."""
    above, below = guard.times(found.above, full), guard.times(found.below, full_below)
    below = below if isinstance(below, np.ndarray) else np.full(above.shape, below)
    divisor = np.maximum(np.gcd(above, below), 1)
    return above // divisor, below // divisor


def _one_by_one(system: IndicatorSystem, leaf: Leaf, columns: Columns, guard: Guard, read: list[Inputs]) -> Found:
    """A leaf whose rule has no form with columns, by the functions of ``score``."""
    if not read:
        read += [read_inputs(system, columns.given(place)) for place in range(len(columns.units))]
    before = [len(one.problems) for one in read]
    assessed = {one.unit.unit: {leaf.code: assess(system, leaf, one)} for one in read}
    if leaf.rule.relative:
        compare(leaf, assessed, {one.unit.unit: one for one in read})
    guard.lost |= np.array([bool(one.problems) or len(one.problems) > was for one, was in zip(read, before, strict=True)])
    return _shares([assessed[unit][leaf.code] for unit in columns.units], guard)


def _shares(assessed: Sequence[Assessed], guard: Guard) -> Found:
    units = len(assessed)
    above, below = np.zeros(units, dtype=np.int64), np.ones(units, dtype=np.int64)
    for place, one in enumerate(assessed):
        share = one.share
        if share is not None and max(abs(share.numerator), share.denominator) <= LARGEST:
            above[place], below[place] = share.numerator, share.denominator
        elif share is not None:
            guard.lost[place] = True
    told: dict[str, Callable[[Assessed], bool]] = {
        "known": lambda one: one.share is not None, "alert": lambda one: one.alert, "short": lambda one: one.short,
        "differs": lambda one: one.differs,
    }  # fmt: skip
    return Found(above, below, **{name: np.array([deed(one) for one in assessed], dtype=np.bool_) for name, deed in told.items()})


def _finished(system: IndicatorSystem, columns: Columns, blocks: Blocks, rolled: Rolled) -> Totals:
    """Adjustments, the clamp, grades; leaves as they are printed."""
    guard, places = blocks.guard, system.score.decimals
    above, below = rolled.base.above, rolled.base.below
    if "clamp" in system.adjustment_order:
        (least, largest, one), _ = over_one([system.score.least, system.score.most, Fraction(1)])
        above, below = np.clip(guard.times(above, one), guard.times(below, least), guard.times(below, largest)), guard.times(below, one)
    base, total = guard.rounded(rolled.base.above, rolled.base.below, places), guard.rounded(above, below, places)
    known = rolled.base.known
    shown = guard.rounded(blocks.points, blocks.below, leaf_places(system))
    found = Totals(system, columns, blocks.states, shown, _pointed(blocks), base, known.copy(), total, known.copy(),
                   np.where(known, _grades(system, total), -1), rolled, Ratio(above, below, known))
    for place in np.flatnonzero(columns.decided & ~guard.lost).tolist():
        _decide(found, place)
    return found


def _pointed(blocks: Blocks) -> Bools:
    """Where a leaf has points: scored, or missing and counted as 0."""
    return np.asarray((blocks.states == SCORED) | (blocks.missing & blocks.treated("zero")))


def _grades(system: IndicatorSystem, total: Ints) -> Ints:
    """The first grade whose start is reached."""
    found = np.full(len(total), -1, dtype=np.int8)
    for at, grade in reversed(list(enumerate(system.grades))):
        reached = True if grade.start is None else total >= math.ceil(grade.start * 10**system.score.decimals)
        found = np.where(reached, at, found).astype(np.int8)
    return found


def _decide(found: Totals, place: int) -> None:
    """The adjustments and vetoes of one unit."""
    inputs, exact = Inputs(found.columns.given(place)), found.rolled
    base = Fraction(int(exact.base.above[place]), int(at(exact.base.below, place))) if exact and found.based[place] else None
    found.adjusted[place] = adjusted = adjust(found.system, base, inputs)
    found.problems += tuple(inputs.problems)
    if adjusted.total is not None:
        found.total = put(found.total, place, fixed_point(adjusted.total) or 0)
        found.grade[place] = _grade_place(found.system, adjusted.grade)


def at(value: Any, place: int) -> Any:
    """A number that may be the same for all units."""
    return value if isinstance(value, int) else value[place]


def put(numbers: Ints, place: Any, value: int) -> Ints:
    """The numbers with another one at a place; as Python's own whole numbers where 64 bits do not hold it."""
    if numbers.dtype != object and abs(value) >= 2**63:
        numbers = numbers.astype(object)
    numbers[place] = value
    return numbers


def _grade_place(system: IndicatorSystem, code: str | None) -> int:
    return next((place for place, grade in enumerate(system.grades) if grade.code == code), -1)


def _empty(system: IndicatorSystem, columns: Columns) -> Totals:
    shape, units = (len(system.leaves), len(columns.units)), len(columns.units)
    zeros, no = np.zeros(units, dtype=np.int64), np.zeros(units, dtype=np.bool_)
    return Totals(system, columns, np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_),
                  zeros, no, zeros.copy(), no.copy(), np.full(units, -1, dtype=np.int8), None, None)


def _as_scored(found: Totals, places: Iterable[int], options: Options) -> Totals:
    """The same with some units as ``score`` gives them."""
    chosen = list(places)
    if not chosen:
        return found
    result = score(found.system, Measurements([found.columns.given(place) for place in chosen]), options=options)
    scored = {unit.unit: unit for unit in result.units}
    for place in chosen:
        _put_unit(found, place, scored[found.columns.units[place]])
    found.problems += result.problems
    return found


def _put_unit(found: Totals, place: int, unit: UnitResult) -> None:
    found.scored[place] = unit
    for row, leaf in enumerate(unit.leaves):
        found.states[row, place] = STATES.index(leaf.state)
        found.pointed[row, place] = leaf.points is not None
        found.points = put(found.points, (row, place), fixed_point(leaf.points) or 0)
    found.based[place], found.totalled[place] = unit.base is not None, unit.total is not None
    found.base = put(found.base, place, fixed_point(unit.base) or 0)
    found.total = put(found.total, place, fixed_point(unit.total) or 0)
    found.grade[place] = _grade_place(found.system, unit.grade)


def results(found: Totals) -> list[UnitResult]:
    """The units as ``score`` gives them, without their leaves and lines of arithmetic: for tables and ranks."""
    return [found.scored.get(place) or _unit(found, place) for place in range(len(found.units))]


def _unit(found: Totals, place: int) -> UnitResult:
    rolled, columns, system, adjusted = found.rolled, found.columns, found.system, found.adjusted.get(place)
    assert rolled is not None
    assert found.exact is not None
    places = system.score.decimals
    order = ("sample_short", "incomplete", "low_coverage", "rating_spread", "sources_differ", "no_base")
    grade = None if found.grade[place] < 0 else system.grades[found.grade[place]].code
    exact = Fraction(int(found.exact.above[place]), int(at(found.exact.below, place))) if found.totalled[place] else None
    return UnitResult(
        unit=columns.units[place], profile=columns.profiles[place], category=columns.categories[place], leaves=(),
        nodes=tuple(_node(system, code, node, place) for code, node in rolled.nodes.items()),
        applicable=_rounded(rolled.applicable, place, places), earned=_rounded(rolled.earned, place, places),
        base=_decimal(found.base[place], places) if found.based[place] else None,
        dimensions={name: _decimal(values[place], 2) if known[place] else None for name, (values, known) in rolled.dimensions.items()},
        adjustments=adjusted.applied if adjusted else (),
        adjustment_total=to_decimal(adjusted.change if adjusted else Fraction(0), places),
        total=_decimal(found.total[place], places) if found.totalled[place] else None,
        total_exact=adjusted.total_exact if adjusted else exact,
        grade=grade, grade_before_veto=adjusted.grade_before_veto if adjusted else grade, vetoes=adjusted.vetoes if adjusted else (),
        coverage=_decimal(rolled.coverage[place], 2), marks=tuple(name for name in order if rolled.marks[name][place]), lines=(),
    )  # fmt: skip


def _node(system: IndicatorSystem, code: str, node: NodeTotals, place: int) -> NodeResult:
    full = number_text(Fraction(int(node.most.above[place]), int(at(node.most.below, place))), most=FREE_PLACES)
    return NodeResult(
        code, STATES[node.states[place]],  # type: ignore[arg-type]
        _decimal(node.points[place], leaf_places(system)) if node.known[place] else None, Decimal(full),
        _decimal(node.percent[place], 2) if node.rated[place] else None, bool(node.complete[place]),
    )  # fmt: skip


def _rounded(ratio: Ratio, place: int, places: int) -> Decimal:
    return to_decimal(Fraction(int(ratio.above[place]), int(at(ratio.below, place))), places)


def _decimal(number: Any, places: int) -> Decimal:
    return Decimal(int(number)).scaleb(-places)
