"""Documents as lists, and one with what must be known about it beside its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import col, select

from evalplat.access import scope
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.actions import MAKE, content_hash
from evalplat.documents.queries import allowed
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.jobs.tables import Job
from evalplat.kernel.listing import Wanted
from evalplat.kernel.work import Work
from evalplat.pages.labels import DOCUMENT_KINDS, DOCUMENT_STATES, text_of
from evalplat.people.tables import Unit

from .evaluation import DocumentLine, document_line

FILTERS = ("campaign", "kind", "state", "q")
PAPERS = ("notice_receipt", "letter_receipt", "moderation_minutes", "assessment_refusal")


def documents_in_scope(work: Work, ask: Wanted) -> list[DocumentLine]:
    """Every document that this person may read, the newest first."""
    query: Any = (select(Document, Unit, Evaluation, Campaign).options(defer(Document.view))  # type: ignore[arg-type]
                  .outerjoin(Campaign, col(Campaign.id) == col(Document.campaign_id))
                  .outerjoin(Evaluation, col(Evaluation.id) == col(Document.evaluation_id))
                  .outerjoin(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .where(Document.office_id == work.office_id, col(Document.campaign_id).is_(None) | scope.campaigns(work.actor),
                         col(Document.evaluation_id).is_(None) | scope.evaluations(work.actor))
                  .order_by(col(Document.id).desc()))
    for name, column in (("campaign", Campaign.code), ("kind", Document.kind), ("state", Document.state)):
        if ask.get(name):
            query = query.where(col(column) == ask.get(name))
    if ask.get("q"):
        query = query.where(col(Document.title).contains(ask.get("q"), autoescape=True)
                            | col(Document.number).contains(ask.get("q"), autoescape=True))
    return [document_line(row, unit.short_name if unit else "") for row, unit, evaluation, campaign in work.session.exec(query)
            if allowed(work.actor, row, evaluation or campaign)]


def choices(work: Work) -> dict[str, Sequence[tuple[str, str]]]:
    """What the filter form offers."""
    campaigns = work.session.exec(select(Campaign.code, Campaign.title).where(scope.campaigns(work.actor))
                                  .order_by(col(Campaign.id).desc()))
    return {"campaign": list(campaigns), "kind": [(key, text_of(DOCUMENT_KINDS, key)) for key in DOCUMENT_KINDS],
            "state": [(key, text_of(DOCUMENT_STATES, key)) for key in DOCUMENT_STATES]}


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document and what stands beside it."""

    line: DocumentLine
    document: Document
    crumbs: tuple[tuple[str, str | None], ...]
    hash: str
    has_file: bool


def document_page(work: Work, document: Document) -> DocumentPage:
    """Gather what the frame of a document shows."""
    campaign = work.session.get(Campaign, document.campaign_id) if document.campaign_id else None
    evaluation = work.session.get(Evaluation, document.evaluation_id) if document.evaluation_id else None
    unit = work.session.get(Unit, evaluation.unit_id) if evaluation else None
    crumbs: list[tuple[str, str | None]] = [(campaign.title, f"/c/{campaign.code}")] if campaign else []
    if campaign and unit:
        crumbs.append((unit.short_name, f"/c/{campaign.code}/u/{unit.code}"))
    return DocumentPage(document_line(document), document, tuple(crumbs), content_hash(document), document.file_id is not None)


def file_of(work: Work, document: Document) -> StoredFile | None:
    """The stored PDF, once the job made it."""
    return work.session.get(StoredFile, document.file_id) if document.file_id else None


def paper_of(work: Work, evaluation: Evaluation, code: str) -> StoredFile | None:
    """A scan of the office's own papers about one unit."""
    return work.session.exec(select(StoredFile).where(
        StoredFile.evaluation_id == evaluation.id, StoredFile.code == code, col(StoredFile.purpose).in_(PAPERS),
        col(StoredFile.removed_at).is_(None))).one_or_none()


def making(work: Work, document: Document) -> Job | None:
    """The job that makes the PDF."""
    query = select(Job).where(Job.office_id == work.office_id, Job.kind == MAKE, Job.key == document.code)
    return work.session.exec(query.order_by(col(Job.id).desc())).first()
