"""The first team answers; the panel proposes and agrees, item by item. Two members must agree."""

from __future__ import annotations

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.findings.kinds import FindingState
from evalplat.kernel.errors import Forbidden, Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.workflow.stages import Stage, State

from . import queries, queries_document
from .forms import ProposalForm
from .rules import (
    AGREEING,
    Decision,
    Progressed,
    Proposal,
    Standing,
    Subject,
    effect,
    proposal_faults,
    withdraws,
)
from .tables import Objection, ObjectionItem, ObjectionVote


def accepted(work: Work, evaluation: Evaluation) -> Objection:
    """The objection that the panel has before it."""
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, State.OBJECTED)
    objection = queries.current(work, locked)
    if objection is None or objection.state != Progressed.ACCEPTED:
        raise Refused(N_("The objection is not taken in yet."))
    return objection


def _open_item(work: Work, objection: Objection, number: int) -> ObjectionItem:
    item = queries.item_of(work, objection, number)
    if item is None:
        raise NotFound
    if item.closed_at is not None:
        raise Refused(N_("Two members of the panel have decided this item. Nothing is decided twice."))
    return item


def answer(work: Work, evaluation: Evaluation, number: int, *, text: str) -> ObjectionItem:
    """The first team says what it thinks of an item, while the panel has not decided it."""
    objection = accepted(work, evaluation)
    item = _open_item(work, objection, number)
    if not text.strip():
        raise Invalid({"answer": N_("Write the team's answer.")})
    item.answer, item.answered_by_name, item.answered_at = text.strip(), work.actor.name, work.now
    work.add(item)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.answered", campaign=campaign, unit=unit, item=number)
    if all(row.answered_at for row in queries.items_of(work, objection)):
        progress.done(work, evaluation, "answer_objection")
    return item


def must_sit_in_panel(work: Work, evaluation: Evaluation) -> None:
    """Nobody of the first team and nobody with a conflict decides, whatever seat they hold."""
    user = work.actor.user_id
    if user not in queries.panel_ids(work, evaluation):
        raise Forbidden
    reason = queries.keep_out(work, evaluation, user)
    if reason is not None:
        raise Forbidden(N_("You cannot decide on this department: {reason}."), reason=gettext(reason))


def propose(work: Work, evaluation: Evaluation, number: int, form: ProposalForm) -> ObjectionItem:
    """A member proposes what to decide on an item; an earlier proposal and its votes fall."""
    objection = accepted(work, evaluation)
    must_sit_in_panel(work, evaluation)
    item = _open_item(work, objection, number)
    proposal = _proposal(item, form)
    faults = _faults(work, evaluation, objection, item=item, proposal=proposal)
    if faults:
        raise Invalid({f"item.{number}.{field}": text for field, text in faults.items()})
    item.decision, item.established = proposal.decision, proposal.established
    item.leaf, item.points, item.worse_reason = proposal.leaf, proposal.points, proposal.worse_reason
    item.proposal, item.proposed_by = item.proposal + 1, work.actor.user_id
    work.add(item)
    for vote in work.session.exec(select(ObjectionVote).where(ObjectionVote.item_id == item.id)):
        work.session.delete(vote)
    work.session.flush()
    _vote(work, item)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.item_proposed", campaign=campaign, unit=unit, item=number, decision=str(item.decision))
    return item


def _proposal(item: ObjectionItem, form: ProposalForm) -> Proposal:
    """What the form means for this item: a contested leaf is the leaf; what is upheld changes nothing."""
    leaf = item.code if item.subject == Subject.LEAF else form.leaf.strip()
    if form.decision == Decision.UPHELD:
        return Proposal(form.decision, form.established.strip(), leaf if item.subject == Subject.LEAF else "")
    return Proposal(form.decision, form.established.strip(), leaf, form.points, form.worse_reason.strip())


def _faults(work: Work, evaluation: Evaluation, objection: Objection, *, item: ObjectionItem,
            proposal: Proposal) -> dict[str, str]:
    view = queries.frozen(work, evaluation, objection)
    leaf = view.leaf(proposal.leaf) if view and proposal.leaf else None
    standing = Standing(leaf.points if leaf else None, queries.full_mark(view, proposal.leaf))
    faults = proposal_faults(item.subject, proposal, standing, may_worsen=queries.may_worsen(work, evaluation))
    if not faults and _clashes(work, objection, item, proposal):
        faults = {"leaf": N_("Another item changes this indicator already. Decide both in one item.")}
    if not faults and withdraws(item.subject, proposal.decision) and _is_closed(work, evaluation, item.code):
        faults = {"decision": N_("The finding was rectified and closed. It can only stand unchanged.")}
    return faults


def _clashes(work: Work, objection: Objection, item: ObjectionItem, proposal: Proposal) -> bool:
    done = effect(item.subject, proposal.decision, leaf=proposal.leaf, points=proposal.points)
    others = (row for row in queries.items_of(work, objection) if row.id != item.id)
    taken = {found.leaf for row in others if (found := effect(row.subject, row.decision, leaf=row.leaf, points=row.points))}
    return done is not None and done.leaf in taken


def _is_closed(work: Work, evaluation: Evaluation, code: str) -> bool:
    rows = queries.contestable_findings(work, evaluation)
    return any(row.code == code and row.state == FindingState.CLOSED for row in rows)


def _vote(work: Work, item: ObjectionItem) -> None:
    work.add(ObjectionVote(item_id=item.id, user_id=work.actor.user_id, office_id=work.office_id, at=work.now))


def consent(work: Work, evaluation: Evaluation, number: int, *, proposal: int | None = None) -> ObjectionItem:
    """Another member agrees: the item is decided. ``proposal``: the one that was read."""
    objection = accepted(work, evaluation)
    must_sit_in_panel(work, evaluation)
    item = _open_item(work, objection, number)
    if not item.decision:
        raise Refused(N_("Nobody has proposed a decision on this item yet."))
    if proposal is not None and proposal != item.proposal:
        raise Refused(N_("The proposal was changed meanwhile. Read it again."))
    if any(user.id == work.actor.user_id for user in queries.voters(work, item)):
        raise Refused(N_("It is your own proposal: another member of the panel must agree."))
    _vote(work, item)
    if len(queries.voters(work, item)) >= AGREEING:
        _close_item(work, evaluation, objection, item)
    return item


def _close_item(work: Work, evaluation: Evaluation, objection: Objection, item: ObjectionItem) -> None:
    item.closed_at = work.now
    work.add(item)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.item_decided", campaign=campaign, unit=unit, item=item.number, decision=str(item.decision))
    if any(row.closed_at is None for row in queries.items_of(work, objection)):
        return
    progress.done(work, evaluation, "decide_items")
    progress.done(work, evaluation, "answer_objection")
    _draft_decision(work, evaluation, objection)
    never = sorted(queries.approvers(work, evaluation) | set(queries.panel_ids(work, evaluation)))
    due = queries.decision_due(work, evaluation, objection)
    progress.wait(work, evaluation, "sign_decision", stage=Stage.OBJECTION, due_at=due, not_users=never,
                  href=f"{queries.address(work, evaluation)}#decision")


def _draft_decision(work: Work, evaluation: Evaluation, objection: Objection) -> None:
    """A proof for whoever signs, with the result as it would become."""
    view = queries_document.decision_view(work, evaluation, objection)
    document = documents.draft(work, "review_decision", view, title=view.title, evaluation=evaluation,
                               campaign=work.session.get_one(Campaign, evaluation.campaign_id))
    objection.document_id = document.id
    work.add(objection)
