"""Marks that the campaign's kind and the unit's mode put on a result: not scored at all, or judged without a visit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.formats import trimmed
from evalplat.scoring.model import UnitResult

LIGHT, JUDGED, NOT_SCORED = "light", "judged", "not_scored"
SHORT = frozenset({"sample_short", "sample_short_block"})
NOT_VISITED = "轻评，未实地核查"  # zh: recorded
"""The reason that stands in the ledger for an indicator that only a visit could have judged."""


def marked(unit: UnitResult, system: IndicatorSystem, *, mode: str) -> UnitResult:
    """The result with its marks. A light one says how many of the points that apply were judged."""
    if not system.leaves:
        return replace(unit, marks=(NOT_SCORED,))
    if mode != "light":
        return unit
    judged, full = judged_points(unit)
    return replace(unit, marks=(*unit.marks, LIGHT, f"{JUDGED}:{trimmed(judged)}/{trimmed(full)}"))


def judged_points(unit: UnitResult) -> tuple[Decimal, Decimal]:
    """Points of the indicators that were judged, and of all that apply (those not visited included)."""
    unseen = sum((one.max_points for one in unit.leaves if one.state == "not_applicable" and NOT_VISITED in one.line), Decimal(0))
    judged = sum((one.max_points for one in unit.leaves if one.state == "scored" and one.counted), Decimal(0))
    missing = sum((one.max_points for one in unit.leaves if one.state == "missing" and one.counted), Decimal(0))
    return judged, judged + missing + unseen


def is_light(marks: tuple[str, ...] | list[str]) -> bool:
    """Whether a result was reached without a visit."""
    return LIGHT in marks


def few_answers(marks: tuple[str, ...] | list[str]) -> bool:
    """Whether too few people answered a survey of this result; said wherever its points, grade or rank are listed."""
    return bool(SHORT & set(marks))
