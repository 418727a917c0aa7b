"""Totals of many units under many weightings at once: what the robustness of a result is computed from.

Floats throughout. Units with the same indicators in their total share one set of matrices, so that a weighting costs one product
of matrices for each block of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from evalplat.definitions.indicators import IndicatorSystem, Leaf

from .model import LeafResult, UnitResult

Floats = NDArray[np.float64]
LEAST = 0.01
"""Share of the full mark to which smaller values are lifted before a geometric or harmonic mean is tried on them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A node over some units. ``items`` are (place of its weight, weight, place of the leaf or a block)."""

    how: str
    floor: float | None
    worst: int
    items: tuple[tuple[int, float, int | Block], ...]


@dataclass(frozen=True)
class Pattern:
    """Units of one kind: ``where`` are their places, ``values`` leaves × units, on the scale of the score."""

    root: Block
    where: NDArray[np.intp]
    values: Floats
    errors: Floats | None = None
    """Leaves × units: standard errors of surveyed values, 0 elsewhere."""


@dataclass(frozen=True)
class Field:
    """All units that are compared: their patterns, what adjustments changed, and the ends of the scale."""

    units: tuple[str, ...]
    codes: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    change: Floats
    ends: tuple[float, float]
    others: Mapping[str, tuple[Floats, ...]] = field(default_factory=dict)
    """Other values of the leaves by the name of their normalisation, one table a pattern."""

    def without(self, leaf: int) -> Field:
        """The same without one leaf (its place among the leaves); what else stands in its block shares its weight."""
        return replace(self, patterns=tuple(replace(one, root=_without(one.root, leaf)) for one in self.patterns))

    def totals(self, factors: Floats, *, noise: np.random.Generator | None = None, combine: str = "", values: str = "") -> Floats:
        """Draws × units. ``factors``: draws × ``codes``, by which each weight is multiplied. ``noise`` draws the sampling error of
        surveys; ``combine`` is another way at the top; ``values`` another normalisation."""
        found = np.empty((len(factors), len(self.units)))
        for number, one in enumerate(self.patterns):
            table = self.others[values][number] if values else one.values
            noisy = _noisy(table, one.errors, noise, (len(factors), self.ends[1])) if noise else {}
            root = replace(one.root, how=combine, floor=LEAST * self.ends[1]) if combine else one.root
            found[:, one.where] = _value(root, factors, table, noisy)
        return np.clip(found + self.change, *self.ends)


def field_of(units: Sequence[UnitResult], system: IndicatorSystem, *, errors: Mapping[tuple[str, str], float] | None = None) -> Field:
    """The units' leaves as matrices. ``errors``: (unit, leaf) → standard error of its value in points of its full mark."""
    codes = tuple(one.code for one in system.tree)
    kinds: dict[tuple[float, ...], list[int]] = {}
    for place, unit in enumerate(units):
        kinds.setdefault(tuple(_weight(system, leaf) for leaf in unit.leaves), []).append(place)
    patterns = tuple(_pattern(system, codes, [units[place] for place in places], np.array(places), errors=errors or {})
                     for places in kinds.values())
    change = np.array([float(unit.adjustment_total) for unit in units])
    return Field(tuple(unit.unit for unit in units), codes, patterns, change, (float(system.score.least), float(system.score.most)))


def _weight(system: IndicatorSystem, leaf: LeafResult) -> float:
    """What a leaf weighs in its unit's total; 0 if it is not in it."""
    if leaf.points is None or not leaf.counted:
        return 0.0
    return float(leaf.effective_max if system.score.method == "points" else leaf.weight)


def _pattern(system: IndicatorSystem, codes: tuple[str, ...], units: list[UnitResult], where: NDArray[np.intp], *,
             errors: Mapping[tuple[str, str], float]) -> Pattern:
    weights = {leaf.code: _weight(system, leaf) for leaf in units[0].leaves}
    most = float(system.score.most)
    scale = {code: most / weight if system.score.method == "points" and weight else 1.0 for code, weight in weights.items()}
    rows = {code: row for row, code in enumerate(weights)}
    values = np.array([[float(leaf.points or 0) * scale[leaf.code] for leaf in unit.leaves] for unit in units]).T
    deviations = np.array([[errors.get((unit.unit, code), 0.0) * scale[code] for code in weights] for unit in units]).T
    if system.score.method == "points":
        items = tuple((codes.index(code), weight, rows[code]) for code, weight in weights.items() if weight)
        root = Block("arithmetic", None, 0, items)
    else:
        root = _block(system, codes, "", weights, rows=rows)
    return Pattern(root, where, np.ascontiguousarray(values), deviations if deviations.any() else None)


