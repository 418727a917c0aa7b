"""The room's rows and its facts for the stage machine."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlmodel import col, func, select

from evalplat.campaigns import seats
from evalplat.campaigns.conflicts import conflict
from evalplat.campaigns.days import days
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation, PanelMember, Step, Window
from evalplat.campaigns.windows import is_open, window_for
from evalplat.documents import queries as documents
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import STANDING, Destination
from evalplat.findings.queries import findings_of
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.people.tables import User
from evalplat.scores import sheet
from evalplat.scores.queries import LeafView, ScoreView, score_view
from evalplat.workflow.machine import YES, Fact
from evalplat.workflow.stages import State

from .rules import Progressed, Subject, effect, item_faults
from .tables import Objection, ObjectionEnd, ObjectionFile, ObjectionItem, ObjectionVote


def address(work: Work, evaluation: Evaluation) -> str:
    """The room's page for this unit."""
    campaign, unit = codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/objection"


def window(work: Work, evaluation: Evaluation) -> Window | None:
    """The window to object: it opens when the letter is received."""
    return window_for(work, evaluation, "objection")


def attempts(work: Work, evaluation: Evaluation) -> list[Objection]:
    """Every objection of this unit, the first one first."""
    query = select(Objection).where(Objection.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(Objection.attempt))))


def current(work: Work, evaluation: Evaluation) -> Objection | None:
    """The newest objection."""
    return next(iter(reversed(attempts(work, evaluation))), None)


def end_of(work: Work, evaluation: Evaluation) -> ObjectionEnd | None:
    """How the window ended without an objection."""
    return work.session.get(ObjectionEnd, evaluation.id)


def items_of(work: Work, objection: Objection) -> list[ObjectionItem]:
    """The items in their order."""
    query = select(ObjectionItem).where(ObjectionItem.objection_id == objection.id)
    return list(work.session.exec(query.order_by(col(ObjectionItem.number))))


def decided_leaves(work: Work, evaluation: Evaluation) -> set[str]:
    """Indicators on which a signed decision stands, upheld ones among them."""
    if evaluation.state == State.OBJECTED:
        return set()
    query = (select(ObjectionItem).join(Objection, col(Objection.id) == col(ObjectionItem.objection_id))
             .where(Objection.evaluation_id == evaluation.id, ObjectionItem.decision != ""))
    return {leaf for item in work.session.exec(query) for leaf in (item.leaf, item.code if item.subject == "leaf" else "") if leaf}


def item_of(work: Work, objection: Objection, number: int) -> ObjectionItem | None:
    """One item by its number."""
    return next((item for item in items_of(work, objection) if item.number == number), None)


def files_of(work: Work, item: ObjectionItem) -> list[StoredFile]:
    """The item's evidence that was not taken away."""
    query = (select(StoredFile).join(ObjectionFile, col(ObjectionFile.file_id) == col(StoredFile.id))
             .where(ObjectionFile.item_id == item.id, col(StoredFile.removed_at).is_(None)).order_by(col(StoredFile.id)))
    return list(work.session.exec(query))


def file_by_code(work: Work, evaluation: Evaluation, code: str, *, drafts: bool) -> StoredFile | None:
    """A piece of evidence of this unit's objections; ``drafts``: of one that is not filed yet, too."""
    query = (select(StoredFile).join(ObjectionFile, col(ObjectionFile.file_id) == col(StoredFile.id))
             .join(ObjectionItem, col(ObjectionItem.id) == col(ObjectionFile.item_id))
             .join(Objection, col(Objection.id) == col(ObjectionItem.objection_id))
             .where(Objection.evaluation_id == evaluation.id, StoredFile.code == code, col(StoredFile.removed_at).is_(None)))
    if not drafts:
        query = query.where(Objection.state != Progressed.DRAFTED)
    return work.session.exec(query).first()


def is_used(work: Work, file: StoredFile) -> bool:
    """Whether an item (of an earlier objection, say) still holds this file."""
    return work.session.exec(select(ObjectionFile.item_id).where(ObjectionFile.file_id == file.id)).first() is not None


def voters(work: Work, item: ObjectionItem) -> list[User]:
    """Who agrees to the item's present proposal, the proposer first."""
    query = (select(User).join(ObjectionVote, col(ObjectionVote.user_id) == col(User.id))
             .where(ObjectionVote.item_id == item.id).order_by(col(ObjectionVote.at), col(User.id)))
    found = list(work.session.exec(query))
    return sorted(found, key=lambda user: user.id != item.proposed_by)


