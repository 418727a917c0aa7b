"""Frozen results as a grid of departments and indicators, each cell the share of its full mark that was earned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlmodel import col, select

from evalplat.access import scope
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.i18n import language
from evalplat.kernel.listing import Wanted, ordered
from evalplat.kernel.work import Work
from evalplat.pages.queries.units import category_label
from evalplat.people.tables import Unit
from evalplat.scores.marks import few_answers, is_light
from evalplat.scores.sheet import newest
from evalplat.scores.tables import ResultVersion

LEAVES = "leaves"
STEPS = (60, 70, 80, 90)
"""Per cent of the full mark from which the next wash begins."""
TENTH = Decimal("0.1")
SORTS = ("code", "category", "total")


@dataclass(frozen=True, slots=True)
class Column:
    """A block, or an indicator; ``first`` begins a block."""

    code: str
    title: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What one department earned. ``kind``: scored, filled (no value of its own, but it counts as the file says), missing,
    not_applicable; ``share`` is per cent of the full mark, ``wash`` 1 to 5, 0 without a share."""

    code: str
    kind: str
    share: Decimal | None
    points: Decimal | None
    full: Decimal
    href: str
    wash: int = 0


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One department with its newest frozen result."""

    code: str
    name: str
    href: str
    category: str
    category_label: str
    total: Decimal | None
    light: bool
    few: bool
    blocks: tuple[Cell, ...]
    cells: tuple[Cell, ...]

    def share(self, code: str) -> Decimal | None:
        """The share of one column."""
        return next((cell.share for cell in self.cells if cell.code == code), None)


@dataclass(frozen=True, slots=True)
class Heat:
    """The grid. ``means``: of the shares of the rows, in the order of the columns; ``waiting``: names without a fixed result."""

    columns: tuple[Column, ...]
    blocks: tuple[Column, ...]
    rows: tuple[HeatRow, ...]
    means: tuple[Decimal | None, ...]
    categories: tuple[tuple[str, str], ...]
    waiting: tuple[str, ...]


def choices(system: IndicatorSystem) -> tuple[str, ...]:
    """What the columns can be: the blocks (nothing given), every indicator, or those of one block."""
    return LEAVES, *(node.code for node in system.nodes if not node.parent)


def heat_of(work: Work, campaign: Campaign, ask: Wanted) -> Heat:
    """The grid that an address asks for, in two queries whatever the number of departments."""
    system = system_of(work, campaign)
    found = _found(work, campaign)
    columns, blocks = columns_of(system, ask.get("by")), columns_of(system, "")
    rows = [_row(campaign, system, unit, version, blocks=blocks, columns=columns) for unit, version in found if version]
    waiting = tuple(unit.short_name for unit, version in found
                    if version is None and ask.get("category") in ("", unit.category))
    shown = tuple(ordered([row for row in rows if ask.get("category") in ("", row.category)], ask, _keys(columns)))
    categories = tuple(sorted({(row.category, row.category_label) for row in rows}))
    return Heat(columns, blocks, shown, means(shown, columns), categories, waiting)


def _found(work: Work, campaign: Campaign) -> list[tuple[Unit, ResultVersion | None]]:
    """Every department that this person may see, and its newest frozen result."""
    pairs: Any = (select(Evaluation.id, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .where(Evaluation.campaign_id == campaign.id, scope.evaluations(work.actor)).order_by(col(Unit.code)))
    units: dict[int, Unit] = dict(work.session.exec(pairs).all())
    versions = newest(work, list(units))
    return [(unit, versions.get(key)) for key, unit in units.items()]


def columns_of(system: IndicatorSystem, by: str) -> tuple[Column, ...]:
    """Blocks, all indicators (``leaves``), or those of the block ``by``. Pure."""
    said = language()
    tops = [node for node in system.nodes if not node.parent]
    if not by:
        return tuple(Column(node.code, node.title.in_language(said)) for node in tops)
    found = []
    for node in tops:
        if by in (LEAVES, node.code):
            below = system.leaves_under(node.code)
            found += [Column(leaf.code, leaf.title.in_language(said), number == 0) for number, leaf in enumerate(below)]
    return tuple(found)


def _keys(columns: Iterable[Column]) -> dict[str, Callable[[HeatRow], Any]]:
    keys: dict[str, Callable[[HeatRow], Any]] = {
        "code": lambda row: row.code, "category": lambda row: (row.category_label, row.code), "total": lambda row: row.total}
    return keys | {column.code: lambda row, code=column.code: row.share(code) for column in columns}


def _row(campaign: Campaign, system: IndicatorSystem, unit: Unit, version: ResultVersion, *, blocks: Iterable[Column],
         columns: Iterable[Column]) -> HeatRow:
    data = json.loads(version.canonical)["units"][0]
    href = f"/c/{campaign.code}/u/{unit.code}"
    known = {one["code"]: one for one in (*data["nodes"], *data["leaves"])}
    return HeatRow(unit.code, unit.short_name, href, data["category"], category_label(system, data["category"]), version.total,
                   is_light(version.marks), few_answers(version.marks),
                   tuple(cell_of(known.get(one.code), one.code, href) for one in blocks),
                   tuple(cell_of(known.get(one.code), one.code, href) for one in columns))


def cell_of(given: dict[str, Any] | None, code: str, href: str) -> Cell:
    """A cell from a block or an indicator of the frozen form; a code that was not scored then does not apply. Pure."""
    if given is None:
        return Cell(code, "not_applicable", None, None, Decimal(0), href)
    leaf = "effective_max" in given
    full = Decimal(given["effective_max"] if leaf else given["max_points"])
    points = None if given["points"] is None else Decimal(given["points"])
    way = f"{href}?open={code}#{code}" if leaf else f"{href}#{code}"
    share = _share(given, points, full, leaf=leaf)
    if given["state"] == "not_applicable" or share is None:
        return Cell(code, "not_applicable" if given["state"] == "not_applicable" else "missing", None, None, full, way)
    return Cell(code, "scored" if given["state"] == "scored" else "filled", share, points, full, way, wash_of(share))


def _share(given: dict[str, Any], points: Decimal | None, full: Decimal, *, leaf: bool) -> Decimal | None:
    if not leaf:
        return None if given["percent"] is None else _tenth(Decimal(given["percent"]))
    return None if points is None or not full else _tenth(points / full * 100)


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)


def wash_of(share: Decimal) -> int:
    """1 (below 60 per cent) to 5 (from 90). Pure."""
    return 1 + sum(share >= step for step in STEPS)


def means(rows: Sequence[HeatRow], columns: Sequence[Column]) -> tuple[Decimal | None, ...]:
    """The mean share of each column over the rows that have one. Pure."""
    found = []
    for place in range(len(columns)):
        known = [row.cells[place].share for row in rows]
        values = [share for share in known if share is not None]
        found.append(_tenth(sum(values, Decimal(0)) / len(values)) if values else None)
    return tuple(found)
