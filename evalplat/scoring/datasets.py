"""Every stage of a result as a named table: what was measured, the points, the blocks, what was added and taken away, grades, ranks.

Rows are plain text, in the order of units and of the tree, so that the same result gives the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.numbers import number_text

from .model import LeafResult, NodeResult, PreparedFigure, Result, UnitResult
from .ranking import Ranked, rank

Rows = list[dict[str, str]]
STAGES = ("raw", "prepared", "normalised", "points", "nodes", "adjusted", "graded", "ranked")
MOST_DECIMALS = 12


def results_table(result: Result, system: IndicatorSystem) -> Rows:
    """A row a unit: score, rank and grade first, then everything that explains why there may be none."""
    ranks = rank(result, system)
    rows = []
    for unit in result.units:
        place = ranks[unit.unit]
        row = {"unit": unit.unit, "score": _text(unit.total), "rank": _text(place.rank), "grade": unit.grade or "",
               "category": unit.category, "profile": unit.profile, "base": _text(unit.base), "adjustments": _text(unit.adjustment_total),
               "rank_of": _text(place.of or None), "no_rank": place.reason, "coverage": _text(unit.coverage)}  # fmt: skip
        row |= {f"score_{name}": _text(value) for name, value in unit.dimensions.items()}
        rows.append(row | {"marks": " ".join(unit.marks)})
    return rows


def datasets(result: Result, system: IndicatorSystem) -> dict[str, Rows]:
    """Stage → its table, in the order in which they arise (``STAGES``).

    ``raw`` (what the rules read), ``normalised`` (per cent of the full mark) and ``points`` have a row a unit and a column a leaf, where
    a leaf without a number shows its reason; ``prepared`` a row for each figure that a step before scoring changed, with what was
    measured and why (no row where nothing was); ``nodes`` a row a unit and block; the others a row a unit.
    """
    ranks = rank(result, system)
    return {
        "raw": [_leaves(unit, lambda leaf: leaf.raw or leaf.reason) for unit in result.units],
        "prepared": [_prepared(unit.unit, one) for unit in result.units for one in unit.prepared],
        "normalised": [_leaves(unit, _normalised) for unit in result.units],
        "points": [_leaves(unit, lambda leaf: leaf.reason if leaf.points is None else _text(leaf.points)) for unit in result.units],
        "nodes": nodes_table(result.units),
        "adjusted": [_adjusted(unit) for unit in result.units],
        "graded": [{"unit": unit.unit, "score": _text(unit.total), "before_veto": unit.grade_before_veto or "", "grade": unit.grade or "",
                    "vetoes": " ".join(one.code for one in unit.vetoes)} for unit in result.units],
        "ranked": [_ranked(unit, ranks) for unit in result.units],
    }  # fmt: skip


def nodes_table(units: Iterable[UnitResult]) -> Rows:
    """A row a unit and block."""
    return [_node(unit.unit, node) for unit in units for node in unit.nodes]


def _leaves(unit: UnitResult, shown: Callable[[LeafResult], str]) -> dict[str, str]:
    return {"unit": unit.unit} | {leaf.code: shown(leaf) for leaf in unit.leaves}


def _prepared(unit: str, one: PreparedFigure) -> dict[str, str]:
    values = {"before": one.before, "after": one.after}
    return {"unit": unit, "field": one.field, "number": str(one.number), "step": one.step,
            **{name: "" if value is None else number_text(value, most=MOST_DECIMALS) for name, value in values.items()},
            "arithmetic": one.shown, "why": one.why}


def _normalised(leaf: LeafResult) -> str:
    if leaf.points is None or not leaf.effective_max:
        return leaf.reason
    return f"{leaf.points / leaf.effective_max * 100:.4f}"


def _node(unit: str, node: NodeResult) -> dict[str, str]:
    return {"unit": unit, "node": node.code, "state": node.state, "points": _text(node.points), "of": _text(node.max_points),
            "percent": _text(node.percent), "complete": "yes" if node.complete else "no"}


def _adjusted(unit: UnitResult) -> dict[str, str]:
    return {"unit": unit.unit, "earned": _text(unit.earned), "applicable": _text(unit.applicable), "base": _text(unit.base),
            "adjustments": "; ".join(f"{one.code} {one.points}: {one.line}" for one in unit.adjustments),
            "adjustment_total": _text(unit.adjustment_total), "score": _text(unit.total), "arithmetic": "; ".join(unit.lines)}


def _ranked(unit: UnitResult, ranks: Mapping[str, Ranked]) -> dict[str, str]:
    place = ranks[unit.unit]
    return {"unit": unit.unit, "category": unit.category, "score": _text(unit.total), "rank": _text(place.rank),
            "of": _text(place.of or None), "tied": "yes" if place.tied else "no", "no_rank": place.reason}


def _text(value: object) -> str:
    return "" if value is None else str(value)
