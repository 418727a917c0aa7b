"""From the points of the leaves to blocks and the base score, for all units at once and exact: ``rollup`` on columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from evalplat.definitions.indicators import IndicatorSystem, Leaf, Node

from .columns import Bools, Ints
from .rollup import leaf_places
from .shares import Guard, Uncovered, over_one

SCORED, MISSING, NOT_APPLICABLE = range(3)
COVERED = ("arithmetic", "sum", "min")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A number for each unit, ``above`` ÷ ``below``, where ``known``."""

    above: Any
    below: Any
    known: Bools


@dataclass(frozen=True, slots=True)
class NodeTotals:
    """One block: ``points`` in units of the last decimal where ``known``, its full mark ``most``, ``percent`` in hundredths where
    ``rated``."""

    states: Ints
    points: Ints
    known: Bools
    most: Ratio
    percent: Ints
    rated: Bools
    complete: Bools


@dataclass(frozen=True, slots=True)
class Rolled:
    """All units before adjustments. ``base`` is known unless it is blocked; ``value`` is the same if it were not."""

    nodes: dict[str, NodeTotals]
    base: Ratio
    earned: Ratio
    applicable: Ratio
    coverage: Ints
    dimensions: dict[str, tuple[Ints, Bools]]
    marks: dict[str, Bools]


@dataclass
class Blocks:
    """Leaves × units: states, exact points (``points`` ÷ ``below``) and full marks (``full`` ÷ ``full_below``)."""

    system: IndicatorSystem
    guard: Guard
    states: Ints
    points: Ints
    below: Any
    full: Ints
    full_below: int
    counted: Bools

    @cached_property
    def missing(self) -> Bools:
        return np.asarray(self.states == MISSING)

    @cached_property
    def applies(self) -> Bools:
        """Part of the denominator of coverage."""
        return np.asarray((self.states != NOT_APPLICABLE) & self.counted[:, None])

    @cached_property
    def in_base(self) -> Bools:
        """Applies and was not reweighted."""
        return self.applies & ~(self.missing & self.treated("reweight")) if self.missing.any() else self.applies

    @cached_property
    def in_total(self) -> Bools:
        """Has a number that enters the total."""
        return self.applies & (~self.missing | self.treated("zero")) if self.missing.any() else self.applies

    @cached_property
    def summed(self) -> Ints:
        """Points where they enter the total, 0 elsewhere, small enough to be added up."""
        return self.guard.summable(self.points if self.in_total.all() else np.where(self.in_total & ~self.missing, self.points, 0))

    @cached_property
    def rows(self) -> dict[str, Any]:
        """Item → the places of the leaves below it, as a slice where they stand together."""
        places = {leaf.code: at for at, leaf in enumerate(self.system.leaves)}
        found: dict[str, Any] = {code: [at] for code, at in places.items()} | {node.code: [] for node in self.system.nodes}
        for item in reversed(self.system.tree):
            if item.parent:
                found[item.parent] = sorted({*found[item.parent], *found[item.code]})
        return {code: slice(ats[0], ats[-1] + 1) if ats and ats[-1] - ats[0] + 1 == len(ats) else ats for code, ats in found.items()}

    def treatment(self, leaf: Leaf) -> str:
        """What the file's policy makes of the leaf where it is missing."""
        return self.system.when_missing(leaf)

    def treated(self, *treatments: str) -> Bools:
        """Leaves (× 1) that the file treats so where they are missing."""
        return np.array([[self.treatment(leaf) in treatments] for leaf in self.system.leaves], dtype=np.bool_)


def roll_up(blocks: Blocks) -> Rolled:
    """All units."""
    system = blocks.system
    whole = _Points(blocks) if system.score.method == "points" else _Weights(blocks)
    value, earned, applicable = whole.base()
    covered, coverage = _coverage(blocks, whole)
    blocked = (blocks.missing & blocks.applies & whole.heavy & blocks.treated("not_scored", "last_year")).any(axis=0)
    reweighted = (blocks.missing & blocks.applies & blocks.treated("reweight")).any(axis=0)
    least = system.missing.min_coverage
    enough = blocks.guard.times(covered.above, least.denominator) >= blocks.guard.times(covered.below, least.numerator)
    low = reweighted & ~enough
    blocked |= low
    marks = {"incomplete": covered.above < covered.below, "low_coverage": low, "no_base": ~value.known & ~blocked}
    nodes = {node.code: _node(blocks, whole, node) for node in system.nodes}
    dimensions = {name: _dimension(blocks, whole, name) for name in system.dimensions}
    return Rolled(nodes, Ratio(value.above, value.below, value.known & ~blocked), earned, applicable, coverage, dimensions, marks)


