"""What this room lends to the overall report and the boards: filed objections and what was decided on each item."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.tables import Document
from evalplat.kernel.work import Work

from .tables import Objection, ObjectionItem


def lend() -> None:
    """Say how the rows are read."""
    lent.lend(lent.Objected, objections)
    lent.lend(lent.Contested, contested)


def objections(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Objected]:
    """Every objection that was filed; drafts of a department are its own."""
    query = (select(Objection, Document.number).join(Evaluation, col(Evaluation.id) == col(Objection.evaluation_id))
             .outerjoin(Document, col(Document.id) == col(Objection.document_id))
             .where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]), col(Objection.filed_at).is_not(None))
             .order_by(col(Objection.filed_at), col(Objection.id)))
    counted: dict[tuple[int, int], int] = {}
    for item in contested(work, campaigns):
        counted[item.evaluation_id, item.attempt] = counted.get((item.evaluation_id, item.attempt), 0) + 1
    return [lent.Objected(row.evaluation_id, row.attempt, row.state, row.filed_at,
                          row.decided_at or row.refused_at or row.withdrawn_at, number or "",
                          counted.get((row.evaluation_id, row.attempt), 0))
            for row, number in work.session.exec(query) if row.filed_at]


def contested(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Contested]:
    """The items of filed objections. A decision counts once it was signed."""
    query = (select(ObjectionItem, Objection).join(Objection, col(Objection.id) == col(ObjectionItem.objection_id))
             .join(Evaluation, col(Evaluation.id) == col(Objection.evaluation_id))
             .where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]), col(Objection.filed_at).is_not(None))
             .order_by(col(Objection.filed_at), col(ObjectionItem.number)))
    return [lent.Contested(objection.evaluation_id, objection.attempt, row.number, row.subject, row.code,
                           row.decision if objection.state == "decided" else "") for row, objection in work.session.exec(query)]
