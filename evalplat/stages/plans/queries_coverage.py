"""Coverage: every unit over the cycle, when it was last evaluated in full, when it is due, and its risk with its parts."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from evalplat.campaigns import modes
from evalplat.documents.charts import BLUE, Chart
from evalplat.kernel import listing
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import Fields, Wanted, ordered, wanted
from evalplat.kernel.work import Work

from . import queries, rules
from .queries_signals import Known, Past, known_units

DUES: dict[str, str] = {"overdue": N_("overdue"), "now": N_("due this year"), "later": N_("due later"), "never": N_("never evaluated")}
COLUMNS: dict[str, str] = {
    "name": N_("Department"), "category": N_("Category"), "last": N_("Last full evaluation"), "grade": N_("Grade"),
    "due": N_("Year when due"), "planned": N_("Planned"), "risk": N_("Risk"), "now": N_("Now in"),
}
HEADS = (N_("Code"), N_("Department"), N_("Category"), N_("Last full evaluation"), N_("Grade then"), N_("Year when due"), N_("Planned"),
         N_("Risk"), N_("What makes up the risk"), N_("Now in"))


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of a risk in words."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the table. ``due_key``: overdue, now, later or never."""

    code: str
    name: str
    category: str
    category_label: str
    last: int | None
    basis: str
    basis_href: str
    grade: str
    due: int
    due_key: str
    planned: tuple[int, ...]
    risk: int
    parts: tuple[PartLine, ...]
    now: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """The risk in one sentence."""
        return gettext("; ").join(f"{part.text} +{part.points}" for part in self.parts)


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many units were (or are to be) evaluated in full in a year, and how many are due."""

    year: int
    covered: int
    due: int
    planned: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole page."""

    lines: tuple[Line, ...]
    years: tuple[YearCount, ...]
    year: int
    cycle: int
    weights: tuple[tuple[str, str, int, int], ...]

    @property
    def overdue(self) -> int:
        """How many units are past their year, or never had one."""
        return sum(line.due_key in ("overdue", "never") for line in self.lines)

    @property
    def covered(self) -> int:
        """How many were evaluated in full within the cycle."""
        return sum(line.last is not None and line.last > self.year - self.cycle for line in self.lines)


SORTS: dict[str, Callable[[Line], Any]] = {
    "name": lambda one: one.code, "category": lambda one: (one.category, one.code), "last": lambda one: (one.last or 0, one.code),
    "due": lambda one: (one.due, -one.risk, one.code), "risk": lambda one: (one.risk, one.code),
    "planned": lambda one: (one.planned or (9999,), one.code),
}


def coverage(work: Work) -> Coverage:
    """Every active unit, in the order of category and code."""
    year, cycle, weights = work.today.year, queries.cycle_of(work), queries.weights_of(work)
    known, planned, titles = known_units(work), planned_years(work, year), queries.category_titles(work)
    lines = tuple(_line(one, year=year, cycle=cycle, weights=weights, planned=planned.get(one.unit.id or 0, ()), titles=titles)
                  for one in known)
    labels = tuple((key, gettext(rules.WEIGHT_LABELS[key]), weights[key], rules.WEIGHTS[key]) for key in rules.WEIGHTS)
    return Coverage(lines, _years(known, lines, year=year, cycle=cycle), year, cycle, labels)


def planned_years(work: Work, year: int) -> dict[int, tuple[int, ...]]:
    """Unit id → years of the approved plan in which it is visited, from this year on."""
    plan = queries.approved_plan(work, year)
    found: dict[int, tuple[int, ...]] = {}
    for row in queries.rows_of(work, plan) if plan else ():
        if row.mode == modes.FULL and row.year >= year:
            found[row.unit_id] = (*found.get(row.unit_id, ()), row.year)
    return found


def part_lines(known: Known, *, year: int, weights: Mapping[str, int]) -> tuple[tuple[PartLine, ...], int]:
    """The parts of a risk in words, and their sum."""
    parts = rules.risk_parts(known.signals(), year=year, weights=weights)
    lines = tuple(PartLine(gettext(rules.WEIGHT_LABELS[part.key]) + (f" × {part.count}" if part.count > 1 else ""), part.points)
                  for part in parts)
    return lines, rules.risk_of(parts)


def _line(known: Known, *, year: int, cycle: int, weights: Mapping[str, int], planned: tuple[int, ...],
          titles: Mapping[str, str]) -> Line:
    unit, last = known.unit, known.last_full
    due = rules.due_year(last, cycle=cycle, year=year)
    key = "never" if last is None else "overdue" if due < year else "now" if due == year else "later"
    parts, risk = part_lines(known, year=year, weights=weights)
    basis, href = _basis(known)
    graded = known.last_graded
    return Line(unit.code, unit.short_name, unit.category, titles.get(unit.category, unit.category), last, basis, href,
                graded.grade if graded else next((row.grade for row in known.earlier if row.grade), ""), due, key, planned, risk,
                parts, tuple((one.campaign.title, href_of(one, unit.code)) for one in known.going_on))


