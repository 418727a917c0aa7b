"""Tails and quantiles of F and chi-square from the incomplete beta and gamma functions, so that a few intervals need no large library."""

from __future__ import annotations

import math

_TINY = 1e-300


def beta_share(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta I_x(a, b) by its continued fraction (NIST DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * _fraction(1 - x, b, a) / b
    return front * _fraction(x, a, b) / a


def f_quantile(share: float, first: float, second: float) -> float:
    """The value below which ``share`` of F(first, second) lies, by bisection on the beta scale."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_share(middle, first / 2, second / 2) < share else (low, middle)
    x = (low + high) / 2
    return second * x / (first * (1 - x))


def f_tail(value: float, first: float, second: float) -> float:
    """The chance that F(first, second) is at least ``value``: I_{d2/(d2+d1·F)}(d2/2, d1/2) (NIST DLMF 8.17)."""
    if math.isinf(value):
        return 0.0
    return beta_share(second / (second + first * value), second / 2, first / 2) if value > 0 else 1.0


def chi_square_tail(value: float, degrees: float) -> float:
    """The chance that chi-square is at least ``value``: Q(degrees/2, value/2) (NIST DLMF 8.2.4)."""
    if value <= 0:
        return 1.0
    a, x = degrees / 2, value / 2
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        return max(0.0, 1 - front * _gamma_series(a, x))
    return front * _gamma_fraction(a, x)


def _gamma_series(a: float, x: float) -> float:
    """Σ xⁿ / (a (a+1) … (a+n)) (NIST DLMF 8.7.1, the power series of the lower function)."""
    term = total = 1 / a
    place = a
    while term > total * 1e-17:
        place += 1
        term *= x / place
        total += term
    return total


def _gamma_fraction(a: float, x: float) -> float:
    """Lentz's evaluation of the continued fraction of the upper function (NIST DLMF 8.9.2)."""
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    value = d
    for n in range(1, 1000):
        numerator = -n * (n - a)
        b += 2
        d = 1 / _away(numerator * d + b)
        c = _away(b + numerator / c)
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 500):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + numerator * d)
            c = _away(1 + numerator / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _away(value: float) -> float:
    """``value``, but never nothing to divide by."""
    return value if abs(value) > _TINY else _TINY
