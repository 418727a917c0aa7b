"""The section's deeds: take an objection in, ask for its completion, or refuse it."""

from __future__ import annotations

from datetime import datetime

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.campaigns.windows import is_open, left_again
from evalplat.documents.plain import issue_letter
from evalplat.documents.views import PlainLetterView
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.workflow.stages import Stage, State

from . import queries, queries_letters
from .rules import Progressed, Refusal
from .tables import Objection, ObjectionFile, ObjectionItem


def _days(work: Work, evaluation: Evaluation, key: str) -> int:
    return days(work.session.get_one(Campaign, evaluation.campaign_id), key)


def wait_for_intake(work: Work, evaluation: Evaluation) -> None:
    """The objection waits for the section."""
    due = deadline(work, _days(work, evaluation, "objection_intake"))
    progress.wait(work, evaluation, "take_in_objection", stage=Stage.OBJECTION, due_at=due,
                  href=f"{queries.address(work, evaluation)}#intake")


def _untaken(work: Work, evaluation: Evaluation) -> Objection:
    evaluation = moves.lock(work, evaluation)
    moves.must_be(evaluation, State.OBJECTED)
    objection = queries.current(work, evaluation)
    if objection is None or objection.state not in (Progressed.FILED, Progressed.CORRECTING):
        raise Refused(N_("The objection was taken in already."))
    return objection


def accept(work: Work, evaluation: Evaluation) -> Objection:
    """Take it in: the panel has its items, the first team may answer them."""
    objection = _untaken(work, evaluation)
    objection.state, objection.accepted_at = Progressed.ACCEPTED, work.now
    work.add(objection)
    _close(work, evaluation)
    href, due = queries.address(work, evaluation), queries.decision_due(work, evaluation, objection)
    kept_out = [user for user in queries.panel_ids(work, evaluation) if queries.keep_out(work, evaluation, user)]
    progress.wait(work, evaluation, "answer_objection", stage=Stage.OBJECTION, href=f"{href}#answers", due_at=due)
    progress.wait(work, evaluation, "decide_items", stage=Stage.OBJECTION, href=f"{href}#panel", due_at=due, not_users=kept_out)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.accepted", campaign=campaign, unit=unit)
    _issue(work, evaluation, queries_letters.taken_in(work, evaluation, objection))
    return objection


def ask_correction(work: Work, evaluation: Evaluation, *, reason: str) -> Objection:
    """Ask the unit once to complete its items. What is not completed in time is not taken in."""
    objection = _untaken(work, evaluation)
    if objection.correction_reason:
        raise Refused(N_("The department was asked to complete its objection once already."))
    if not reason.strip():
        raise Invalid({"reason": N_("Say what is to be completed.")})
    objection.state, objection.correction_reason = Progressed.CORRECTING, reason.strip()
    objection.correction_due = deadline(work, _days(work, evaluation, "objection_correction"))
    work.add(objection)
    progress.done(work, evaluation, "take_in_objection")
    progress.wait(work, evaluation, "fill_objection", stage=Stage.OBJECTION, key="correction", due_at=objection.correction_due,
                  href=f"{queries.address(work, evaluation)}#items")
    campaign, unit = moves.codes(work, evaluation)
    record(work, "objection.correction_asked", campaign=campaign, unit=unit, reason=objection.correction_reason)
    _issue(work, evaluation, queries_letters.to_complete(work, evaluation, objection))
    return objection


def refuse(work: Work, evaluation: Evaluation, *, code: str, text: str) -> Objection:
    """Do not take it in. The window's clock went on: while it is open, the unit finds its items again as a draft."""
    objection = _untaken(work, evaluation)
    if code not in set(Refusal):
        raise Invalid({"code": N_("Choose a reason.")})
    if not text.strip():
        raise Invalid({"text": N_("Tell the department why.")})
    objection.refusal_code, objection.refusal_text = code, text.strip()
    work.add(objection)
    moved = moves.make(work, evaluation, "refuse_objection", note=objection.refusal_text)
    objection.state, objection.refused_at = Progressed.REFUSED, work.now
    work.add(objection)
    _close(work, moved)
    campaign, unit = moves.codes(work, moved)
    record(work, "objection.refused", campaign=campaign, unit=unit, code=code, reason=objection.refusal_text)
    own = queries.window(work, moved)
    open_until = own.closes_at if own is not None and is_open(own, work.now) else None
    _issue(work, moved, queries_letters.refused(work, moved, objection, open_until=open_until))
    _draft_again(work, moved, objection)
    return objection


def _issue(work: Work, evaluation: Evaluation, view: PlainLetterView) -> None:
    """Whoever takes it in signs the letter about it."""
    issue_letter(work, "objection_intake", view, campaign=work.session.get_one(Campaign, evaluation.campaign_id), evaluation=evaluation)


def _draft_again(work: Work, evaluation: Evaluation, refused: Objection) -> None:
    own = queries.window(work, evaluation)
    if own is None or not is_open(own, work.now):
        return
    fresh = work.add(Objection(office_id=work.office_id, evaluation_id=evaluation.id, attempt=refused.attempt + 1))
    for item in queries.items_of(work, refused):
        again = work.add(ObjectionItem(
            office_id=work.office_id, objection_id=fresh.id, number=item.number, subject=item.subject, code=item.code,
            claim=item.claim, reasons=item.reasons, existed=item.existed, existed_why=item.existed_why))
        for file in queries.files_of(work, item):
            work.add(ObjectionFile(item_id=again.id, file_id=file.id, office_id=work.office_id))
    progress.wait(work, evaluation, "fill_objection", stage=Stage.OBJECTION, key="window", due_at=own.closes_at,
                  href=queries.address(work, evaluation))


def move_on(work: Work, evaluation: Evaluation, since: datetime) -> None:
    """The evaluation stood still: the time to complete the objection did, too."""
    objection = queries.current(work, evaluation)
    if objection is not None and objection.state == Progressed.CORRECTING and objection.correction_due is not None:
        objection.correction_due = left_again(work, objection.correction_due, since)
        work.add(objection)


def _close(work: Work, evaluation: Evaluation) -> None:
    for act in ("take_in_objection", "fill_objection", "sign_objection"):
        progress.done(work, evaluation, act)
