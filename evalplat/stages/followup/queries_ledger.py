"""The rectification ledger of a whole campaign: lines, filters, a bar for each department, and the same as an Excel file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.tables import Document
from evalplat.findings.kinds import CATEGORIES, SEVERITIES, FindingState, Severity
from evalplat.findings.tables import Finding
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit

from . import queries, queries_view, rules
from .queries_view import ItemLine
from .rules import Measure, Method
from .tables import LookBackCheck, Rectification, Verification

HEADS = (
    N_("Number"), N_("Department"), N_("Finding"), N_("What was found"), N_("Basis"), N_("Category"), N_("Severity"),
    N_("Number of the notice"), N_("Issued"), N_("What is required"), N_("Measure ordered"), N_("Due"), N_("Responsible leader"),
    N_("Responsible person"), N_("Plan"), N_("Percent"), N_("State"), N_("Handed in"), N_("Verified by"), N_("How"),
    N_("Opinion"), N_("Closed"), N_("Extended until"), N_("Reason of the extension"), N_("Days late"),
    N_("Holds up new requests"), N_("Look back"),
)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger: what the page shows, and the rows behind it for the file."""

    item: ItemLine
    unit: str
    unit_code: str
    holds: bool
    days_late: int
    row: Rectification
    finding: Finding
    notice: str
    verifications: tuple[Verification, ...]


@dataclass(frozen=True, slots=True)
class UnitBar:
    """How far one department is."""

    code: str
    name: str
    items: int
    closed: int
    overdue: int
    percent: int
    held_up: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader asked for; empty means everything."""

    late: bool = False
    severity: str = ""
    state: str = ""
    unit: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filter:
        """From the address; what is unknown is left out."""
        severity, state = query.get("severity", ""), query.get("state", "")
        return cls(query.get("late") == "1", severity if severity in set(Severity) else "",
                   state if state in set(rules.ItemState) else "", query.get("unit", ""))

    def takes(self, line: LedgerLine) -> bool:
        """Whether a line is wanted."""
        return ((not self.late or line.item.overdue) and self.severity in ("", line.finding.severity)
                and self.state in ("", line.row.state) and self.unit in ("", line.unit_code))


def ledger(work: Work, campaign: Campaign) -> list[LedgerLine]:
    """Every item of a campaign, by its number."""
    query = (select(Rectification, Finding, Unit, Document, LookBackCheck)
             .join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id))
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .join(Document, col(Document.id) == col(Rectification.document_id))
             .outerjoin(LookBackCheck, col(LookBackCheck.rectification_id) == col(Rectification.id))
             .where(Evaluation.campaign_id == campaign.id, Finding.state != FindingState.WITHDRAWN)
             .order_by(col(Rectification.number)))
    spoke = _verifications(work, campaign)
    return [_line(work, campaign, row, finding, unit=unit, document=document, check=check, spoke=spoke)
            for row, finding, unit, document, check in work.session.exec(query)]


def _verifications(work: Work, campaign: Campaign) -> dict[int, list[Verification]]:
    query = (select(Verification).join(Rectification, col(Rectification.id) == col(Verification.rectification_id))
             .join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id, Verification.submission == Rectification.submissions)
             .order_by(col(Verification.id)))
    found: dict[int, list[Verification]] = {}
    for one in work.session.exec(query):
        found.setdefault(one.rectification_id, []).append(one)
    return found


def _line(work: Work, campaign: Campaign, row: Rectification, finding: Finding, *, unit: Unit, document: Document,
          check: LookBackCheck | None, spoke: Mapping[int, list[Verification]]) -> LedgerLine:
    href = f"/c/{campaign.code}/u/{unit.code}/follow-up"
    item = queries_view.item_line(row, finding, href=href, now=work.now, check=check, drawn=False)
    late = queries.overdue(row, work.now)
    return LedgerLine(item, unit.short_name, unit.code, late and finding.severity in rules.HOLDING,
                      rules.days_late(row.due_at, work.now) if late else 0, row, finding, document.number or "",
                      tuple(spoke.get(row.id or 0, ())))


def bars(lines: list[LedgerLine]) -> list[UnitBar]:
    """One bar for each department: the mean of its items' percents, a closed item being whole."""
    found: dict[str, list[LedgerLine]] = {}
    for line in lines:
        found.setdefault(line.unit_code, []).append(line)
    return [UnitBar(code, own[0].unit, len(own), sum(not one.item.open for one in own), sum(one.item.overdue for one in own),
                    sum(_percent(one) for one in own) // len(own), any(one.holds for one in own))
            for code, own in sorted(found.items())]


def _percent(line: LedgerLine) -> int:
    """Handed in is not yet done: an open item is never whole."""
    return 100 if not line.item.open else min(line.row.percent, 99)


def workbook(lines: list[LedgerLine], *, title: str) -> bytes:
    """The ledger as an Excel file. Text stays text: nothing that somebody typed is run as a formula."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                        "strings_to_numbers": False})
    sheet = book.add_worksheet(gettext("Rectification ledger")[:31])
    bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title, bold)
    for place, head in enumerate(HEADS):
        sheet.write_string(1, place, gettext(head), bold)
    for number, line in enumerate(lines, 2):
        for place, value in enumerate(_cells(line)):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value:
                sheet.write_string(number, place, value, wrap)
    sheet.freeze_panes(2, 1)
    sheet.set_column(0, len(HEADS) - 1, 16)
    if lines:
        sheet.autofilter(1, 0, len(lines) + 1, len(HEADS) - 1)
    book.close()
    return stream.getvalue()


def _cells(line: LedgerLine) -> tuple[Any, ...]:
    row, finding = line.row, line.finding
    passed = [one for one in line.verifications if one.passed]
    return (
        row.number, line.unit, f"{finding.code} {finding.title}", finding.description, finding.basis,
        gettext(CATEGORIES.get(finding.category, finding.category)), gettext(SEVERITIES[Severity(finding.severity)]),
        line.notice, _day(row.issued_at), row.requirement, gettext(rules.MEASURES[Measure(row.measure)]), _day(row.due_at),
        row.leader, row.person, row.measures, row.percent, line.item.state, _day(row.submitted_at),
        "、".join(one.name for one in passed), "、".join(gettext(rules.METHODS[Method(one.method)]) for one in passed),
        "\n".join(one.opinion for one in line.verifications), _day(row.closed_at),
        _day(row.due_at) if row.extended_at else "", row.extension_reason, line.days_late,
        gettext("yes") if line.holds else "", line.item.outcome)


def _day(moment: datetime | None) -> str:
    return full_date(moment) if moment else ""