def _coverage(blocks: Blocks, whole: _Points | _Weights) -> tuple[Ratio, Ints]:
    """The share of the applicable weight that was really scored, and the same in hundredths of a per cent."""
    total = whole.weight(blocks.applies)
    scored = whole.weight(blocks.applies & ~blocks.missing) if blocks.missing.any() else total
    covered = _divided(scored, total, blocks.guard)
    return covered, blocks.guard.rounded(blocks.guard.times(covered.above, 100), covered.below, 2)


def _divided(one: Ratio, other: Ratio, guard: Guard) -> Ratio:
    """0 where the other one is 0."""
    over, under = other.below, one.below
    if isinstance(over, int) and isinstance(under, int):
        over, under = over // math.gcd(over, under), under // math.gcd(over, under)
    above, below = guard.times(one.above, over), guard.times(other.above, under)
    known = np.asarray(other.above) > 0
    return Ratio(np.where(known, above, 0), np.where(known, below, 1), known)


def _node(blocks: Blocks, whole: _Points | _Weights, node: Node) -> NodeTotals:
    guard, rows = blocks.guard, blocks.rows[node.code]
    inside, numbered = blocks.in_base[rows], blocks.in_total[rows]
    applies = inside.any(axis=0)
    complete = np.asarray((numbered | ~inside).all(axis=0))
    left = blocks.applies[rows].any(axis=0) & ~applies
    points, full = whole.node(node)
    known = applies & numbered.any(axis=0) & points.known
    states = np.where(known, SCORED, np.where(applies | left, MISSING, NOT_APPLICABLE)).astype(np.int8)
    shown = guard.rounded(points.above, points.below, leaf_places(blocks.system))
    percent = _divided(points, full, guard)
    hundredths = guard.rounded(guard.times(percent.above, 100), percent.below, 2)
    full = Ratio(np.where(applies, full.above, 0), full.below, applies)
    return NodeTotals(states, np.where(known, shown, 0), known, full, hundredths, known & percent.known, np.where(applies, complete, ~left))


def _dimension(blocks: Blocks, whole: _Points | _Weights, name: str) -> tuple[Ints, Bools]:
    """Per cent of the applicable points of a dimension, in hundredths."""
    guard = blocks.guard
    mine = blocks.in_base & np.array([[leaf.dimension == name] for leaf in blocks.system.leaves], dtype=np.bool_)
    total = whole.weight(mine)
    share = _divided(whole.earned(mine), total, guard)
    known = share.known & (blocks.in_total | ~mine).all(axis=0)
    return guard.rounded(guard.times(share.above, 100), share.below, 2), known


