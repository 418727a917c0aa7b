"""Finding documents, within what somebody may see."""

from __future__ import annotations

from sqlmodel import Session, col, or_, select

from evalplat.access import scope
from evalplat.access.actor import Person
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Campaign, Evaluation

from .tables import Document

DRAFTS_SHOWN_BY: dict[str, tuple[Act, ...]] = {
    "review_decision": (Act.DECIDE_ITEMS, Act.SIGN_DECISION), "plan": (Act.APPROVE_CAMPAIGN,),
}
"""Kind of document → acts whose holders read its draft too, because they decide on it."""


def documents_of(session: Session, evaluation: Evaluation, *, kind: str | None = None) -> list[Document]:
    """All documents of one unit's evaluation, the newest first."""
    query = select(Document).where(Document.evaluation_id == evaluation.id).order_by(col(Document.id).desc())
    if kind:
        query = query.where(Document.kind == kind)
    return list(session.exec(query))


def latest(session: Session, kind: str, *, campaign: Campaign | None = None,
           evaluation: Evaluation | None = None) -> Document | None:
    """The newest document of a kind that is not void."""
    query = select(Document).where(Document.kind == kind, Document.state != "void")
    if evaluation is not None:
        query = query.where(Document.evaluation_id == evaluation.id)
    elif campaign is not None:
        query = query.where(Document.campaign_id == campaign.id, col(Document.evaluation_id).is_(None))
    return session.exec(query.order_by(col(Document.id).desc())).first()


def find(session: Session, person: Person, code: str) -> Document | None:
    """The document behind an address, if this person may read it.

    A unit reads what is issued to it, of its own evaluation or of the whole campaign; the office reads all.
    """
    document = session.exec(select(Document).where(Document.code == code,
                                                   Document.office_id == person.office_id)).one_or_none()
    return document if document is not None and readable(session, person, document) else None


def readable(session: Session, person: Person, document: Document) -> bool:
    """Whether ``person`` may read ``document``."""
    if document.evaluation_id is not None:
        query = select(Evaluation).where(Evaluation.id == document.evaluation_id, scope.evaluations(person))
        evaluation = session.exec(query).one_or_none()
        return evaluation is not None and allowed(person, document, evaluation)
    if document.campaign_id is None:
        return allowed(person, document, None)
    campaign = session.exec(select(Campaign).where(Campaign.id == document.campaign_id, scope.campaigns(person))).one_or_none()
    return campaign is not None and allowed(person, document, campaign)


def allowed(person: Person, document: Document, subject: Evaluation | Campaign | None) -> bool:
    """The same where the evaluation or campaign in the person's scope that the document is of was read already."""
    if document.readers is not None and person.user_id not in document.readers:
        return False
    if isinstance(subject, Evaluation):
        if not may(person, Act.SEE_DOCUMENTS, subject):
            return False
        if subject.unit_id in person.unit_ids:
            return document.to_unit and document.state != "draft"
        return document.state != "draft" or _drafts(person, document, subject)
    if subject is None:
        return may(person, Act.SEE_PLANS)
    if document.kind in ("summary", "look_back_report"):
        return may(person, Act.SEE_SUMMARY, subject)
    if document.kind == "poster":
        return may(person, Act.SEE_SURVEYS, subject)
    if document.state == "draft":
        return _drafts(person, document, subject)
    return not person.unit_ids or document.to_unit


def _drafts(person: Person, document: Document, subject: Campaign | Evaluation) -> bool:
    """Whether a draft is this person's to read: the office's, its team's, its author's, or theirs who decide on it."""
    acts = (Act.SEE_DRAFTS, *DRAFTS_SHOWN_BY.get(document.kind, ()))
    mine = document.drafted_by == person.user_id and not person.unit_ids
    return mine or any(may(person, act, subject) for act in acts)


def of_campaign(session: Session, campaign: Campaign, *, issued: bool = True) -> list[Document]:
    """Every document of a campaign and its evaluations."""
    query = select(Document).where(Document.campaign_id == campaign.id)
    if issued:
        query = query.where(or_(Document.state == "issued", Document.state == "void"))
    return list(session.exec(query.order_by(col(Document.id))))
