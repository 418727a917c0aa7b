"""Exact numbers: reading them from text, rounding half up, and writing them in a line of arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

_NUMBER = re.compile(r"[+-]?(\d{1,20})(\.\d{1,20})?\Z")
_PRECISE = Context(prec=50, rounding=ROUND_HALF_UP)
_LONG = 10**50
_REMEMBERED = 16_384
"""Texts and decimals of numbers that are kept: levels, full marks and weights come again for each unit."""


def read_number(text: str) -> Fraction | None:
    """The exact value of ``1.10``, ``-3`` or ``80%``; None if the text is no plain number."""
    text = text.strip()
    percent = text.endswith("%")
    digits = text[:-1].strip() if percent else text
    if not digits.isascii() or not _NUMBER.match(digits):
        return None
    value = Fraction(Decimal(digits))
    return value / 100 if percent else value


def round_half_up(value: Fraction, places: int) -> Fraction:
    """Half away from zero, as in the commercial rule; exact."""
    return Fraction(_fixed(value.numerator, value.denominator, places), 10**places)


def to_decimal(value: Fraction, places: int) -> Decimal:
    """``value`` rounded half up, with exactly ``places`` decimals."""
    return _as_decimal(value.numerator, value.denominator, places)


@lru_cache(_REMEMBERED)
def _as_decimal(above: int, below: int, places: int) -> Decimal:
    return Decimal(_fixed(above, below, places)).scaleb(-places, _PRECISE)


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """The sum over one denominator: much quicker than adding fractions one by one."""
    found = list(values)
    below = lcm(*[value.denominator for value in found])
    return Fraction(sum([value.numerator * (below // value.denominator) for value in found]), below)


def number_text(value: Fraction, least: int = 0, most: int = 4) -> str:
    """At most ``most`` decimals (rounded half up), no idle zeros beyond ``least`` decimals."""
    return _as_text(value.numerator, value.denominator, least, most)


@lru_cache(_REMEMBERED)
def _as_text(above: int, below: int, least: int, most: int) -> str:
    if below == 1 and not least:
        return str(above)
    fixed = _fixed(above, below, most)
    if not most or abs(fixed) >= _LONG:
        return _long_text(_as_decimal(above, below, most), least, most)
    digits = str(abs(fixed)).rjust(most + 1, "0")
    decimals = digits[-most:]
    shown = decimals[:least] + decimals[least:].rstrip("0")
    sign = "-" if fixed < 0 else ""
    return f"{sign}{digits[:-most]}.{shown}" if shown else f"{sign}{digits[:-most]}"


def _long_text(value: Decimal, least: int, most: int) -> str:
    """The same for numbers with more digits than the others keep."""
    text = f"{value:f}"
    while most > least and text.endswith("0"):
        text, most = text[:-1], most - 1
    return text.rstrip(".") if "." in text and most == 0 else text


def _fixed(above: int, below: int, places: int) -> int:
    """``above`` ÷ ``below`` times ``10**places`` as the nearest whole number, halves away from zero."""
    double: int = 2 * abs(above) * 10**places
    whole = (double + below) // (2 * below)
    return whole if above >= 0 else -whole


def natural_log(value: Fraction) -> Fraction:
    """ln to 50 digits: enough that no rounding of the file can see the difference."""
    return Fraction(_decimal(value).ln(_PRECISE))


def power(value: Fraction, exponent: Fraction) -> Fraction:
    """``value ** exponent`` for a value ≥ 0, to 50 digits."""
    if value == 0:
        return Fraction(0) if exponent else Fraction(1)
    return Fraction(_PRECISE.power(_decimal(value), _decimal(exponent)))


def square_root(value: Fraction) -> Fraction:
    """To 50 digits."""
    return Fraction(_decimal(value).sqrt(_PRECISE))


def _decimal(value: Fraction) -> Decimal:
    return _PRECISE.divide(Decimal(value.numerator), Decimal(value.denominator))