def _block(system: IndicatorSystem, codes: tuple[str, ...], code: str, weights: Mapping[str, float], *, rows: Mapping[str, int]) -> Block:
    """A node with what is in the total below it."""
    items: list[tuple[int, float, int | Block]] = []
    for item in system.children(code):
        weight = float(item.weight or 0)
        if isinstance(item, Leaf):
            below: int | Block | None = rows[item.code] if weights[item.code] else None
        else:
            inner = _block(system, codes, item.code, weights, rows=rows)
            below = inner if inner.items else None
        if below is not None and weight:
            items.append((codes.index(item.code), weight, below))
    if not code:
        return Block(system.score.combine, None, 1, tuple(items))
    node = system.node(code)
    floor = None if node.floor is None else float(node.floor)
    return Block(node.combine, floor, node.worst, tuple(items))


def _without(block: Block, leaf: int) -> Block:
    kept = [(place, weight, below if isinstance(below, int) else _without(below, leaf)) for place, weight, below in block.items
            if below != leaf]
    return replace(block, items=tuple(item for item in kept if isinstance(item[2], int) or item[2].items))


def _noisy(table: Floats, errors: Floats | None, noise: np.random.Generator, size: tuple[int, float]) -> dict[int, Floats]:
    """Leaf → draws × units, for the leaves that have an error."""
    if errors is None:
        return {}
    draws, most = size
    return {int(row): np.clip(table[row] + errors[row] * noise.standard_normal((draws, table.shape[1])), 0, most)
            for row in np.flatnonzero(errors.any(axis=1))}


def _value(block: Block, factors: Floats, table: Floats, noisy: Mapping[int, Floats]) -> Floats:
    """Draws × units of a block: fixed leaves by one product of matrices, what varies with the draws one by one."""
    if not block.items:
        return np.zeros((len(factors), table.shape[1]))
    if not noisy and _plain(block):
        shares, rows = _shares(block, factors)
        return np.asarray(shares @ table[rows], dtype=np.float64)
    weights = _weights(block, factors)
    fixed = [(at, below) for at, (_, _, below) in enumerate(block.items) if isinstance(below, int) and below not in noisy]
    varying = [(at, noisy[below] if isinstance(below, int) else _value(below, factors, table, noisy))
               for at, (_, _, below) in enumerate(block.items) if not isinstance(below, int) or below in noisy]
    known = table[[below for _, below in fixed]]
    if block.floor is not None:
        known, varying = np.maximum(known, block.floor), [(at, np.maximum(one, block.floor)) for at, one in varying]
    if block.how in ("min", "worst"):
        order = [at for at, _ in (*fixed, *varying)]
        return _weakest(block, np.stack([*(np.broadcast_to(one, (len(factors), one.size)) for one in known), *(one for _, one in varying)]),
                        weights[:, order].T[:, :, None])
    there, back = _METHODS[block.how]
    with np.errstate(divide="ignore", invalid="ignore"):
        if block.how == "sum":
            weights = np.ones_like(weights)
        found = weights[:, [at for at, _ in fixed]] @ there(known)
        for at, one in varying:
            found += weights[:, at, None] * there(one)
        if block.how != "sum":
            found /= weights.sum(axis=1)[:, None]
        return np.asarray(np.nan_to_num(back(found), nan=0.0, posinf=0.0), dtype=np.float64)


def _weights(block: Block, factors: Floats) -> Floats:
    """Draws × items."""
    return np.asarray(np.array([weight for _, weight, _ in block.items]) * factors[:, [place for place, _, _ in block.items]])


def _plain(block: Block) -> bool:
    """Whether it is a weighted mean of weighted means all the way down."""
    return (block.how == "arithmetic" and block.floor is None
            and all(isinstance(below, int) or _plain(below) for _, _, below in block.items))


def _shares(block: Block, factors: Floats) -> tuple[Floats, list[int]]:
    """Draws × leaves: the share of each leaf in a mean of means; the places of the leaves."""
    weights = _weights(block, factors)
    weights /= weights.sum(axis=1)[:, None]
    parts, rows = [], []
    for at, (_, _, below) in enumerate(block.items):
        inner, places = (np.ones((len(factors), 1)), [below]) if isinstance(below, int) else _shares(below, factors)
        parts.append(weights[:, at, None] * inner)
        rows += places
    return np.hstack(parts), rows


def _weakest(block: Block, values: Floats, weights: Floats) -> Floats:
    """The smallest value, or the weighted mean of the ``worst`` smallest (children × draws × units)."""
    least = 1 if block.how == "min" else min(block.worst, len(values))
    lowest = np.argsort(values, axis=0)[:least]
    chosen = np.take_along_axis(np.broadcast_to(weights, values.shape), lowest, axis=0)
    found: Floats = (np.take_along_axis(values, lowest, axis=0) * chosen).sum(axis=0) / chosen.sum(axis=0)
    return found


def _same(values: Floats) -> Floats:
    return values


def _inverse(values: Floats) -> Floats:
    return 1 / values


_METHODS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "arithmetic": (_same, _same), "sum": (_same, _same), "geometric": (np.log, np.exp), "harmonic": (_inverse, _inverse),
}
