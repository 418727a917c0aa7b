"""A result as pages show it: from a frozen version, or provisional from the ledger as it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.kernel.i18n import language
from evalplat.kernel.work import Work
from evalplat.scoring.canonical import canonical_bytes

from . import ledger, recorded, sheet
from .tables import ResultVersion


@dataclass(frozen=True, slots=True)
class LeafView:
    """One indicator with its arithmetic. ``state``: scored, missing, not_applicable; ``decision``: what was decided of its points."""

    code: str
    title: str
    max_points: Decimal
    effective_max: Decimal
    points: Decimal | None
    state: str
    reason: str
    line: str
    refs: tuple[str, ...]
    rule_text: str
    rule_line: int
    dimension: str
    alert: bool
    overridden: bool
    self_points: Decimal | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class BlockView:
    """A first-level indicator and the leaves below it."""

    code: str
    title: str
    max_points: Decimal
    points: Decimal | None
    percent: Decimal | None
    state: str
    complete: bool
    leaves: tuple[LeafView, ...]


@dataclass(frozen=True, slots=True)
class AdjustmentView:
    """A decided deduction or bonus; ``points`` is signed."""

    code: str
    title: str
    kind: str
    points: Decimal
    line: str
    reason: str
    ref: str


@dataclass(frozen=True, slots=True)
class VetoView:
    """A confirmed veto."""

    code: str
    title: str
    reason: str
    ref: str


@dataclass(frozen=True, slots=True)
class ScoreView:
    """Everything about one result. ``version`` is None and ``provisional`` true while nothing is frozen."""

    total: Decimal | None
    grade: str | None
    grade_code: str | None
    grade_before_veto: str | None
    score_x: Decimal | None
    score_y: Decimal | None
    base: Decimal | None
    coverage: Decimal
    marks: tuple[str, ...]
    lines: tuple[str, ...]
    provisional: bool
    version: int | None
    hash: str
    made_at: datetime | None
    reason: str
    system_title: str
    system_version: str
    blocks: tuple[BlockView, ...]
    adjustments: tuple[AdjustmentView, ...]
    vetoes: tuple[VetoView, ...]

    @property
    def leaves(self) -> tuple[LeafView, ...]:
        """Every indicator in order."""
        return tuple(leaf for block in self.blocks for leaf in block.leaves)

    def leaf(self, code: str) -> LeafView | None:
        """One indicator."""
        return next((leaf for leaf in self.leaves if leaf.code == code), None)


def score_view(work: Work, evaluation: Evaluation, version: int | None = None) -> ScoreView | None:
    """The result: a given version (None if it does not exist), else the newest, else a provisional one.

    The unit's own people never read which assessor gave which level.
    """
    from .words import without_raters

    system = sheet.system_for(work, evaluation)
    rows = [row for row in sheet.versions(work, evaluation) if version in (None, row.version)]
    if version is not None and not rows:
        return None
    if not rows:
        return provisional_view(work, evaluation)
    view = _view(system, json.loads(rows[-1].canonical)["units"][0], rows[-1], self_scores(work, evaluation))
    of_unit = evaluation.unit_id in getattr(work.actor, "unit_ids", ())
    return without_raters(view, (leaf.code for leaf in system.rubric_leaves)) if of_unit else view


def provisional_view(work: Work, evaluation: Evaluation) -> ScoreView:
    """The result as the ledger stands now, whatever was frozen."""
    system = sheet.system_for(work, evaluation)
    data = json.loads(canonical_bytes(sheet.compute(work, evaluation)))["units"][0]
    return _view(system, data, None, self_scores(work, evaluation))


def self_scores(work: Work, evaluation: Evaluation) -> dict[str, Decimal]:
    """What the unit claims for each indicator: shown beside the score, never read by it."""
    found = {e.key.partition(":")[2]: e.value.get("points") for e in ledger.entries(work, evaluation, prefix="self:")}
    return {code: Decimal(points) for code, points in found.items() if points is not None}


def grade_name(system: IndicatorSystem, code: str | None) -> str | None:
    """How a grade is called in the present language (``excellent`` → 优秀)."""
    return system.grade(code).title.in_language(language()) if code else None


def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _view(system: IndicatorSystem, unit: dict[str, Any], row: ResultVersion | None, claims: dict[str, Decimal]) -> ScoreView:
    lang = language()
    leaves = {leaf["code"]: leaf for leaf in unit["leaves"]}
    titles = {one.code: one.title.in_language(lang) for one in (*system.adjustments, *system.vetoes)}
    return ScoreView(
        total=_decimal(unit["total"]), grade=grade_name(system, unit["grade"]), grade_code=unit["grade"],
        grade_before_veto=grade_name(system, unit["grade_before_veto"]),
        score_x=_decimal(unit["dimensions"].get("X")), score_y=_decimal(unit["dimensions"].get("Y")),
        base=_decimal(unit["base"]), coverage=Decimal(unit["coverage"]), marks=tuple(unit["marks"]),
        lines=tuple(unit["lines"]), provisional=row is None, version=row.version if row else None,
        hash=row.hash if row else "", made_at=row.made_at if row else None, reason=recorded.said(row.reason) if row else "",
        system_title=system.title.in_language(lang), system_version=system.version,
        blocks=tuple(_block(system, node, leaves, lang, claims) for node in unit["nodes"] if not system.node(node["code"]).parent),
        adjustments=tuple(AdjustmentView(a["code"], titles.get(a["code"], ""), a["kind"], Decimal(a["points"]), a["line"],
                                         a["reason"], a["ref"]) for a in unit["adjustments"]),
        vetoes=tuple(VetoView(v["code"], titles.get(v["code"], ""), v["reason"], v["ref"]) for v in unit["vetoes"]))


def _block(system: IndicatorSystem, node: dict[str, Any], leaves: dict[str, Any], lang: str,
           claims: dict[str, Decimal]) -> BlockView:
    code = node["code"]
    groups = {one.title.zh: one.title.in_language(lang) for one in system.surveys.values()}
    below = tuple(_leaf(leaf, leaves[leaf.code], lang, claims.get(leaf.code), groups)
                  for leaf in system.leaves_under(code) if leaf.code in leaves)
    return BlockView(code, system.node(code).title.in_language(lang), Decimal(node["max_points"]), _decimal(node["points"]),
                     _decimal(node["percent"]), node["state"], node["complete"], below)


def _leaf(leaf: Leaf, data: dict[str, Any], lang: str, claim: Decimal | None, groups: dict[str, str]) -> LeafView:
    return LeafView(
        code=leaf.code, title=leaf.title.in_language(lang), max_points=Decimal(data["max_points"]),
        effective_max=Decimal(data["effective_max"]), points=_decimal(data["points"]), state=data["state"],
        reason=data["reason"], line=data["line"], refs=tuple(recorded.said(ref, groups) for ref in data["refs"]),
        rule_text=leaf.note.in_language(lang), rule_line=data["rule_line"], dimension=data["dimension"],
        alert=data["alert"], overridden=data["overridden"],
        self_points=claim, decision="; ".join(step["text"] for step in data["steps"] if step["kind"] == "decision"))
