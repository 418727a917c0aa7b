"""Every field of the ledger, by its name: the opened line of the page and the Excel file are made from the same list."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evalplat.findings.kinds import CATEGORIES, DESTINATIONS, SEVERITIES, Destination, Severity, source_text
from evalplat.kernel.formats import full_date, local
from evalplat.kernel.i18n import N_, gettext, listed

from . import rules
from .queries_ledger import LedgerLine
from .rules import AdviceKind, AdviceState, Measure, Method
from .rules_ladder import LIGHTS
from .tables import ProgressEntry


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its column's width in characters."""

    label: str
    value: Callable[[LedgerLine], Any]
    width: int = 16


def _day(moment: datetime | None) -> str:
    return full_date(moment) if moment else ""


def _log(line: LedgerLine) -> str:
    def declared(entry: ProgressEntry) -> str:
        return gettext("(done on {day}, declared)", day=entry.happened_on.isoformat()) if entry.happened_on else ""

    return "\n".join(f"{local(one.at):%Y-%m-%d} {one.percent}% {one.text}{declared(one)}" for one in line.entries)


def _steps(line: LedgerLine) -> str:
    row = line.row
    until = gettext("Finished by {day} (declared)", day=row.finish_on.isoformat()) if row.finish_on else ""
    return "\n".join(text for text in (row.measures, row.steps, until) if text)


def _extension(line: LedgerLine) -> str:
    row, parts = line.row, []
    if row.asked_until:
        parts.append(gettext("asked for until {day}: {reason}", day=_day(row.asked_until), reason=row.asked_reason))
    if row.extended_at:
        parts.append(gettext("given until {day} by {who}: {reason}", day=_day(row.due_at), who=row.extended_by,
                             reason=row.extension_reason))
    if row.extension_refused:
        parts.append(gettext("not given: {reason}", reason=row.extension_refused))
    return "\n".join(parts)


def _look_back(line: LedgerLine) -> str:
    if line.check is None:
        return ""
    times = gettext("; came back {count} times", count=line.row.relapses) if line.row.relapses else ""
    return f"{line.item.outcome}{times}\n{line.check.note}"


def _matter(line: LedgerLine) -> str:
    own = line.row.linked_matter
    if line.advice is None:
        return own
    words = f"{gettext(rules.ADVICE_KINDS[AdviceKind(line.advice.kind)])} {gettext(rules.ADVICE_STATES[AdviceState(line.advice.state)])}"
    return "\n".join(text for text in (f"{words} {line.advice.document}".strip(), own) if text)


def _methods(line: LedgerLine) -> str:
    return listed(gettext(rules.METHODS[Method(one.method)]) for one in line.verifications if one.method)


def _state(line: LedgerLine) -> str:
    return f"{line.item.state} {gettext(LIGHTS[line.light])}".strip() if line.light else line.item.state


FIELDS: tuple[Field, ...] = (
    Field(N_("Number"), lambda one: one.row.number, 20), Field(N_("Source"), lambda one: gettext(source_text(one.finding.source))),
    Field(N_("Evaluation"), lambda one: one.campaign, 24), Field(N_("Department"), lambda one: one.unit),
    Field(N_("Responsible internal unit"), lambda one: one.row.internal_unit), Field(N_("Indicator"), lambda one: one.finding.leaf, 10),
    Field(N_("Finding"), lambda one: f"{one.finding.code} {one.finding.title}", 28),
    Field(N_("What was found"), lambda one: one.finding.description, 40), Field(N_("Basis"), lambda one: one.finding.basis, 28),
    Field(N_("Evidence of the finding"), lambda one: "\n".join(text for text in (one.finding.evidence, one.finding.document) if text), 28),
    Field(N_("Category"), lambda one: f"{one.finding.category} {gettext(CATEGORIES.get(one.finding.category, one.finding.category))}"),
    Field(N_("Severity"), lambda one: gettext(SEVERITIES[Severity(one.finding.severity)]), 10),
    Field(N_("Destination"), lambda one: listed(gettext(DESTINATIONS[Destination(key)]) for key in one.destinations)),
    Field(N_("Number of the notice"), lambda one: one.notice, 22), Field(N_("Issued"), lambda one: _day(one.row.issued_at)),
    Field(N_("Served"), lambda one: _day(one.row.received_at)), Field(N_("What is required"), lambda one: one.row.requirement, 36),
    Field(N_("Measure ordered"), lambda one: gettext(rules.MEASURES[Measure(one.row.measure)])),
    Field(N_("Due"), lambda one: _day(one.row.due_at)), Field(N_("Responsible leader"), lambda one: one.row.leader),
    Field(N_("Responsible person"), lambda one: one.row.person), Field(N_("Measures, steps and their dates"), _steps, 40),
    Field(N_("Percent"), lambda one: one.row.percent, 8), Field(N_("Log of progress"), _log, 40), Field(N_("State"), _state, 18),
    Field(N_("Proof"), lambda one: "\n".join(one.proofs), 28), Field(N_("Handed in"), lambda one: _day(one.row.submitted_at)),
    Field(N_("How it was verified"), _methods),
    Field(N_("Verified by"), lambda one: listed(v.name for v in one.verifications if v.passed)),
    Field(N_("Opinion"), lambda one: "\n".join(v.opinion for v in one.verifications), 36),
    Field(N_("Closed"), lambda one: _day(one.row.closed_at)), Field(N_("Extension"), _extension, 28),
    Field(N_("Days late"), lambda one: one.days_late, 10),
    Field(N_("Holds up new requests"), lambda one: gettext("yes") if one.holds else ""),
    Field(N_("Look back"), _look_back, 28), Field(N_("Adjustment that belongs to it"), _matter, 28),
)


def cells(line: LedgerLine) -> tuple[tuple[str, Any], ...]:
    """Every field of one line: pairs (name, value), empty ones too."""
    return tuple((gettext(one.label), one.value(line)) for one in FIELDS)


def workbook(lines: list[LedgerLine], *, title: str) -> bytes:
    """The ledger as an Excel file. Text stays text: nothing that somebody typed is run as a formula."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                        "strings_to_numbers": False})
    sheet = book.add_worksheet(gettext("Rectification ledger")[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter", "align": "center"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for place, one in enumerate(FIELDS):
        sheet.write_string(1, place, gettext(one.label), bold)
        sheet.set_column(place, place, one.width)
    for number, line in enumerate(lines, 2):
        for place, one in enumerate(FIELDS):
            value = one.value(line)
            if isinstance(value, int):
                sheet.write_number(number, place, value, wrap)
            elif value:
                sheet.write_string(number, place, value, wrap)
    _for_paper(sheet)
    if lines:
        sheet.autofilter(1, 0, len(lines) + 1, len(FIELDS) - 1)
    book.close()
    return stream.getvalue()


def _for_paper(sheet: Any) -> None:
    """A3 landscape, as wide as the page, the heads on every sheet."""
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&C&P / &N")
