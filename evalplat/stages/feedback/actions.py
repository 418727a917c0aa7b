"""The letter's deeds: write, number, issue; receive, or be deemed to have received. Receipt opens the time to object."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation, Window
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.kernel.errors import MoveBlocked, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.scores import sheet
from evalplat.workflow.stages import Stage, State

from . import queries
from .forms import LetterForm
from .queries_view import letter_title, letter_view
from .rules import OBJECTION_WINDOW
from .tables import FeedbackLetter, LetterReceipt


def open_room(work: Work, evaluation: Evaluation) -> None:
    """The report is approved: the letter waits for the section."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    progress.wait(work, evaluation, "draft_letter", stage=Stage.FEEDBACK, href=_href(work, evaluation, "text"),
                  due_at=deadline(work, days(campaign, "letter_after_report")))


def write_letter(work: Work, evaluation: Evaluation, form: LetterForm) -> FeedbackLetter:
    """Write or change the letter until it is issued; its proof is renewed. Who wrote last is its drafter."""
    locked = _locked(work, evaluation, State.REPORTED)
    result = sheet.latest(work, locked)
    if result is None:
        raise Refused(N_("There is no fixed result yet."))
    letter = queries.letter_of(work, locked) or FeedbackLetter(
        evaluation_id=locked.id, office_id=work.office_id, result_version=result.version, saved_at=work.now, **form.model_dump())
    for name, value in form.model_dump().items():
        setattr(letter, name, value)
    letter.result_version, letter.saved_at = result.version, work.now
    work.add(letter)
    _prove(work, locked, letter).drafted_by = work.actor.user_id
    return letter


def _prove(work: Work, evaluation: Evaluation, letter: FeedbackLetter) -> Document:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    before = work.session.get(Document, letter.document_id) if letter.document_id else None
    view = letter_view(work, evaluation, letter, number=before.number if before else None)
    document = documents.draft(work, "feedback_letter", view, title=letter_title(campaign), campaign=campaign,
                               evaluation=evaluation, replaces=before)
    letter.document_id = document.id
    work.add(letter)
    return document


def number(work: Work, evaluation: Evaluation) -> str:
    """Give the letter its number (again: the same); it waits for the director."""
    locked = _locked(work, evaluation, State.REPORTED)
    document = queries.document_of(work, locked)
    if document is None:
        raise Refused(N_("Write the letter first."))
    given = documents.give_number(work, document)
    letter = work.session.get_one(FeedbackLetter, locked.id)
    _prove(work, locked, letter)
    due = next((row.due_at for row in progress.waiting(work, locked) if row.act in ("draft_letter", "issue_letter")), None)
    progress.done(work, locked, "draft_letter")
    progress.wait(work, locked, "issue_letter", stage=Stage.FEEDBACK, href=_href(work, locked, "letter"), due_at=due)
    return given


def issue(work: Work, evaluation: Evaluation) -> Evaluation:
    """Issue the letter: the unit is informed, and sees its result from now on."""
    locked = _locked(work, evaluation, State.REPORTED)
    blocked = moves.blocked_by(work, locked, "inform")
    if blocked:
        raise MoveBlocked(blocked)
    letter = work.session.get_one(FeedbackLetter, locked.id)
    newest = sheet.latest(work, locked)
    if newest is not None and newest.version != letter.result_version:
        raise Refused(N_("The result was corrected after the letter was written. Save the letter again."))
    proof = _prove(work, locked, letter)
    documents.must_be_anothers(work, proof, work.session.get_one(Campaign, locked.campaign_id))
    document = documents.issue(work, proof)
    moved = moves.make(work, locked, "inform")
    progress.done(work, moved, "issue_letter")
    progress.wait(work, moved, "receive_letter", stage=Stage.FEEDBACK, href=_href(work, moved, "letter"),
                  due_at=queries.deemed_at(work, moved))
    campaign, unit = moves.codes(work, moved)
    record(work, "letter.issued", campaign=campaign, unit=unit, number=document.number)
    return moved


def receive(work: Work, evaluation: Evaluation, *, how: str = "signed", note: str = "", file_id: int | None = None) -> LetterReceipt:
    """The unit has the letter: it says so, its paper receipt came back, or it counts as received. Now it may object."""
    locked = _locked(work, evaluation, State.INFORMED)
    if queries.receipt_of(work, locked) is not None:
        raise Refused(N_("The letter was received already."))
    receipt: LetterReceipt = work.add(LetterReceipt(evaluation_id=locked.id, office_id=work.office_id, how=how, at=work.now,
                                                    by_name=work.actor.name, note=note.strip(), file_id=file_id))
    progress.done(work, locked, "receive_letter")
    _open_window(work, locked)
    campaign_code, unit = moves.codes(work, locked)
    if how == "deemed":
        campaign = work.session.get_one(Campaign, locked.campaign_id)
        record(work, "letter.deemed_received", campaign=campaign_code, unit=unit, days=days(campaign, "letter_deemed"))
    else:
        record(work, "letter.received", campaign=campaign_code, unit=unit, how=how)
    return receipt


def _open_window(work: Work, evaluation: Evaluation) -> None:
    """From the receipt to 24:00 of the last working day."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    closes_at = deadline(work, days(campaign, "objection_window"))
    work.add(Window(office_id=work.office_id, campaign_id=evaluation.campaign_id, evaluation_id=evaluation.id,
                    kind=OBJECTION_WINDOW, opens_at=work.now, closes_at=closes_at))
    code, unit = moves.codes(work, evaluation)
    record(work, "window.set", campaign=code, unit=unit, window=OBJECTION_WINDOW, opens=work.now, closes=closes_at)
    progress.wait(work, evaluation, "fill_objection", stage=Stage.OBJECTION, key="window", href=f"/c/{code}/u/{unit}/objection",
                  due_at=closes_at)


def deem_received(work: Work) -> int:
    """Every unit that said nothing in time counts as having received its letter; how many. Called by the timetable."""
    received = select(LetterReceipt.evaluation_id)
    query = select(Evaluation).where(Evaluation.office_id == work.office_id, Evaluation.state == State.INFORMED,
                                     col(Evaluation.side).is_(None), col(Evaluation.id).not_in(received))
    count = 0
    for evaluation in list(work.session.exec(query)):
        due = queries.deemed_at(work, evaluation)
        if due is not None and due < work.now:
            receive(work, evaluation, how="deemed")
            count += 1
    return count


def _locked(work: Work, evaluation: Evaluation, state: State) -> Evaluation:
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, state)
    return locked


def _href(work: Work, evaluation: Evaluation, anchor: str) -> str:
    campaign, unit = moves.codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/feedback#{anchor}"
