"""Dice that fall the same way on every machine: a demonstration run twice gives the same results to the last digit."""

from __future__ import annotations

import random


def dice(*parts: object) -> random.Random:
    """Dice of their own for whatever the parts name."""
    return random.Random("/".join(str(part) for part in parts))  # noqa: S311 - nothing here is secret


def share(whole: int, rate: float) -> int:
    """A rate of a whole, rounded to a whole number and never more than it."""
    return max(0, min(whole, round(whole * rate)))


def code_of(kind: str, index: int) -> str:
    """A unified social credit code with its right check sign (GB 32100-2015): ``kind`` is 11 for organs, 12 for institutions."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"{kind}371699MB{index * 7919 % 10_000_000:07d}"
    total = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + signs[(31 - total % 31) % 31]
