"""Counting over a campaign. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

BOUNDS: tuple[tuple[str, Decimal, Decimal], ...] = (
    ("60分以下", Decimal(-1000), Decimal(60)), ("60—70分", Decimal(60), Decimal(70)), ("70—80分", Decimal(70), Decimal(80)),
    ("80—85分", Decimal(80), Decimal(85)), ("85—90分", Decimal(85), Decimal(90)), ("90分以上", Decimal(90), Decimal(10000)),
)


def distribution(totals: Iterable[Decimal]) -> list[tuple[str, int]]:
    """How many totals lie in each band; a bound belongs to the upper band."""
    values = list(totals)
    return [(label, sum(low <= value < high for value in values)) for label, low, high in BOUNDS]


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """The arithmetic mean, half up to two places; None over nothing."""
    if not values:
        return None
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def sections(text: str) -> list[tuple[str, list[str]]]:
    """Lines → headed sections. A line that ends with a colon is a heading; lines before the first one have none."""
    found: list[tuple[str, list[str]]] = []
    for line in (part.strip() for part in text.splitlines()):
        if line.endswith(("：", ":")):
            found.append((line[:-1].strip(), []))
        elif line:
            if not found:
                found.append(("", []))
            found[-1][1].append(line)
    return [(heading, lines) for heading, lines in found if heading or lines]
