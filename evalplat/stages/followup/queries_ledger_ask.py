"""What the address of a ledger asks for: filters and order. Unknown words are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evalplat.findings.kinds import Destination, Severity, Source
from evalplat.kernel import listing
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import Fields, Wanted, wanted

from .queries_ledger import LedgerLine
from .rules import ItemState
from .rules_ladder import Light

FILTERS = ("state", "unit", "severity", "destination", "source", "light", "late", "open", "q")
KNOWN: dict[str, frozenset[str]] = {
    "state": frozenset(ItemState), "severity": frozenset(Severity), "destination": frozenset({Destination.STUDY, Destination.RECTIFY}),
    "source": frozenset(Source), "light": frozenset(one for one in Light if one), "late": frozenset({"1"}), "open": frozenset({"1"}),
}
SORTS: dict[str, Callable[[LedgerLine], Any]] = {
    "number": lambda one: one.row.number, "unit": lambda one: (one.unit_code, one.row.number),
    "severity": lambda one: (list(Severity).index(Severity(one.finding.severity)), one.row.number),
    "state": lambda one: (list(ItemState).index(ItemState(one.row.state)), one.row.number),
    "percent": lambda one: (one.row.percent, one.row.number), "due": lambda one: (one.row.due_at, one.row.number),
    "late": lambda one: (one.days_late, one.row.number),
}
COLUMNS: dict[str, str] = {
    "number": N_("Number"), "unit": N_("Department"), "title": N_("Finding"), "severity": N_("Severity"), "state": N_("State"),
    "percent": N_("Progress"), "due": N_("Due"), "late": N_("Days late"), "look": N_("Look back"),
}


def read(path: str, query: Fields) -> Wanted:
    """From the query of the address."""
    return wanted(path, query, filters=FILTERS, sorts=SORTS, known=KNOWN)


def columns(ask: Wanted) -> list[dict[str, Any]]:
    """The columns of the page; all but the title and the last sort by a link."""
    specs = ((key, gettext(label), key in ("percent", "late")) for key, label in COLUMNS.items())
    return listing.columns(ask, specs, sortable=SORTS)


def chosen(ask: Wanted, lines: Sequence[LedgerLine]) -> list[LedgerLine]:
    """The lines that fit, in the wanted order."""
    key = SORTS[ask.sort.removeprefix("-") or "number"]
    return sorted((one for one in lines if _fits(ask, one)), key=key, reverse=ask.sort.startswith("-"))


def _fits(ask: Wanted, line: LedgerLine) -> bool:
    values = {"state": line.row.state, "unit": line.unit_code, "severity": line.finding.severity, "source": _source(line),
              "light": str(line.light)}
    if any(ask.get(name) not in ("", value) for name, value in values.items()):
        return False
    if (ask.get("late") and not line.item.overdue) or (ask.get("open") and not line.item.open):
        return False
    if ask.get("destination") and ask.get("destination") not in line.destinations:
        return False
    text = f"{line.row.number} {line.unit} {line.finding.title} {line.finding.description} {line.row.person} {line.row.leader}"
    return ask.get("q").lower() in text.lower()


def _source(line: LedgerLine) -> str:
    """Where a finding came from; a room's own words for a place in an evaluation mean the evaluation."""
    return line.finding.source if line.finding.source in set(Source) else Source.REVIEW
