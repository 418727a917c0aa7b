"""Bonuses, deductions, the clamp and vetoes, in the one order that the file declares; each leaves its line of arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalplat.definitions.indicators import Adjustment, Grade, IndicatorSystem
from evalplat.definitions.numbers import number_text, to_decimal

from .inputs import Inputs, exact_number
from .model import AdjustmentDecision, AdjustmentResult, VetoDecision

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The total after everything. ``total_exact`` is not rounded; the grade is that of the rounded total."""

    total: Decimal | None
    total_exact: Fraction | None
    applied: tuple[AdjustmentResult, ...]
    change: Fraction
    grade: str | None
    grade_before_veto: str | None
    vetoes: tuple[VetoDecision, ...]
    lines: tuple[str, ...]


def adjust(system: IndicatorSystem, base: Fraction | None, inputs: Inputs) -> Adjusted:
    """Apply the decided adjustments and confirmed vetoes of one unit. Without a base there is no total and no grade."""
    applied = _decided(system, inputs)
    vetoes = tuple(one for one in inputs.unit.vetoes if any(v.code == one.code for v in system.vetoes))
    sums = {kind: sum((points for _, points in _by_kind(system, applied, kind)), ZERO) for kind in ("bonus", "deduct")}
    sums = {kind: _capped(system, kind, total) for kind, total in sums.items()}
    change = sums["bonus"] + sums["deduct"]
    if base is None:
        return Adjusted(None, None, _results(system, applied), change, None, None, vetoes, ())
    total, lines = _in_order(system, base, sums)
    total = _veto_score(system, total, vetoes)
    rounded = to_decimal(total, system.score.decimals)
    before = grade_for(system.grades, rounded)
    grade = _capped_grade(system, before, vetoes)
    return Adjusted(rounded, total, _results(system, applied), change, grade.code if grade else None,
                    before.code if before else None, vetoes, lines)


def grade_for(grades: Sequence[Grade], total: Decimal) -> Grade | None:
    """The first grade whose start is reached (they fall, the last has none)."""
    return next((one for one in grades if one.start is None or Fraction(total) >= one.start), None)


def _decided(system: IndicatorSystem, inputs: Inputs) -> list[tuple[Adjustment, AdjustmentDecision, Fraction, str]]:
    """Each decision with its signed points; a cap of one code holds over all decisions of that code."""
    found: list[tuple[Adjustment, AdjustmentDecision, Fraction, str]] = []
    used: dict[str, Fraction] = {}
    for decision in inputs.unit.adjustments:
        one = next((a for a in system.adjustments if a.code == decision.code), None)
        if one is None:
            continue
        count, each = exact_number(decision.count), one.points.get(decision.variant)
        if count is None or count < 0 or each is None:
            inputs.report("M104", '{unit}: the decision on "{name}" has no possible count or kind ({value}).',
                          name=one.code, value=f"{decision.count} {decision.variant}".strip())
            continue
        points, text = each * count, f"{number_text(each)} × {number_text(count)} = {number_text(each * count, least=2)}"
        left = points if one.cap is None else min(points, one.cap - used.get(one.code, ZERO))
        used[one.code] = used.get(one.code, ZERO) + left
        if left != points:
            text += f" → {number_text(left, least=2)} (≤ {number_text(one.cap or ZERO)})"
        found.append((one, decision, left if one.kind == "bonus" else -left, text))
    return found


def _by_kind(system: IndicatorSystem, applied: list[tuple[Adjustment, AdjustmentDecision, Fraction, str]],
             kind: str) -> list[tuple[Adjustment, Fraction]]:  # fmt: skip
    return [(one, points) for one, _, points, _ in applied if one.kind == kind]


def _capped(system: IndicatorSystem, kind: str, total: Fraction) -> Fraction:
    cap = system.adjustment_caps.get(kind)
    if cap is None:
        return total
    return min(total, cap) if kind == "bonus" else max(total, -cap)


def _in_order(system: IndicatorSystem, base: Fraction, sums: dict[str, Fraction]) -> tuple[Fraction, tuple[str, ...]]:
    places, total, lines = system.score.decimals, base, []
    for name in system.adjustment_order:
        if name == "clamp":
            clamped = min(max(total, system.score.least), system.score.most)
            if clamped != total:
                lines.append(f"{number_text(total, least=places)} → {number_text(clamped, least=places)}")
            total = clamped
        elif sums.get(name):
            before, total = total, total + sums[name]
            sign = "+" if sums[name] > 0 else "−"
            shown = [number_text(one, least=places, most=places) for one in (before, abs(sums[name]), total)]
            lines.append(f"{shown[0]} {sign} {shown[1]} = {shown[2]}")
    return total, tuple(lines)


def _veto_score(system: IndicatorSystem, total: Fraction, vetoes: Sequence[VetoDecision]) -> Fraction:
    caps = [veto.score_at_most for veto in system.vetoes for one in vetoes if one.code == veto.code]
    return min([total, *(cap for cap in caps if cap is not None)])


def _capped_grade(system: IndicatorSystem, grade: Grade | None, vetoes: Sequence[VetoDecision]) -> Grade | None:
    codes = [one.code for one in system.grades]
    if grade is None:
        return None
    worst = codes.index(grade.code)
    for veto in system.vetoes:
        if any(one.code == veto.code for one in vetoes) and veto.grade_at_most in codes:
            worst = max(worst, codes.index(veto.grade_at_most))
    return system.grades[worst]


def _results(system: IndicatorSystem, applied: list[tuple[Adjustment, AdjustmentDecision, Fraction, str]]) -> tuple[AdjustmentResult, ...]:
    places = system.score.decimals
    return tuple(
        AdjustmentResult(one.code, one.kind, to_decimal(points, places), text, decision.reason, decision.ref)
        for one, decision, points, text in applied
    )
