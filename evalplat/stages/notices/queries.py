"""What the notice's pages show, and the facts of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from evalplat.campaigns import sides, windows
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation, Step
from evalplat.documents.tables import Document
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.workflow.machine import YES, Fact

from .tables import Notice, NoticeReceipt


def notice_of(work: Work, campaign: Campaign) -> Notice | None:
    """The campaign's notice, if somebody began it."""
    return work.session.get(Notice, campaign.id)


def document_of(work: Work, campaign: Campaign) -> Document | None:
    """The notice's document."""
    notice = notice_of(work, campaign)
    return work.session.get(Document, notice.document_id) if notice and notice.document_id else None


def notice_numbered(work: Work, evaluation: Evaluation) -> Fact:
    """The notice has its number."""
    return campaign_notice_numbered(work, work.session.get_one(Campaign, evaluation.campaign_id))


def campaign_notice_numbered(work: Work, campaign: Campaign) -> Fact:
    """The notice has its number."""
    document = document_of(work, campaign)
    if document is not None and document.number:
        return YES
    return Fact(False, N_("The notice has no number yet."), href=f"/c/{campaign.code}/notice")


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """How one unit stands with the notice."""

    unit_code: str
    unit: str
    how: str | None
    at: datetime | None
    by_name: str
    note: str


def receipts(work: Work, campaign: Campaign) -> list[ReceiptLine]:
    """All units of the campaign with their receipts."""
    query = (select(Evaluation, Unit, NoticeReceipt)
             .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .outerjoin(NoticeReceipt, col(NoticeReceipt.evaluation_id) == col(Evaluation.id))
             .where(Evaluation.campaign_id == campaign.id).order_by(*by_unit_order(work)))
    return [ReceiptLine(unit.code, unit.name, row.how if row else None, row.at if row else None,
                        row.by_name if row else "", row.note if row else "")
            for _, unit, row in work.session.exec(query)]


def receipt_of(work: Work, evaluation: Evaluation) -> NoticeReceipt | None:
    """How this unit received the notice."""
    return work.session.get(NoticeReceipt, evaluation.id)


def opens_later(work: Work, evaluation: Evaluation) -> datetime | None:
    """From when the self-assessment can be submitted, in the office's time zone; None once it can."""
    window = windows.window_for(work, evaluation, "assessment")
    return local(window.opens_at) if window and work.now < window.opens_at else None


def deemed_at(work: Work, evaluation: Evaluation) -> datetime | None:
    """When a silent unit counts as served; the time that it stood still does not count. None before the notice reached it."""
    reached = work.session.exec(select(Step.at).where(Step.evaluation_id == evaluation.id, Step.move == "issue")).first()
    if reached is None:
        return None
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    return sides.deadline(work, evaluation, days(campaign, "notice_deemed"), start=reached)