class _Points:
    """A system whose leaves have full marks that add up."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.full = np.broadcast_to(blocks.full, blocks.states.shape)
        self.heavy = self.full > 0

    def base(self) -> tuple[Ratio, Ratio, Ratio]:
        blocks, guard = self.blocks, self.blocks.guard
        earned, applicable = self.earned(None), self.weight(blocks.in_base)
        share = _divided(earned, applicable, guard)
        scale = blocks.system.score.most
        value = Ratio(guard.times(share.above, scale.numerator), guard.times(share.below, scale.denominator), share.known)
        return value, earned, applicable

    def weight(self, chosen: Bools) -> Ratio:
        return Ratio((self.full if chosen.all() else np.where(chosen, self.full, 0)).sum(axis=0), self.blocks.full_below, chosen[0])

    def earned(self, chosen: Bools | None) -> Ratio:
        points = self.blocks.summed if chosen is None else np.where(chosen, self.blocks.summed, 0)
        return Ratio(points.sum(axis=0), self.blocks.below, self.blocks.applies[0])

    def node(self, node: Node) -> tuple[Ratio, Ratio]:
        rows, blocks = self.blocks.rows[node.code], self.blocks
        inside = blocks.in_base[rows]
        points, full = blocks.summed[rows].sum(axis=0), self.full[rows] if inside.all() else np.where(inside, self.full[rows], 0)
        always = np.ones(len(points), dtype=np.bool_)
        return Ratio(points, blocks.below, always), Ratio(full.sum(axis=0), blocks.full_below, always)


class _Weights:
    """A system whose leaves weigh in their block, and blocks in theirs."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.found: dict[str, Ratio] = {}
        ways = [blocks.system.score.combine, *(node.combine for node in blocks.system.nodes)]
        if not set(ways) <= set(COVERED):
            raise Uncovered("a way to combine that needs more than whole numbers")
        heavy = {"": True}
        for item in blocks.system.tree:
            heavy[item.code] = heavy[item.parent] and bool(item.weight)
        self.heavy = np.array([[heavy[leaf.code]] for leaf in blocks.system.leaves], dtype=np.bool_)

    def base(self) -> tuple[Ratio, Ratio, Ratio]:
        value, most = self._value("", self.blocks.system.score.combine, None), self.blocks.system.score.most
        earned = Ratio(np.where(value.known, value.above, 0), value.below, value.known)
        full = np.full(len(value.known), most.numerator, dtype=np.int64)
        return value, earned, Ratio(full, most.denominator, value.known)

    def node(self, node: Node) -> tuple[Ratio, Ratio]:
        value, most = self._value(node.code, node.combine, node.floor), self.blocks.system.score.most
        return value, Ratio(np.full(len(value.known), most.numerator, dtype=np.int64), most.denominator, value.known)

    def weight(self, chosen: Bools) -> Ratio:
        """The share of the whole that the chosen leaves weigh."""
        return self._share("", chosen.astype(np.int64), 1)

    def earned(self, chosen: Bools) -> Ratio:
        most = self.blocks.system.score.most
        one = self._share("", np.where(chosen, self.blocks.summed, 0), self.blocks.below)
        guard = self.blocks.guard
        return Ratio(guard.times(one.above, most.denominator), guard.times(one.below, most.numerator), one.known)

    def _value(self, code: str, how: str, floor: Fraction | None) -> Ratio:
        if code not in self.found:
            blocks, items = self.blocks, [item for item in self.blocks.system.children(code) if item.weight]
            parts = [Ratio(blocks.summed[row], blocks.below, blocks.in_total[row]) if isinstance(item, Leaf)
                     else self._value(item.code, item.combine, item.floor)
                     for item in items for row in [blocks.rows[item.code].start]]
            self.found[code] = self._combined(how, [item.weight or Fraction(0) for item in items], parts, floor)
        return self.found[code]

    def _share(self, code: str, values: Ints, below: Any) -> Ratio:
        """The weighted mean of values of leaves over what applies; 0 where nothing has a weight."""
        blocks, items = self.blocks, self.blocks.system.children(code)
        parts = []
        for item in items:
            rows = blocks.rows[item.code]
            one = Ratio(values[rows.start], below, values[0]) if isinstance(item, Leaf) else self._share(item.code, values, below)
            parts.append(Ratio(one.above, one.below, blocks.applies[rows].any(axis=0)))
        return self._combined("arithmetic", [item.weight or Fraction(0) for item in items], parts, None)

    def _combined(self, how: str, weights: Sequence[Fraction], parts: list[Ratio], floor: Fraction | None) -> Ratio:
        guard, units = self.blocks.guard, self.blocks.states.shape[1]
        if not parts:
            return Ratio(np.zeros(units, dtype=np.int64), 1, np.zeros(units, dtype=np.bool_))
        common: Any = floor.denominator if floor is not None else 1
        for below in {id(one.below): one.below for one in parts}.values():
            common = self._common(common, below)
        values = guard.summable(np.stack([self._lifted(one, common, floor) for one in parts]))
        known = np.stack([one.known for one in parts])
        some = np.asarray(known.any(axis=0))
        if how == "min":
            return Ratio(np.where(some, np.where(known, values, np.iinfo(np.int64).max).min(axis=0), 0), common, some)
        if how == "sum":
            return Ratio(np.where(known, values, 0).sum(axis=0), common, some)
        shares = np.array(over_one(weights)[0], dtype=np.int64)[:, None]
        shares = shares // max(1, int(np.gcd.reduce(shares[:, 0])))
        above = guard.summable(guard.times(np.where(known, values, 0), shares)).sum(axis=0)
        total = np.where(known, shares, 0).sum(axis=0)
        below = guard.times(common, np.maximum(total, 1))
        divisor = np.maximum(np.gcd(above, below), 1)
        return Ratio(np.where(total > 0, above // divisor, 0), np.where(total > 0, below // divisor, 1), total > 0)

    def _lifted(self, one: Ratio, common: Any, floor: Fraction | None) -> Ints:
        value: Ints = self.blocks.guard.times(one.above, common // one.below)
        return value if floor is None else np.maximum(value, self.blocks.guard.times(common // floor.denominator, floor.numerator))

    def _common(self, one: Any, other: Any) -> Any:
        if isinstance(one, int) and isinstance(other, int):
            return math.lcm(one, other)
        return self.blocks.guard.times(one // np.gcd(one, other), other)
