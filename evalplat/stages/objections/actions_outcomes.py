"""Two ways in which an objection goes otherwise: the unit takes it back, or the director gives the panel more time, once."""

from __future__ import annotations

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.plain import issue_letter
from evalplat.kernel.errors import Gone, Invalid, MoveBlocked, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow.stages import State

from . import queries, queries_letters
from .rules import Progressed
from .tables import Objection, ObjectionEnd

PANEL_ACTS = ("answer_objection", "decide_items", "sign_decision")
WITHDRAWN = "申请人撤回异议"  # zh: recorded


def withdraw(work: Work, evaluation: Evaluation, *, reason: str = "") -> Objection:
    """The head takes the objection back before it is decided: the result stands, and there is no second objection."""
    locked = moves.lock(work, evaluation)
    blocked = moves.blocked_by(work, locked, "withdraw_objection")
    if blocked:
        raise MoveBlocked(blocked)
    objection = queries.current(work, locked)
    if objection is None:
        raise Refused(N_("There is no open objection to withdraw."))
    moves.make(work, locked, "withdraw_objection", note=reason.strip())
    objection.state, objection.withdrawn_at, objection.withdrawal_reason = Progressed.WITHDRAWN, work.now, reason.strip()
    work.add(objection)
    work.add(ObjectionEnd(evaluation_id=locked.id, office_id=work.office_id, how="withdrawn", at=work.now, by_name=work.actor.name))
    document = queries.document_of(work, objection)
    if document is not None and document.state == "draft":
        documents.void(work, document, reason=WITHDRAWN)
    for act in ("take_in_objection", "fill_objection", "sign_objection", *PANEL_ACTS):
        progress.done(work, locked, act)
    campaign, unit = moves.codes(work, locked)
    record(work, "objection.withdrawn", campaign=campaign, unit=unit, reason=objection.withdrawal_reason)
    issue_letter(work, "objection_intake", queries_letters.withdrawn(work, locked, objection),
                 campaign=work.session.get_one(Campaign, locked.campaign_id), evaluation=locked)
    from .actions import wait_for_final

    wait_for_final(work, locked)
    return objection


def extend_decision(work: Work, evaluation: Evaluation, *, reason: str) -> Objection:
    """The director gives the panel more time: once, with a reason, before the time is over; the unit is told."""
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, State.OBJECTED)
    objection = queries.current(work, locked)
    if objection is None or objection.state != Progressed.ACCEPTED:
        raise Refused(N_("The objection is not taken in yet."))
    if objection.extended_at is not None:
        raise Refused(N_("The time to decide was extended once already."))
    if work.now > queries.decision_due(work, locked, objection):
        raise Gone(N_("The time to decide is over. It is extended before it ends, not afterwards."))
    if not reason.strip():
        raise Invalid({"extension_reason": N_("Say why.")})
    objection.extended_at, objection.extension_reason = work.now, reason.strip()
    work.add(objection)
    due = queries.decision_due(work, locked, objection)
    for row in progress.waiting(work, locked):
        if row.act in PANEL_ACTS:
            row.due_at = due
            work.session.add(row)
    campaign, unit = moves.codes(work, locked)
    record(work, "objection.extended", campaign=campaign, unit=unit, reason=objection.extension_reason, until=due)
    issue_letter(work, "extension_notice", queries_letters.extended(work, locked, objection),
                 campaign=work.session.get_one(Campaign, locked.campaign_id), evaluation=locked)
    return objection