def panel(work: Work, evaluation: Evaluation) -> list[User]:
    """The members of the panel who may decide on this unit, the chair first."""
    query = (select(User).join(PanelMember, col(PanelMember.user_id) == col(User.id))
             .where(PanelMember.campaign_id == evaluation.campaign_id).order_by(col(PanelMember.chair).desc(), col(User.id)))
    return [user for user in work.session.exec(query) if keep_out(work, evaluation, user.id) is None]


def panel_ids(work: Work, evaluation: Evaluation) -> list[int]:
    """Everybody with a seat in the campaign's panel."""
    query = select(PanelMember.user_id).where(PanelMember.campaign_id == evaluation.campaign_id)
    return list(work.session.exec(query.order_by(col(PanelMember.user_id))))


def keep_out(work: Work, evaluation: Evaluation, user_id: int | None) -> str | None:
    """Why this person may not decide on this unit or score it again (a gettext id)."""
    if seats.was_of_team(work, evaluation, user_id):
        return N_("evaluated this department in the first team")
    return conflict(work, user_id or 0, evaluation.unit_id)


def frozen(work: Work, evaluation: Evaluation, objection: Objection | None = None) -> ScoreView | None:
    """The result that is contested: the version at filing, or the newest fixed one."""
    newest = sheet.latest(work, evaluation)
    if newest is None:
        return None
    return score_view(work, evaluation, (objection.version_before if objection else None) or newest.version)


def contestable(view: ScoreView | None) -> list[LeafView]:
    """Indicators whose points may be contested: all that apply."""
    return [leaf for leaf in view.leaves if leaf.state != "not_applicable"] if view else []


def contestable_findings(work: Work, evaluation: Evaluation) -> list[Finding]:
    """Findings of the letter that the unit may contest; what is a referral alone is none of them."""
    return [row for row in findings_of(work, evaluation, states=STANDING) if row.destinations != Destination.REFER]


def all_findings(work: Work, evaluation: Evaluation) -> list[Finding]:
    """Findings in any state but what is a referral alone: a withdrawn one keeps its title."""
    return [row for row in findings_of(work, evaluation) if row.destinations != Destination.REFER]


def full_mark(view: ScoreView | None, code: str) -> Decimal | None:
    """The effective full mark of a leaf that applies."""
    leaf = view.leaf(code) if view else None
    return leaf.effective_max if leaf and leaf.state != "not_applicable" else None


def faults_of(item: ObjectionItem, view: ScoreView | None) -> dict[str, str]:
    """What an item still lacks."""
    full = full_mark(view, item.code) if item.subject == Subject.LEAF else None
    return item_faults(subject=item.subject, claim=item.claim, reasons=item.reasons, existed=item.existed,
                       existed_why=item.existed_why, full=full)


def incomplete(work: Work, evaluation: Evaluation, objection: Objection) -> dict[str, str]:
    """Field → gettext id of everything that an objection still lacks; ``new_target`` if it has no item."""
    items, view = items_of(work, objection), frozen(work, evaluation, objection)
    if not items:
        return {"new_target": N_("Choose at least one thing that you object to.")}
    return {f"item.{item.number}.{field}": text for item in items for field, text in faults_of(item, view).items()}


def void_items(work: Work, objection: Objection) -> list[ObjectionItem]:
    """Items whose decision annulled a leaf's points."""
    found = [(item, effect(item.subject, item.decision, leaf=item.leaf, points=item.points)) for item in items_of(work, objection)]
    return [item for item, done in found if done and done.points is None]


def waiting_for_scores(work: Work, objection: Objection | None) -> list[ObjectionItem]:
    """Annulled items that nobody scored again yet."""
    if objection is None or objection.state != Progressed.DECIDED:
        return []
    return [item for item in void_items(work, objection) if item.again_at is None]


def document_of(work: Work, objection: Objection) -> Document | None:
    """The decision's document: a draft while it waits for its signature."""
    return work.session.get(Document, objection.document_id) if objection.document_id else None


