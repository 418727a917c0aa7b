"""A result as a table that opens: rows of blocks and leaves, each with its arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evalplat.kernel.formats import points, trimmed
from evalplat.kernel.i18n import gettext
from evalplat.scores.queries import BlockView, LeafView, ScoreView

from .evaluation import Range

ALL = "all"


@dataclass(frozen=True, slots=True)
class Bar:
    """A value against its peers, in numbers and in words."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    maximum: Decimal
    minimum: int
    text: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What stands behind a leaf's points."""

    text: str
    result: str | None
    links: tuple[tuple[str, str], ...]
    rule: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of the table, in the shape of the ``score_table`` macro."""

    key: str
    level: int
    label: str
    cells: tuple[str | None, ...]
    bar: Bar | None
    mark: tuple[str, str] | None
    open: bool
    toggle_href: str | None
    arithmetic: Arithmetic | None


def score_rows(view: ScoreView, *, open_codes: Collection[str], href: str, peers: Mapping[str, Range],
               definition_href: str) -> list[ScoreRow]:
    """Blocks with their leaves; ``href`` is the page with its other parameters, ending in ``open=``."""
    rows: list[ScoreRow] = []
    for block in view.blocks:
        rows.append(_block(block, peers))
        rows += [_leaf(leaf, open_codes, href=href, peers=peers, definition_href=definition_href) for leaf in block.leaves]
    return rows


def _block(block: BlockView, peers: Mapping[str, Range]) -> ScoreRow:
    mark = None if block.complete else ("warn", gettext("not complete"))
    if block.state == "not_applicable":
        mark = ("mute", gettext("Does not apply"))
    return ScoreRow(block.code, 0, f"{block.code} {block.title}", (trimmed(block.max_points), _claimed(block), points(block.points)),
                    _bar(block.code, block.points, block.max_points, peers), mark, False, None, None)


def _claimed(block: BlockView) -> str:
    """The sum of what the unit claims below a block."""
    known = [leaf.self_points for leaf in block.leaves if leaf.self_points is not None]
    return points(sum(known, Decimal(0)) if known else None)


def _leaf(leaf: LeafView, open_codes: Collection[str], *, href: str, peers: Mapping[str, Range],
          definition_href: str) -> ScoreRow:
    shown = leaf.code in open_codes or ALL in open_codes
    left = [code for code in open_codes if code not in (leaf.code, ALL)]
    codes = left if shown else [*left, leaf.code]
    arithmetic = Arithmetic(
        leaf.line or leaf.reason or gettext("There is no value yet."),
        points(leaf.points) if leaf.points is not None and not leaf.line else None,
        ((gettext("Rule {code}", code=leaf.code), f"{definition_href}#{leaf.code}"),), leaf.rule_text, leaf.refs)
    full = trimmed(leaf.effective_max) if leaf.state == "scored" and leaf.effective_max != leaf.max_points else trimmed(leaf.max_points)
    return ScoreRow(leaf.code, 1, f"{leaf.code} {leaf.title}", (full, points(leaf.self_points), points(leaf.points)),
                    _bar(leaf.code, leaf.points, leaf.effective_max, peers), _mark(leaf), shown,
                    f"{href}{','.join(codes)}#{leaf.code}", arithmetic)


def _mark(leaf: LeafView) -> tuple[str, str] | None:
    if leaf.state == "missing":
        return ("warn", gettext("no value yet"))
    if leaf.state == "not_applicable":
        return ("mute", gettext("Does not apply"))
    if leaf.overridden:
        return ("action", gettext("changed by decision"))
    return ("warn", gettext("to be explained")) if leaf.alert else None


def _bar(code: str, value: Decimal | None, maximum: Decimal, peers: Mapping[str, Range]) -> Bar | None:
    """Only with peers: a lone bar would look like a comparison."""
    known = peers.get(code)
    if value is None or known is None or maximum <= 0:
        return None
    text = gettext("{value} of {maximum}; the middle half of {count} peers lies between {low} and {high}", value=points(value),
                   maximum=trimmed(maximum), count=known.count, low=points(known.low), high=points(known.high))
    return Bar(value, known.low, known.high, maximum, 0, text)
