"""Who is held up and why, since when, what was asked for meanwhile, and how earlier holds ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from evalplat.findings.kinds import SEVERITIES, Severity
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit

from . import queries, rules
from .queries import Hold
from .rules import RequestDecision, RequestKind
from .tables import ApprovalHold, ApprovalRequest, Rectification

RELEASED: dict[str, str] = {
    "verified": N_("verified"), "withdrawn": N_("the finding was withdrawn"), "changed": N_("no longer overdue"),
}


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit that is held up now."""

    code: str
    name: str
    since: datetime
    items: tuple[Hold, ...]
    requests: int


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One item that stands in the way, in words."""

    number: str
    title: str
    severity: str
    due_at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request that came during a hold."""

    number: int
    unit: str
    unit_code: str
    kind: str
    subject: str
    received_on: date
    items: tuple[str, ...]
    decision: str
    waived: bool
    logged_at: datetime
    logged_by: str
    reason: str
    document: str
    waived_by: str
    waived_at: datetime | None


@dataclass(frozen=True, slots=True)
class PastHold:
    """A hold that began, and how it ended if it did."""

    unit: str
    number: str
    title: str
    from_at: datetime
    released_at: datetime | None
    why: str


def held_units(work: Work) -> list[HeldUnit]:
    """Every unit that is held up now, the longest first."""
    found: dict[str, list[Hold]] = defaultdict(list)
    for one in queries.all_holds(work):
        found[one.unit_code].append(one)
    counts: dict[str, int] = defaultdict(int)
    for line in requests(work):
        counts[line.unit_code] += 1
    rows = [HeldUnit(code, own[0].unit, min(one.due_at for one in own), tuple(own), counts[code]) for code, own in found.items()]
    return sorted(rows, key=lambda one: (one.since, one.code))


def held_items(work: Work, unit: Unit) -> list[HeldItem]:
    """What stands in one unit's way now."""
    return [HeldItem(one.number, one.title, gettext(SEVERITIES[Severity(one.severity)]), one.due_at, one.href)
            for one in queries.holds(work, unit)]


def requests(work: Work, unit: Unit | None = None) -> list[RequestLine]:
    """Requests that came during holds, the newest first."""
    query = select(ApprovalRequest, Unit).join(Unit, col(Unit.id) == col(ApprovalRequest.unit_id)).where(
        ApprovalRequest.office_id == work.office_id)
    if unit is not None:
        query = query.where(ApprovalRequest.unit_id == unit.id)
    return [RequestLine(
        row.number, of.short_name, of.code, gettext(rules.REQUEST_KINDS[RequestKind(row.kind)]), row.subject, row.received_on,
        tuple(row.numbers), gettext(rules.REQUEST_DECISIONS[RequestDecision(row.decision)]), row.decision == RequestDecision.WAIVED,
        row.logged_at, row.logged_by, row.reason, row.document, row.waived_by, row.waived_at)
        for row, of in work.session.exec(query.order_by(col(ApprovalRequest.number).desc()))]


def history(work: Work, unit: Unit | None = None) -> list[PastHold]:
    """Every hold there was, the newest first."""
    query = (select(ApprovalHold, Rectification, Finding, Unit)
             .join(Rectification, col(Rectification.id) == col(ApprovalHold.rectification_id))
             .join(Finding, col(Finding.id) == col(Rectification.finding_id)).join(Unit, col(Unit.id) == col(ApprovalHold.unit_id))
             .where(ApprovalHold.office_id == work.office_id).order_by(col(ApprovalHold.from_at).desc(), col(ApprovalHold.id).desc()))
    if unit is not None:
        query = query.where(ApprovalHold.unit_id == unit.id)
    return [PastHold(of.short_name, item.number, finding.title, row.from_at, row.released_at,
                     gettext(RELEASED[row.released_why]) if row.released_why else "")
            for row, item, finding, of in work.session.exec(query)]


def unit_by_code(work: Work, code: str) -> Unit | None:
    """A unit of the office."""
    return work.session.exec(select(Unit).where(Unit.office_id == work.office_id, Unit.code == code)).one_or_none()


def request_by_number(work: Work, number: int) -> ApprovalRequest | None:
    """A request by its number."""
    query = select(ApprovalRequest).where(ApprovalRequest.office_id == work.office_id, ApprovalRequest.number == number)
    return work.session.exec(query).one_or_none()
