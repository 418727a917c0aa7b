"""What each indicator really weighs: its share of the whole score, for every category and every profile of points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from .indicators import IndicatorSystem, Leaf, Node

Shares = Mapping[str, Fraction]


def effective_weights(system: IndicatorSystem) -> dict[str, Shares]:
    """Column (a category where weights are used, a profile where points are; ``""`` if there is but one) → code → share of 1."""
    if system.score.method == "points":
        return {profile: _by_points(system, profile) for profile in system.profiles or ("",)}
    if system.score.method == "weights":
        return {category: _by_weights(system, category) for category in system.categories or ("",)}
    return {}


def _by_points(system: IndicatorSystem, profile: str) -> Shares:
    total = sum((system.points_of(leaf, profile) for leaf in system.leaves), Fraction(0))
    points = {leaf.code: system.points_of(leaf, profile) for leaf in system.leaves}
    sums = {item.code: sum((points[leaf.code] for leaf in system.leaves_under(item.code)), Fraction(0)) for item in system.tree}
    return {code: share / total if total else Fraction(0) for code, share in sums.items()}


def _by_weights(system: IndicatorSystem, category: str) -> Shares:
    found: dict[str, Fraction] = {}

    def visit(parent: str, share: Fraction) -> None:
        shown = [one for one in system.children(parent) if _counts(system, one, category)]
        total = sum((one.weight or Fraction(0) for one in shown), Fraction(0))
        for one in shown:
            found[one.code] = share * (one.weight or Fraction(0)) / total if total else Fraction(0)
            if isinstance(one, Node):
                visit(one.code, found[one.code])

    visit("", Fraction(1))
    return found


def _counts(system: IndicatorSystem, item: Node | Leaf, category: str) -> bool:
    """False for what a category does not have: an indicator of others, or a block with nothing but such below it."""
    leaves = (item,) if isinstance(item, Leaf) else system.leaves_under(item.code)
    return any(not leaf.categories or not category or category in leaf.categories for leaf in leaves)
