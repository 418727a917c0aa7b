"""Side states, each with its letter: halt, exempt, end for a merged unit, take up again. Letter and deed are one act."""

from __future__ import annotations

from evalplat.audit.log import record
from evalplat.campaigns import moves, sides
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.workflow.stages import SideState, State, at_least

from . import queries_letters as letters

KIND = "side_notice"


def stand_aside(work: Work, evaluation: Evaluation, side: SideState, *, reason: str, successor: Unit | None = None) -> Document:
    """Suspend, exempt or end an evaluation. The letter is made, numbered and issued; the evaluation stands still by it.

    A merged unit whose result is final already goes on: only its people change, the successor's join them.
    """
    locked = moves.lock(work, evaluation)
    _check(work, locked, side, reason=reason, successor=successor)
    view = letters.side_letter(work, locked, side, reason=reason, successor=successor)
    document = _numbered(work, locked, view)
    if not (side == SideState.MERGED and at_least(locked.state, State.FINAL)):
        sides.set_side(work, locked, side, document=document.number or "", reason=reason)
    if successor is not None:
        _hand_over(work, locked, successor, document=document.number or "")
    return documents.issue(work, document)


def take_up_again(work: Work, evaluation: Evaluation, *, reason: str) -> Document:
    """Go on with a suspended evaluation; the letter lists the dates before and now."""
    locked = moves.lock(work, evaluation)
    if locked.side != SideState.SUSPENDED:
        raise Refused(N_("Only a suspended evaluation is taken up again."))
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    before, since = letters.open_dates(work, locked), locked.side_since or work.now
    document = _numbered(work, locked, letters.resume_letter(work, locked, reason=reason, since=since, dates=()))
    sides.clear_side(work, locked, document=document.number or "", reason=reason)
    after = letters.open_dates(work, locked)
    moved = [(what, due, after[what]) for what, due in before.items() if what in after and due >= since]
    view = letters.resume_letter(work, locked, reason=reason, since=since, dates=moved)
    documents.draft(work, KIND, view, title=view.title, evaluation=locked, replaces=document,
                    campaign=work.session.get_one(Campaign, locked.campaign_id))
    return documents.issue(work, document)


def _check(work: Work, evaluation: Evaluation, side: SideState, *, reason: str, successor: Unit | None) -> None:
    if evaluation.state == State.DRAFTED:
        raise Refused(N_("The notice is not issued yet: take the department out of the plan instead."))
    if evaluation.side not in (None, SideState.SUSPENDED) or (evaluation.side and side == SideState.SUSPENDED):
        raise Refused(N_("This evaluation is suspended already."))
    if side == SideState.EXEMPT and at_least(evaluation.state, State.FINAL):
        raise Refused(N_("The result of this department is final already."))
    errors = {} if reason.strip() else {"reason": N_("Say why.")}
    if side == SideState.MERGED and successor is None:
        errors["successor"] = N_("Choose the department that takes over.")
    if successor is not None and successor.id == evaluation.unit_id:
        errors["successor"] = N_("Choose another department.")
    elif successor is not None and (not successor.active or successor.merged_into_id):
        errors["successor"] = N_("This department does not exist any more. Choose the one that took over its work.")
    if errors:
        raise Invalid(errors)
    if evaluation.side == SideState.SUSPENDED:
        evaluation.side = None
        work.session.add(evaluation)
        work.session.flush()


def _numbered(work: Work, evaluation: Evaluation, view: letters.PlainLetterView) -> Document:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    document = documents.draft(work, KIND, view, title=view.title, campaign=campaign, evaluation=evaluation)
    documents.give_number(work, document)
    return document


def _hand_over(work: Work, evaluation: Evaluation, successor: Unit, *, document: str) -> None:
    """From now on the successor's people act for the merged unit, in every file of it."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    unit.merged_into_id = successor.id
    work.session.add(unit)
    campaign, code = moves.codes(work, evaluation)
    record(work, "unit.succeeded", campaign=campaign, unit=code, successor=successor.code, document=document)
