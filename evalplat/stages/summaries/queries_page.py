"""What the pages of the report show: the overview with its comparison and charts, and the rows behind one figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign
from evalplat.documents import charts
from evalplat.documents.charts import Chart
from evalplat.documents.parts import CountLine, FindingCount
from evalplat.documents.parts_summary import CompareLine
from evalplat.findings.kinds import CATEGORIES
from evalplat.kernel.formats import full_date, points
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.kernel.work import Work

from . import queries
from .queries import Names, Overview
from .queries_books import books_of
from .queries_compare import comparison
from .queries_view import ties_of
from .rules import BOUNDS
from .rules_books import BOOKS, pick, total_of
from .rules_compare import Comparison
from .rules_words import COLUMNS, MAPS, ROOMS, TITLES
from .tables import Snapshot

FILTERS = ("unit", "category", "family", "severity", "destinations", "state", "band", "earned", "counted", "block", "final", "open",
           "overdue", "holds", "refused", "decision", "kind", "method", "panel", "group", "marks", "missing", "told")
"""Columns by which the rows of some book are chosen."""
LABELS: dict[str, str] = {
    "unit": N_("Department"), "category": N_("Category"), "family": N_("Family of findings"), "severity": N_("Severity"),
    "destinations": N_("Destination"), "state": N_("State"), "band": N_("Band of scores"), "earned": N_("Grade"),
    "counted": N_("final"), "block": N_("First-level indicator"), "final": N_("final"), "open": N_("still open"), "overdue": N_("Overdue"),
    "holds": N_("holds up requests"), "refused": N_("not taken in"), "decision": N_("Decision"), "kind": N_("Kind"), "method": N_("How"),
    "panel": N_("talks at a table"), "group": N_("Group"), "marks": N_("Mark"), "missing": N_("not final"),
    "told": N_("told to the department"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """The overview with what stands beside it."""

    found: Overview
    compared: Comparison | None
    snapshot: Snapshot | None
    ties: dict[tuple[str, int | None], int]
    drawings: tuple[tuple[str, Chart], ...]


def page_of(work: Work, campaign: Campaign, *, referrals: bool) -> Page:
    """Everything that the page shows."""
    found = queries.overview(work, campaign, referrals=referrals)
    compared = comparison(work, campaign, found.units)
    return Page(found, compared, queries.snapshot_of(work, campaign), dict(ties_of(found.units)), tuple(_charts(found, compared)))


def _charts(found: Overview, compared: Comparison | None) -> list[tuple[str, Chart]]:
    """Key → chart; each stands beside a table with the same numbers."""
    made = [("distribution", charts.distribution([CountLine(label=label, count=int(n)) for label, n in found.distribution]))]
    if found.families:
        made.append(("families", charts.findings_stacked([FindingCount(
            category=row.title, minor=int(row.minor), major=int(row.major), critical=int(row.critical), to_office=0, to_unit=0, referred=0)
            for row in found.families])))
    if compared and compared.same:
        made.append(("compared", charts.compared([CompareLine(code=line.code, title=line.title, now=line.now, before=line.before,
                                                              change=line.change, n=line.n) for line in compared.blocks])))
    return made


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row."""

    text: str
    href: str = ""
    num: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind a figure: ``total`` is the figure, by counting them or by adding up ``summed``."""

    book: str
    title: str
    chosen: tuple[tuple[str, str], ...]
    heads: tuple[tuple[str, bool], ...]
    lines: tuple[tuple[Cell, ...], ...]
    total: int
    summed: str
    snapshot: Snapshot | None
    frozen: bool


def rows_of(work: Work, campaign: Campaign, book: str, asked: dict[str, str], *, referrals: bool) -> Rows | None:
    """The rows; None for a book or column that does not exist."""
    if book not in BOOKS:
        return None
    books = books_of(work, campaign)
    books = books if referrals else books.without_referrals()
    names = queries.names_of(system_of(work, campaign), books)
    filters = {name: asked[name] for name in FILTERS if name in asked}
    add = asked.get("sum", "")
    columns = COLUMNS[book]
    if add and add not in {key for key, _, num in columns if num}:
        return None
    try:
        rows = pick(getattr(books, book), filters)
    except KeyError:
        return None
    snapshot = queries.snapshot_of(work, campaign)
    handled = book in ("items", "advice", "letters") and not (snapshot and snapshot.handling)
    chosen = tuple((gettext(LABELS[name]), said(names, book, name, value)) for name, value in filters.items())
    return Rows(
        book, gettext(TITLES[book]), chosen,
        tuple((gettext(label), num) for _, label, num in columns),
        tuple(tuple(_cell(campaign, names, book, row, key, num=num) for key, _, num in columns) for row in rows),
        total_of(rows, add), gettext(next((label for key, label, _ in columns if key == add), "")), snapshot,
        snapshot is not None and not handled)


def _cell(campaign: Campaign, names: Names, book: str, row: Any, key: str, *, num: bool) -> Cell:
    value = getattr(row, key)
    href = f"/c/{campaign.code}/u/{value}{ROOMS.get(book, '')}" if key == "unit" else ""
    return Cell(said(names, book, key, value), href, num)


def said(names: Names, book: str, key: str, value: Any) -> str:
    """A value of a column in words."""
    if value is None or value in ("", ()):
        return "—"
    if isinstance(value, tuple):
        return listed(said(names, book, key, one) for one in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Decimal):
        return points(value)
    if isinstance(value, date):
        return full_date(value)
    return _word(names, book, key, str(value))


def _word(names: Names, book: str, key: str, value: str) -> str:
    if key == "category" and book == "findings":
        return f"{value} {gettext(CATEGORIES.get(value, value))}"
    own = {"unit": names.units, "category": names.categories, "grade": names.grades, "earned": names.grades, "group": names.groups,
           "block": names.blocks}.get(key)
    if own is not None:
        return own.get(value, value)
    if key == "band":
        return gettext(BOUNDS[int(value)][0]) if value.isdecimal() and int(value) < len(BOUNDS) else value
    if key in ("counted", "final", "open", "overdue", "refused", "holds", "panel", "missing", "told"):
        return gettext("yes") if value == "1" else gettext("no")
    text = (MAPS.get(f"{book}.{key}") or MAPS.get(key) or {}).get(value, value)
    return gettext(text) if text else text
