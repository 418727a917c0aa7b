"""Combines the values below a block into one, by the method that the file names, and writes the arithmetic of it."""

from __future__ import annotations

from fractions import Fraction

from evalplat.definitions.numbers import number_text, power

ZERO = Fraction(0)
NEED_POSITIVE = ("geometric", "harmonic")


def combine(how: str, parts: list[tuple[Fraction, Fraction]], *, floor: Fraction | None = None,
            worst: int = 1) -> tuple[Fraction | None, str]:  # fmt: skip
    """Weighted arithmetic, geometric or harmonic mean, minimum, sum or mean of the ``worst`` weakest, and its arithmetic.

    ``floor`` lifts smaller values first. A geometric or harmonic mean with a value ≤ 0 has no result.
    """
    parts = [(_lifted(value, floor), weight) for value, weight in parts if weight > 0]
    if how == "worst":
        parts = sorted(parts, key=lambda part: part[0])[:worst]
    total = sum((weight for _, weight in parts), ZERO)
    if not parts or not total:
        return None, "–"
    shown = [(number_text(value, most=6), number_text(weight)) for value, weight in parts]
    if how == "min":
        return min(value for value, _ in parts), f"min({', '.join(value for value, _ in shown)})"
    if how == "sum":
        return sum((value for value, _ in parts), ZERO), " + ".join(value for value, _ in shown)
    if how in NEED_POSITIVE and min(value for value, _ in parts) <= 0:
        return None, "–"
    if how == "geometric":
        product = Fraction(1)
        for value, weight in parts:
            product *= power(value, weight / total)
        return product, " × ".join(f"{value}^({weight}/{number_text(total)})" for value, weight in shown)
    if how == "harmonic":
        mean = total / sum((weight / value for value, weight in parts), ZERO)
        return mean, f"{number_text(total)} ÷ ({' + '.join(f'{w} ÷ {v}' for v, w in shown)})"
    mean = sum((value * weight for value, weight in parts), ZERO) / total
    return mean, f"({' + '.join(f'{v} × {w}' for v, w in shown)}) ÷ {number_text(total)}"


def breaks(how: str, value: Fraction, weight: Fraction, *, floor: Fraction | None = None) -> bool:
    """True if the method has no result because of this value."""
    return how in NEED_POSITIVE and weight > 0 and _lifted(value, floor) <= 0


def _lifted(value: Fraction, floor: Fraction | None) -> Fraction:
    return value if floor is None else max(value, floor)
