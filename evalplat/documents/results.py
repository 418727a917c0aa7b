"""A result as documents print it. Takes whatever looks like ``scores.queries.ScoreView``, because books do not import one another."""

from __future__ import annotations

from typing import Any

from . import parts


def result_part(view: Any, *, marks: dict[str, str] | None = None) -> parts.Result:
    """``view``: total, grade, score_x, score_y, marks, provisional, blocks (with leaves), adjustments, vetoes."""
    return parts.Result(
        total=view.total, grade=view.grade, score_x=view.score_x,
        score_y=view.score_y, blocks=tuple(_block(block, provisional=view.provisional) for block in view.blocks),
        adjustments=tuple(parts.AdjustmentLine(code=a.code, title=a.title, points=a.points, reason=a.reason, document=a.ref)
                          for a in view.adjustments)
        + tuple(parts.AdjustmentLine(code=v.code, title=v.title, points=None, reason=v.reason, document=v.ref) for v in view.vetoes),
        marks=tuple((marks or {}).get(mark, mark) for mark in view.marks), provisional=view.provisional,
        base=view.base, lines=tuple(view.lines))


def _block(block: Any, *, provisional: bool) -> parts.BlockScore:
    leaves = tuple(_leaf(leaf, provisional=provisional) for leaf in block.leaves)
    return parts.BlockScore(code=block.code, title=block.title, max_points=block.max_points,
                            points=block.points if block.state == "scored" else None, state=block.state,
                            rate=block.percent, leaves=leaves)


def _leaf(leaf: Any, *, provisional: bool) -> parts.LeafLine:
    state: Any = "provisional" if provisional and leaf.state == "scored" else leaf.state
    points = leaf.points if leaf.state == "scored" else None
    mark = "经调整" if leaf.overridden else ""
    return parts.LeafLine(code=leaf.code, title=leaf.title, max_points=leaf.effective_max, points=points, state=state,
                          arithmetic=leaf.line or leaf.reason, mark=mark)
