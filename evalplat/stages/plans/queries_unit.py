"""One unit over the years: every evaluation here, every one entered from before, its risk and when it comes next."""

from __future__ import annotations

from dataclasses import dataclass

from evalplat.campaigns import modes
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work

from . import queries, queries_coverage, rules
from .queries_coverage import Line
from .queries_signals import Past, known_units

HOW: dict[str, str] = {"comprehensive": N_("Comprehensive evaluation"), "thematic": N_("Thematic evaluation"),
                       "follow_through": N_("Follow-through evaluation")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One evaluation. ``key``: year and kind of an entry from before, which can be removed."""

    year: int
    what: str
    grade: str
    source: str
    href: str
    counts: bool
    key: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The unit's page."""

    code: str
    name: str
    line: Line
    entries: tuple[Entry, ...]


def unit_history(work: Work, code: str) -> History | None:
    """The history of an active unit; None if there is none of this code."""
    known = next((one for one in known_units(work) if one.unit.code == code), None)
    if known is None:
        return None
    line = next(one for one in queries_coverage.coverage(work).lines if one.code == code)
    here = [_entry(one, code) for one in known.past]
    before = [Entry(row.year, gettext(rules.KINDS.get(row.kind, row.kind)), row.grade, row.document, "", row.kind == "full",
                    (row.year, row.kind)) for row in known.earlier]
    unit = queries.unit_called(work, code)
    return History(code, unit.name if unit else code, line, tuple(sorted([*here, *before], key=lambda one: -one.year)))


def _entry(past: Past, code: str) -> Entry:
    what = gettext(HOW.get(past.campaign.kind, past.campaign.kind))
    if past.evaluation.mode == modes.LIGHT:
        what = gettext("{kind}, light", kind=what)
    return Entry(past.campaign.year, what, past.grade, past.campaign.title, queries_coverage.href_of(past, code), past.full)