def href_of(past: Past, unit: str) -> str:
    """The unit's file in a campaign."""
    return f"/c/{past.campaign.code}/u/{unit}"


def _basis(known: Known) -> tuple[str, str]:
    """What the year of the last full evaluation rests on, and where it is read."""
    year = known.last_full
    here = next((one for one in known.past if one.full and one.campaign.year == year), None)
    if here:
        return here.campaign.title, href_of(here, known.unit.code)
    before = next((row for row in known.earlier if row.kind == "full" and row.year == year), None)
    return (before.document, "") if before else ("", "")


def _years(known: Sequence[Known], lines: Sequence[Line], *, year: int, cycle: int) -> tuple[YearCount, ...]:
    span = range(year - cycle + 1, year + cycle + 1)
    covered = {(one.unit.id, past.campaign.year) for one in known for past in one.past if past.full}
    covered |= {(one.unit.id, row.year) for one in known for row in one.earlier if row.kind == "full"}
    return tuple(YearCount(
        at, sum(when == at for _, when in covered),
        sum((max(line.due, year) if at == year else line.due) == at for line in lines) if at >= year else 0,
        sum(at in line.planned for line in lines)) for at in span)


def chart_of(found: Coverage) -> Chart:
    """Covered, due and planned per year; the same figures stand in a table beside it."""
    names = [str(one.year) for one in found.years]
    label = {"color": "#4a545e", "fontSize": 12}
    series = [(gettext("evaluated in full"), [one.covered for one in found.years], BLUE),
              (gettext("due"), [one.due for one in found.years], "#d99a2b"),
              (gettext("planned"), [one.planned for one in found.years], "#b9c8dc")]
    option: dict[str, Any] = {
        "grid": {"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True}, "animation": False,
        "legend": {"show": True, "top": 0, "left": "center", "itemWidth": 16},
        "xAxis": {"type": "category", "data": names, "axisLabel": label}, "yAxis": {"type": "value", "minInterval": 1, "axisLabel": label},
        "series": [{"type": "bar", "name": name, "data": data, "itemStyle": {"color": color},
                    "label": {"show": True, "position": "top", "fontSize": 11}} for name, data, color in series]}
    for one in option["series"]:
        one["data"] = [value or None for value in one["data"]]
    said = gettext("; ").join(gettext("{year}: {covered} evaluated in full, {due} due, {planned} planned", year=one.year,
                                      covered=one.covered, due=one.due, planned=one.planned) for one in found.years)
    return Chart(key="coverage", option=option, width=720, height=260, label=said)


def read(path: str, query: Fields) -> Wanted:
    """What the address asks of the table: words, category, when due, the order."""
    return wanted(path, query, filters=("q", "category", "due"), sorts=SORTS, known={"due": DUES})


def columns(ask: Wanted) -> list[dict[str, Any]]:
    """The columns of the table, with links that sort."""
    return listing.columns(ask, ((key, gettext(label), key == "risk") for key, label in COLUMNS.items()), sortable=SORTS)


def chosen(ask: Wanted, lines: Sequence[Line]) -> list[Line]:
    """The lines that fit, in the wanted order."""
    return ordered((line for line in lines if _fits(ask, line)), ask, SORTS)


def _fits(ask: Wanted, line: Line) -> bool:
    return (ask.get("q").lower() in f"{line.code} {line.name} {line.sentence}".lower()
            and ask.get("category") in ("", line.category) and ask.get("due") in ("", line.due_key))


def workbook(lines: Sequence[Line], *, title: str) -> bytes:
    """The table as an Excel file; no text is run as a formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("".join(c for c in title if c not in "[]:*?/\\'")[:31] or "1")
    sheet.write_row(0, 0, [gettext(head) for head in HEADS], book.add_format({"bold": True, "bottom": 1, "text_wrap": True}))
    sheet.freeze_panes(1, 2)
    for number, line in enumerate(lines, 1):
        row: tuple[str | int | None, ...] = (
            line.code, line.name, line.category_label, line.last, line.grade, line.due, gettext(", ").join(map(str, line.planned)),
            line.risk, line.sentence, gettext(", ").join(name for name, _ in line.now))
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value:
                sheet.write_string(number, place, value)
    for place, width in enumerate((10, 24, 22, 10, 10, 8, 12, 8, 70, 30)):
        sheet.set_column(place, place, width)
    sheet.autofilter(0, 0, max(1, len(lines)), len(HEADS) - 1)
    book.close()
    return stream.getvalue()
