"""Ledger rows → what the scoring core takes. Which source counts for a figure is decided by who fills it in."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.people.tables import Unit
from evalplat.scoring.model import (
    AdjustmentDecision,
    Approval,
    LastYear,
    LeadDecision,
    Override,
    Rating,
    Row,
    SurveyValue,
    UnitMeasurements,
    Value,
    VetoDecision,
)

from .tables import LedgerEntry

PRECEDENCE: dict[str, tuple[str, ...]] = {
    "unit": ("decision", "panel", "unit"),
    "office": ("decision", "office", "register"),
    "panel": ("decision", "panel"),
    "register": ("decision", "register", "office"),
    "survey": ("survey",),
}
"""``filled_by`` → sources, the strongest first. A unit's figure never stands in for the office's."""


def measurements(system: IndicatorSystem, unit: Unit, entries: Iterable[LedgerEntry]) -> UnitMeasurements:
    """Everything measured about one unit, in the core's own words."""
    by_kind: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.key.partition(":")[0], []).append(entry)

    def of(kind: str) -> list[LedgerEntry]:
        return by_kind.get(kind, [])

    facts: dict[str, Any] = {name: bool(value) for name, value in unit.facts.items() if name in system.facts}
    facts |= {_name(e): Value(e.value, e.ref) for e in of("fact")}
    return UnitMeasurements(
        unit=unit.code,
        profile=unit.profile if unit.profile in system.profiles else "",
        category=unit.category if unit.category in system.categories else "",
        facts=facts, fields=_fields(system, of("field")), tables=_tables(system, of("rows")), ratings=_ratings(of("rating")),
        lead_decisions={_name(e): LeadDecision(e.value["level"], e.value["note"], e.ref) for e in of("lead")},
        surveys={_name(e): _surveyed(e) for e in of("survey")},
        not_applicable={_name(e): Approval(e.value["reason"], e.ref) for e in of("na")},
        adjustments=tuple(AdjustmentDecision(_name(e).partition("#")[0], str(e.value.get("count", 1)),
                                             e.value.get("variant", ""), e.value["reason"], e.ref) for e in of("adjust")),
        vetoes=tuple(VetoDecision(_name(e), e.value["reason"], e.ref) for e in of("veto")),
        overrides={_name(e): Override(e.value.get("points"), e.value.get("annulled", False), e.value["reason"], e.ref)
                   for e in of("override")},
        last={_name(e): LastYear(Fraction(e.value["points"]) / Fraction(e.value["full"]), e.ref) for e in of("last")},
    )


def _surveyed(entry: LedgerEntry) -> SurveyValue:
    """A group's result; how the best answers were chosen stands in it only where an indicator asks for that."""
    given = entry.value
    return SurveyValue(given["score"], given["n"], entry.ref, tuple(given.get("counts", ())), given.get("top", {}))


def best_asked(system: IndicatorSystem) -> dict[str, tuple[int, ...]]:
    """Survey group → of how many best answers some indicator reads the share; groups of which none does are not in it."""
    found: dict[str, set[int]] = {}
    rules = [leaf.rule for leaf in system.leaves]
    while rules:
        rule = rules.pop()
        rules += [part.rule for part in rule.parts]
        if rule.type == "top_box":
            found.setdefault(rule.survey, set()).add(rule.best)
    return {group: tuple(sorted(many)) for group, many in found.items()}


def _name(entry: LedgerEntry) -> str:
    return entry.key.partition(":")[2]


def _rank(system: IndicatorSystem, field: str, source: str) -> int | None:
    known = system.fields.get(field)
    order = PRECEDENCE[known.filled_by] if known else ()
    return order.index(source) if source in order else None


def _fields(system: IndicatorSystem, entries: list[LedgerEntry]) -> dict[str, Value]:
    best: dict[str, tuple[int, Value]] = {}
    for entry in entries:
        name = _name(entry)
        rank = _rank(system, name, entry.source)
        if rank is not None and (name not in best or rank <= best[name][0]):
            best[name] = (rank, Value(entry.value, entry.ref))
    return {name: value for name, (_, value) in best.items()}


def _tables(system: IndicatorSystem, entries: list[LedgerEntry]) -> dict[str, list[Row]]:
    """Rows merged cell by cell: the office's column from the office, the unit's from the unit or its verification."""
    tables: dict[str, dict[str, dict[str, tuple[int, Any, str]]]] = {}
    for entry in entries:
        table = _name(entry)
        for row in entry.value:
            cells = tables.setdefault(table, {}).setdefault(row["key"], {})
            for column, value in row["cells"].items():
                rank = _rank(system, f"{table}.{column}", entry.source)
                if rank is not None and (column not in cells or rank <= cells[column][0]):
                    cells[column] = (rank, value, entry.ref)
    return {table: [_row(key, cells) for key, cells in rows.items() if cells] for table, rows in tables.items()}


def _row(key: str, cells: dict[str, tuple[int, Any, str]]) -> Row:
    refs = ", ".join(dict.fromkeys(ref for _, _, ref in cells.values() if ref))
    return Row(key, {column: value for column, (_, value, _) in cells.items()}, refs)


def _ratings(entries: list[LedgerEntry]) -> dict[str, list[Rating]]:
    found: dict[str, list[Rating]] = {}
    for entry in sorted(entries, key=lambda e: e.key):
        leaf, _, rater = _name(entry).partition(":")
        found.setdefault(leaf, []).append(Rating(rater, entry.value["level"], entry.ref))
    return found