def decision_due(work: Work, evaluation: Evaluation, objection: Objection) -> datetime:
    """Until when the decision is signed: counted from the day it was taken in, with the one extension if there was one."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    count = days(campaign, "objection_decision") + (days(campaign, "objection_extension") if objection.extended_at else 0)
    return deadline(work, count, start=objection.accepted_at)


def may_worsen(work: Work, evaluation: Evaluation) -> bool:
    """Whether this campaign lets an objection lower a result (setting ``objection_may_worsen``)."""
    return bool(work.session.get_one(Campaign, evaluation.campaign_id).settings.get("objection_may_worsen", False))


def approvers(work: Work, evaluation: Evaluation) -> set[int]:
    """Who approved the report: they do not sign the decision about it."""
    report = documents.latest(work.session, "report", evaluation=evaluation)
    found = {report.issued_by} if report else set()
    steps = select(Step.by_user_id).where(Step.evaluation_id == evaluation.id, Step.move == "approve_report")
    return {user for user in (*found, *work.session.exec(steps)) if user is not None}


def past_refusals(work: Work, evaluation: Evaluation) -> list[Objection]:
    """Objections that were not taken in, the newest first."""
    return [row for row in reversed(attempts(work, evaluation)) if row.state == Progressed.REFUSED]


def over_since(work: Work, evaluation: Evaluation) -> datetime | None:
    """When the window closed without anything that is still open; None while it is open or not yet opened."""
    end, own = end_of(work, evaluation), window(work, evaluation)
    if end is not None:
        return end.at
    return own.closes_at if own and own.closes_at < work.now else None


def objection_window_open(work: Work, evaluation: Evaluation) -> Fact:
    """The letter was received, the last day is not over, and the head did not declare that there is no objection."""
    own, href = window(work, evaluation), address(work, evaluation)
    if own is None:
        return Fact(False, N_("The result letter was not received yet."), href=href)
    if not is_open(own, work.now) or end_of(work, evaluation) is not None:
        return Fact(False, N_("The time to object is over."), href=href)
    return YES


def objection_complete(work: Work, evaluation: Evaluation) -> Fact:
    """Every item says what is claimed and why."""
    objection, href = current(work, evaluation), address(work, evaluation)
    if objection is None or objection.state != Progressed.DRAFTED or incomplete(work, evaluation, objection):
        return Fact(False, N_("The objection is not complete yet."), href=f"{href}#items")
    return YES


def refusal_reason_given(work: Work, evaluation: Evaluation) -> Fact:
    """A refusal names its reason and tells the unit why."""
    objection = current(work, evaluation)
    if objection is not None and objection.refusal_code and objection.refusal_text.strip():
        return YES
    return Fact(False, N_("Say why the objection is not taken in."), href=f"{address(work, evaluation)}#intake")


def items_decided(work: Work, evaluation: Evaluation) -> Fact:
    """Two members of the panel agree on every item."""
    objection, href = current(work, evaluation), f"{address(work, evaluation)}#panel"
    if objection is None or objection.state not in (Progressed.ACCEPTED, Progressed.DECIDED):
        return Fact(False, N_("The objection is not taken in yet."), href=href)
    query = select(func.count(col(ObjectionItem.id))).where(ObjectionItem.objection_id == objection.id,
                                                            col(ObjectionItem.closed_at).is_(None))
    left = work.session.exec(query).one()
    return Fact(False, N_("{count} items are not decided yet."), {"count": left}, href) if left else YES


def objection_not_decided(work: Work, evaluation: Evaluation) -> Fact:
    """The unit may take its objection back until the decision is signed."""
    objection = current(work, evaluation)
    if objection is not None and objection.state in (Progressed.FILED, Progressed.CORRECTING, Progressed.ACCEPTED):
        return YES
    return Fact(False, N_("There is no open objection to withdraw."), href=address(work, evaluation))


def decision_signer_is_another(work: Work, evaluation: Evaluation) -> Fact:
    """The decision is signed by somebody who neither approved the report nor sits in the panel nor was in the team."""
    signer, href = work.actor.user_id, f"{address(work, evaluation)}#decision"
    known = approvers(work, evaluation)
    if not known:
        return Fact(False, N_("The approver of the report is not known."), href=href)
    if signer in known:
        return Fact(False, N_("You approved the report: somebody else signs the decision about it."), href=href)
    if signer in panel_ids(work, evaluation) or keep_out(work, evaluation, signer) is not None:
        return Fact(False, N_("You had a part in the evaluation or in the panel: somebody else signs the decision."), href=href)
    return YES


def annulled_items_open(work: Work, evaluation: Evaluation) -> Fact:
    """There is an annulled item that nobody scored again."""
    if waiting_for_scores(work, current(work, evaluation)):
        return YES
    return Fact(False, N_("No indicator waits to be scored again."), href=address(work, evaluation))


def objections_over(work: Work, evaluation: Evaluation) -> Fact:
    """The window lapsed or was declined, or the decision is issued and nothing waits to be scored again."""
    href = address(work, evaluation)
    if evaluation.state == State.DECIDED:
        if waiting_for_scores(work, current(work, evaluation)):
            return Fact(False, N_("Annulled indicators wait to be scored again by another assessor."), href=f"{href}#again")
        return YES
    if over_since(work, evaluation) is not None:
        return YES
    own = window(work, evaluation)
    if own is None:
        return Fact(False, N_("The result letter was not received yet."), href=href)
    return Fact(False, N_("The department may still object."), href=href)
