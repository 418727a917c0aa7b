"""What each block and indicator weighs in the whole: rows of a table and the arcs of a drawing, for one class of points or category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin

from evalplat.definitions.effective import effective_weights
from evalplat.definitions.indicators import IndicatorSystem, Leaf, Node
from evalplat.definitions.numbers import number_text
from evalplat.kernel.i18n import language

HOLE, RADIUS, COLOURS = 44, 200, 6
WIDE_ENOUGH = 13
"""An arc is named if its middle is at least this wide, in units of the drawing."""
UPRIGHT = 36
"""From this width on its name is not turned."""


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One line of the table."""

    code: str
    title: str
    depth: int
    leaf: bool
    percent: str
    width: float
    colour: int


@dataclass(frozen=True, slots=True)
class Arc:
    """One piece of the drawing, with its name where there is room."""

    code: str
    title: str
    percent: str
    path: str
    colour: int
    ring: int
    x: float
    y: float
    turn: float
    named: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """Table and drawing of one column."""

    columns: tuple[tuple[str, str], ...]
    column: str
    rows: tuple[WeightRow, ...]
    arcs: tuple[Arc, ...]


def weights_of(system: IndicatorSystem, column: str) -> Weights | None:
    """The weights in a column (the first if it is not known); None where nothing is scored."""
    columns = effective_weights(system)
    if not columns or not system.leaves:
        return None
    column = column if column in columns else next(iter(columns))
    shares = columns[column]
    names = {key: one.title for key, one in system.profiles.items()} | dict(system.categories)
    titles = tuple((key, names[key].in_language(language()) if key in names else key) for key in columns)
    return Weights(titles, column, tuple(_rows(system, shares)), tuple(_arcs(system, shares)))


def _colours(system: IndicatorSystem) -> dict[str, int]:
    """Code → the colour of its uppermost block."""
    found: dict[str, int] = {}
    tops = 0
    for one in system.tree:
        if one.parent not in found:
            found[one.code], tops = tops % COLOURS, tops + 1
        else:
            found[one.code] = found[one.parent]
    return found


def _percent(share: Fraction) -> str:
    return f"{number_text(share * 100, most=2)}%"


def _rows(system: IndicatorSystem, shares: Mapping[str, Fraction]) -> Iterator[WeightRow]:
    colours = _colours(system)
    for one in system.tree:
        if one.code in shares:
            yield WeightRow(one.code, one.title.in_language(language()), one.depth, isinstance(one, Leaf), _percent(shares[one.code]),
                            round(float(shares[one.code]) * 100, 2), colours[one.code])


def _arcs(system: IndicatorSystem, shares: Mapping[str, Fraction]) -> Iterator[Arc]:
    """Rings from inside out: blocks, their parts, indicators; each as long as its share."""
    colours, rings = _colours(system), max(one.depth for one in system.tree) + 1
    width = (RADIUS - HOLE) / rings

    def ring(parent: str, begin: float, depth: int) -> Iterator[Arc]:
        for one in system.children(parent):
            share = float(shares.get(one.code, 0))
            if share > 0:
                inner = HOLE + depth * width
                outer = RADIUS if isinstance(one, Leaf) else inner + width
                yield _arc(one, begin, begin + share, inner, outer, _percent(shares[one.code]), colours[one.code], depth)
                yield from ring(one.code, begin, depth + 1)
            begin += share

    yield from ring("", 0.0, 0)


def _arc(one: Node | Leaf, begin: float, end: float, inner: float, outer: float, percent: str, colour: int, depth: int) -> Arc:
    end = min(end, begin + 0.9999)
    middle, radius = (begin + end) / 2, (inner + outer) / 2
    wide = (end - begin) * 2 * pi * radius
    turn = 0.0 if wide >= UPRIGHT else middle * 360 - 90
    large = int(end - begin > 0.5)
    points = [_point(at, radius_) for at, radius_ in ((begin, outer), (end, outer), (end, inner), (begin, inner))]
    path = (f"M{points[0]} A{outer:.2f} {outer:.2f} 0 {large} 1 {points[1]} L{points[2]} "
            f"A{inner:.2f} {inner:.2f} 0 {large} 0 {points[3]} Z")
    x, y = (float(part) for part in _point(middle, radius).split(","))
    return Arc(one.code, one.title.in_language(language()), percent, path, colour, depth, x, y,
               round(turn if turn <= 90 else turn - 180, 2), wide >= WIDE_ENOUGH)


def _point(at: float, radius: float) -> str:
    """A place on a circle; 0 is at the top, clockwise."""
    angle = 2 * pi * at - pi / 2
    return f"{radius * cos(angle):.2f},{radius * sin(angle):.2f}"
