"""More time for a part: drafted and asked by the unit before its last day, granted or refused by the office, each with its letter."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress, windows
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import exceptions
from evalplat.workflow import calendar
from evalplat.workflow.stages import Stage

from . import queries_extensions as queries
from . import queries_letters as letters
from .forms import ExtensionForm, GrantForm
from .tables import Extension

STAGES = {"assessment": Stage.ASSESSMENT, "survey": Stage.SURVEY, "review": Stage.REVIEW, "correction": Stage.OBJECTION}
KIND = "extension_notice"


def draft(work: Work, evaluation: Evaluation, form: ExtensionForm) -> Extension:
    """The liaison writes a request; it waits for the head."""
    locked = moves.lock(work, evaluation)
    due = _due(work, locked, form.window, office=False)
    row = queries.open_one(work, locked, form.window)
    if row is not None and row.state == "asked":
        raise Refused(N_("A request for this part waits for its decision already."))
    until = _until(work, due, form.until)
    row = row or Extension(office_id=work.office_id, evaluation_id=locked.id or 0, kind=form.window, state="drafted", due_before=due,
                           asked_until=until, reason=form.reason, drafted_at=work.now, drafted_by=work.actor.name)
    row.due_before, row.asked_until, row.reason, row.drafted_by = due, until, form.reason.strip(), work.actor.name
    work.add(row)
    progress.wait(work, locked, "ask_extension", stage=STAGES[row.kind], key=row.kind, href=f"{_address(work, locked)}#open", due_at=due)
    return row


def ask(work: Work, evaluation: Evaluation, row: Extension) -> Extension:
    """The head asks for what was drafted; from now on it waits for the office."""
    locked = moves.lock(work, evaluation)
    work.session.refresh(row, with_for_update=True)
    if row.state != "drafted":
        raise Refused(N_("This request was sent or decided already. Reload the page."))
    due = _due(work, locked, row.kind, office=False)
    row.state, row.asked_at, row.asked_by = "asked", work.now, work.actor.name
    work.add(row)
    progress.done(work, locked, "ask_extension", key=row.kind)
    progress.wait(work, locked, "extend_window", stage=STAGES[row.kind], key=row.kind, href=f"{_address(work, locked)}#open", due_at=due)
    _record(work, locked, "extension.asked", window=row.kind, until=row.asked_until)
    return row


def grant(work: Work, evaluation: Evaluation, row: Extension, form: GrantForm) -> Document:
    """Give the time that was asked for, or another date; before the last day alone."""
    locked = moves.lock(work, evaluation)
    _undecided(work, row)
    due = _due(work, locked, row.kind, office=True)
    return _give(work, locked, row, until=_until(work, due, form.until), reason=form.reason, asked_reason=row.reason)


def refuse(work: Work, evaluation: Evaluation, row: Extension, *, reason: str) -> Document:
    """Give no more time; the letter says why."""
    locked = moves.lock(work, evaluation)
    _undecided(work, row)
    if not reason.strip():
        raise Invalid({"reason": N_("Say why there is no more time.")})
    view = letters.extension_letter(work, locked, row.kind, before=row.due_before, until=None, reason=reason, asked_reason=row.reason)
    document = documents.issue(work, _numbered(work, locked, view))
    _decide(work, locked, row, "refused", reason=reason, document=document)
    _record(work, locked, "extension.refused", window=row.kind, reason=reason.strip(), document=document.number or "")
    return document


def give(work: Work, evaluation: Evaluation, form: ExtensionForm) -> Document:
    """The office gives more time on its own."""
    locked = moves.lock(work, evaluation)
    due = _due(work, locked, form.window, office=True)
    if queries.open_one(work, locked, form.window) is not None:
        raise Refused(N_("The department asked for more time for this part. Decide its request."))
    until = _until(work, due, form.until)
    row: Extension = work.add(Extension(
        office_id=work.office_id, evaluation_id=locked.id or 0, kind=form.window, state="asked", own=True, due_before=due,
        asked_until=until, reason=form.reason.strip(), drafted_at=work.now, drafted_by=work.actor.name))
    return _give(work, locked, row, until=until, reason=form.reason)


def lapse(work: Work) -> int:
    """Requests that nobody decided by the last day are over; how many. Called by the timetable."""
    query = (select(Extension, Evaluation).join(Evaluation, col(Evaluation.id) == col(Extension.evaluation_id))
             .where(Extension.office_id == work.office_id, col(Extension.state).in_(queries.OPEN), col(Evaluation.side).is_(None)))
    count = 0
    for row, evaluation in list(work.session.exec(query)):
        due = windows.due_of(work, evaluation, row.kind)
        if due is None or due < work.now:
            row.state = "lapsed"
            work.add(row)
            for act in ("ask_extension", "extend_window"):
                progress.done(work, evaluation, act, key=row.kind)
            _record(work, evaluation, "extension.lapsed", window=row.kind)
            count += 1
    return count


def _due(work: Work, evaluation: Evaluation, kind: str, *, office: bool) -> datetime:
    known = queries.can_extend(work, evaluation, office=office)
    if kind in known:
        return known[kind]
    due = windows.due_of(work, evaluation, kind)
    if due is not None and due < work.now:
        raise Refused(N_("The last day is over; the time cannot be extended any more. What comes late stays late."))
    raise Refused(N_("There is nothing to extend here now."))


def _until(work: Work, due: datetime, day: date) -> datetime:
    """24:00 of the wished day, moved to a working day; later than the present one."""
    if day <= due.astimezone(work.settings.zone).date():
        raise Invalid({"until": N_("The new date must lie after the present one.")})
    worked = calendar.next_working_day(day, exceptions(work.session, work.office_id))
    return calendar.closes_at(worked, work.settings.zone)


def _undecided(work: Work, row: Extension) -> None:
    work.session.refresh(row, with_for_update=True)
    if row.state != "asked":
        raise Refused(N_("This request was decided already, or not sent yet. Reload the page."))


def _give(work: Work, evaluation: Evaluation, row: Extension, *, until: datetime, reason: str, asked_reason: str = "") -> Document:
    view = letters.extension_letter(work, evaluation, row.kind, before=row.due_before, until=until, reason=reason,
                                    asked_reason=asked_reason)
    document = _numbered(work, evaluation, view)
    windows.extend(work, evaluation, row.kind, closes_at=until, reason=reason, document=document.number or "")
    row.until = until
    _decide(work, evaluation, row, "granted", reason=reason, document=document)
    _record(work, evaluation, "extension.granted", window=row.kind, until=until, document=document.number or "")
    return documents.issue(work, document)


def _decide(work: Work, evaluation: Evaluation, row: Extension, state: str, *, reason: str, document: Document) -> None:
    row.state, row.decided_at, row.decided_by = state, work.now, work.actor.name
    row.decision_reason, row.document_id = reason.strip(), document.id
    work.add(row)
    progress.done(work, evaluation, "extend_window", key=row.kind)


def _numbered(work: Work, evaluation: Evaluation, view: letters.PlainLetterView) -> Document:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    document = documents.draft(work, KIND, view, title=view.title, campaign=campaign, evaluation=evaluation)
    documents.give_number(work, document)
    return document


def _address(work: Work, evaluation: Evaluation) -> str:
    campaign, unit = moves.codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/extension"


def _record(work: Work, evaluation: Evaluation, event: str, **data: object) -> None:
    campaign, unit = moves.codes(work, evaluation)
    record(work, event, campaign=campaign, unit=unit, **data)
