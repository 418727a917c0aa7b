"""What the address of a ledger asks for: filters, order, page, the line that is open. Unknown words are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from evalplat.findings.kinds import Destination, Severity, Source
from evalplat.kernel.i18n import N_, gettext

from .queries_ledger import LedgerLine
from .rules import ItemState
from .rules_ladder import Light

PAGE_SIZE = 25
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


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines and the way to its neighbours."""

    lines: tuple[LedgerLine, ...]
    first: int
    last: int
    total: int
    prev_href: str | None
    next_href: str | None


@dataclass(frozen=True, slots=True)
class Ask:
    """The address of a ledger, read."""

    path: str
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    shown: str = ""

    @classmethod
    def read(cls, path: str, query: Mapping[str, str]) -> Ask:
        """From the query of the address."""
        filters = {name: value for name in FILTERS if (value := query.get(name, "").strip()[:100])
                   and value in KNOWN.get(name, frozenset({value}))}
        sort, page = query.get("sort", ""), query.get("page", "1")
        return cls(path, filters, sort if sort.removeprefix("-") in SORTS else "",
                   int(page) if page.isdecimal() and len(page) < 6 and int(page) else 1, query.get("line", "")[:60])

    def get(self, name: str) -> str:
        """A filter's value, empty if it is not set."""
        return self.filters.get(name, "")

    def href(self, **changes: Any) -> str:
        """The same ledger with something changed; another filter or order begins at its first page."""
        values: dict[str, Any] = {**self.filters, "sort": self.sort, "page": self.page}
        values |= {"page": 1} if set(changes) & {*FILTERS, "sort"} else {}
        kept = {name: value for name, value in (values | changes).items() if value not in ("", None) and (name, value) != ("page", 1)}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def columns(self) -> list[dict[str, Any]]:
        """The columns of the page; all but the last sort by a link, the present order marked."""
        found: list[dict[str, Any]] = []
        for key, label in COLUMNS.items():
            up, down = self.sort == key, self.sort == f"-{key}"
            link = {"sort_href": self.href(sort=f"-{key}" if up else key), "sorted": "ascending" if up else "descending" if down else None}
            found.append({"key": key, "label": gettext(label), "num": key in ("percent", "late"), **(link if key in SORTS else {})})
        return found

    def query(self) -> str:
        """Filters and order, for the file of the same lines."""
        return urlencode({**self.filters, **({"sort": self.sort} if self.sort else {})})

    def takes(self, line: LedgerLine) -> bool:
        """Whether a line fits the filters."""
        wanted = {"state": line.row.state, "unit": line.unit_code, "severity": line.finding.severity, "source": _source(line),
                  "light": str(line.light)}
        if any(self.get(name) not in ("", value) for name, value in wanted.items()):
            return False
        if (self.get("late") and not line.item.overdue) or (self.get("open") and not line.item.open):
            return False
        if self.get("destination") and self.get("destination") not in line.destinations:
            return False
        text = f"{line.row.number} {line.unit} {line.finding.title} {line.finding.description} {line.row.person} {line.row.leader}"
        return self.get("q").lower() in text.lower()

    def chosen(self, lines: Sequence[LedgerLine]) -> list[LedgerLine]:
        """The lines that fit, in the wanted order."""
        key = SORTS[self.sort.removeprefix("-") or "number"]
        return sorted((one for one in lines if self.takes(one)), key=key, reverse=self.sort.startswith("-"))

    def cut(self, lines: Sequence[LedgerLine]) -> Page:
        """The wanted page; one beyond the end is the last."""
        pages = max(1, -(-len(lines) // PAGE_SIZE))
        page = min(self.page, pages)
        start = (page - 1) * PAGE_SIZE
        shown = tuple(lines[start:start + PAGE_SIZE])
        return Page(shown, start + 1 if shown else 0, start + len(shown), len(lines), self.href(page=page - 1) if page > 1 else None,
                    self.href(page=page + 1) if page < pages else None)


def _source(line: LedgerLine) -> str:
    """Where a finding came from; a room's own words for a place in an evaluation mean the evaluation."""
    return line.finding.source if line.finding.source in set(Source) else Source.REVIEW
