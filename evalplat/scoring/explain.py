"""Explains a score so that a reader can repeat it with a calculator: raw value, arithmetic, sources, line of the file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from evalplat.definitions.indicators import IndicatorSystem, Leaf

from .model import LeafResult, Result, UnitResult


@dataclass(frozen=True, slots=True)
class Explanation:
    """One leaf of one unit in plain pieces; ``text`` joins them without words of any language but the file's own."""

    unit: str
    leaf: LeafResult
    title: str = ""
    rule: str = ""

    @property
    def text(self) -> str:
        """For example ``C101 编制使用率: 38 ÷ 40 = 0.95 → 4; … = 3.14 (3.14 / 4) [T2.xlsx] system.yaml:210``."""
        leaf = self.leaf
        shown = "–" if leaf.points is None else f"{leaf.points:f}"
        state = leaf.reason if leaf.points is None else leaf.reason and f"{leaf.reason} → {leaf.treatment}"
        parts = [f"{leaf.code} {self.title}".strip() + ":", leaf.line, f"({shown} / {leaf.effective_max:f})"]
        parts += [state] if state else []
        parts += [f"[{', '.join(leaf.refs)}]"] if leaf.refs else []
        return " ".join(part for part in [*parts, self.rule] if part)


def explain(result: Result, unit: str, leaf: str, *, system: IndicatorSystem | None = None, language: str = "zh") -> Explanation:
    """The explanation of one leaf of one unit (KeyError if either is unknown); with the system also title and rule line."""
    found = result.unit(unit).leaf(leaf)
    if system is None:
        return Explanation(unit, found, rule=f":{found.rule_line}")
    title = system.leaf(leaf).title.in_language(language)
    return Explanation(unit, found, title, f"{system.file}:{found.rule_line}")


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a leaf brings into the base of its unit: ``weight`` is its share of the base, ``points`` what it adds to it."""

    weight: Fraction
    points: Fraction


def contributions(system: IndicatorSystem, unit: UnitResult) -> dict[str, Contribution]:
    """Those of the leaves that count; their points add up to the base. Nothing where there is no base or it is no sum."""
    by_points = system.score.method == "points"
    means = (system.score.combine, *("lifted" if node.floor is not None else node.combine for node in system.nodes))
    if unit.base is None or not (by_points or set(means) == {"arithmetic"}):
        return {}
    counted = {leaf.code: leaf for leaf in unit.leaves if leaf.counted and leaf.effective_max and leaf.points is not None}
    shares: dict[str, Fraction] = {}
    if by_points:
        full = sum((Fraction(leaf.effective_max) for leaf in counted.values()), Fraction(0))
        shares = {code: Fraction(leaf.effective_max) / full for code, leaf in counted.items()}
    else:
        _share_out(system, counted.keys(), "", Fraction(1), shares)
    earned = {code: Fraction(leaf.points or 0) / Fraction(leaf.effective_max) for code, leaf in counted.items()}
    return {code: Contribution(share, share * earned[code] * system.score.most) for code, share in shares.items()}


def _share_out(system: IndicatorSystem, counted: Collection[str], parent: str, share: Fraction, shares: dict[str, Fraction]) -> None:
    """Give each leaf below ``parent`` its part of ``share``, by the weights of what counts there."""
    children = [one for one in system.children(parent) if any(leaf.code in counted for leaf in system.leaves_under(one.code))]
    total = sum((one.weight or Fraction(0) for one in children), Fraction(0))
    for one in children if total else ():
        part = share * (one.weight or Fraction(0)) / total
        if isinstance(one, Leaf):
            shares[one.code] = part
        else:
            _share_out(system, counted, one.code, part, shares)
