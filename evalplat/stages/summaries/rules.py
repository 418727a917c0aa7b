"""Counting over a campaign. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

from evalplat.kernel.i18n import N_

BOUNDS: tuple[tuple[str, Decimal, Decimal], ...] = (
    (N_("below 60"), Decimal(-1000), Decimal(60)), (N_("60–70"), Decimal(60), Decimal(70)),
    (N_("70–80"), Decimal(70), Decimal(80)), (N_("80–85"), Decimal(80), Decimal(85)),
    (N_("85–90"), Decimal(85), Decimal(90)), (N_("90+"), Decimal(90), Decimal(10000)),
)
"""Gettext id of the band, from, below."""
WIDEST = Decimal(50)
"""Half of the scale of 0–100: a score whose interval is unknown is as uncertain as can be."""


def band_of(total: Decimal) -> int:
    """The place of a total among ``BOUNDS``; a bound belongs to the upper band."""
    return next(place for place, (_, low, high) in enumerate(BOUNDS) if low <= total < high)


def distribution(totals: Iterable[Decimal]) -> list[tuple[str, int]]:
    """How many totals lie in each band."""
    places = [band_of(total) for total in totals]
    return [(label, places.count(place)) for place, (label, _, _) in enumerate(BOUNDS)]


def rounded(value: Decimal) -> Decimal:
    """Half up to two places."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """The arithmetic mean, half up to two places; None over nothing."""
    return rounded(sum(values, Decimal(0)) / len(values)) if values else None


def pooled(rows: Iterable[tuple[Decimal | None, int, Decimal | None]]) -> tuple[Decimal | None, Decimal | None]:
    """(mean, half of its interval) over (score, answers, half): weighted by answers; independent halves add up as squares.

    No interval where none is known at all; beside known ones an unknown one counts as the widest.
    """
    scored = [(score, n, half) for score, n, half in rows if score is not None and n]
    total = sum(n for _, n, _ in scored)
    if not total:
        return None, None
    value = rounded(sum((score * n for score, n, _ in scored), Decimal(0)) / total)
    if all(half is None for *_, half in scored):
        return value, None
    squares = sum((n / total * float(WIDEST if half is None else half)) ** 2 for _, n, half in scored)
    return value, rounded(Decimal(str(sqrt(squares))))


def sections(text: str) -> list[tuple[str, list[str]]]:
    """Lines → headed sections. A line that ends with a colon is a heading; lines before the first one have none."""
    found: list[tuple[str, list[str]]] = []
    for line in (part.strip() for part in text.splitlines()):
        if line.endswith(("：", ":")):  # zh: read  # zh: read
            found.append((line[:-1].strip(), []))
        elif line:
            if not found:
                found.append(("", []))
            found[-1][1].append(line)
    return [(heading, lines) for heading, lines in found if heading or lines]
