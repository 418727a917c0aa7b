"""Records and checklist: written on site, signed or refused, then unchangeable. A correction is a record of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import select

from evalplat.audit.log import record as audit
from evalplat.campaigns import progress
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.files.store import keep
from evalplat.files.tables import StoredFile
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import actions_gate as gate
from . import queries, queries_records
from .forms import CheckForm, RecordForm, SigningForm
from .rules import LEAST_ASSESSORS, MAY_BE_ANONYMOUS, Signing
from .rules_checks import BY_CODE
from .tables import CheckAnswer, ReviewFile, ReviewRecord

Files = Sequence[tuple[str, bytes]]


def keep_record(work: Work, evaluation: Evaluation, form: RecordForm, *, files: Files = ()) -> ReviewRecord:
    """Write a record down; it waits for its signature."""
    locked = gate.open_now(work, evaluation)
    gate.visited(locked)
    gate.member(work, locked)
    corrected = _corrected(work, locked, form.corrects)
    values = _values(work, locked, form)
    count = len(queries_records.records_of(work, locked))
    row: ReviewRecord = work.add(ReviewRecord(
        office_id=work.office_id, evaluation_id=locked.id or 0, code=f"R-{count + 1:02d}", created_by=work.actor.user_id,
        created_at=work.now, corrects_id=corrected.id if corrected else None, **values))
    _audit(work, locked, "review.record_made", method=row.method, record=row.code)
    add_files(work, locked, row, files)
    return row


def change_record(work: Work, evaluation: Evaluation, row: ReviewRecord, form: RecordForm, *, files: Files = ()) -> None:
    """Change a record that nobody has signed yet."""
    locked = gate.open_now(work, evaluation)
    gate.member(work, locked)
    _must_be_unsigned(row)
    for name, value in _values(work, locked, form).items():
        setattr(row, name, value)
    work.add(row)
    _audit(work, locked, "review.record_changed", record=row.code)
    add_files(work, locked, row, files)


def _values(work: Work, evaluation: Evaluation, form: RecordForm) -> dict[str, Any]:
    known = {one.login for one in queries.active_members(work, evaluation)}
    present = [login for login in dict.fromkeys(form.assessors) if login in known]
    if len(present) < LEAST_ASSESSORS:
        raise Invalid({"assessors": N_("At least two assessors of the team must be present.")})
    if form.held_on > work.today:
        raise Invalid({"held_on": N_("The day lies in the future.")})
    if form.starts and form.ends and form.ends < form.starts:
        raise Invalid({"ends": N_("It cannot end before it begins.")})
    if form.anonymous and form.method not in MAY_BE_ANONYMOUS:
        raise Invalid({"anonymous": N_("Only interviews and questionnaires may be anonymous.")})
    if form.visited and form.visited not in evaluation.places:
        raise Invalid({"visited": N_("Choose one of the options.")})
    people = [line.strip() for line in form.participants.splitlines() if line.strip()]
    if not people:
        raise Invalid({"participants": N_("Name those who took part, or give each a code if the talk is anonymous.")})
    return {"method": str(form.method), "held_on": form.held_on, "starts": form.starts, "ends": form.ends,
            "place": form.place, "visited": form.visited, "assessors": present, "participants": people, "anonymous": form.anonymous,
            "content": form.content}


def _corrected(work: Work, evaluation: Evaluation, code: str) -> ReviewRecord | None:
    if not code:
        return None
    row = queries_records.find_record(work, evaluation, code)
    if row is None or not row.signing:
        raise Invalid({"corrects": N_("Only a signed record of this department can be corrected by a new one.")})
    return row


def _must_be_unsigned(row: ReviewRecord) -> None:
    if row.signing:
        raise Refused(N_("The record is signed and sealed. Write a new record that corrects it."))


def add_files(work: Work, evaluation: Evaluation, row: ReviewRecord, files: Files) -> None:
    """Add files to a record that nobody has signed yet."""
    if files:
        _must_be_unsigned(row)
    for name, data in files:
        file = keep(work, name, data, purpose="review", evaluation_id=evaluation.id, field="files")
        _link(work, evaluation, file, record=row)


def _link(work: Work, evaluation: Evaluation, file: StoredFile, *, record: ReviewRecord | None = None,
          check: str = "") -> None:
    work.add(ReviewFile(office_id=work.office_id, evaluation_id=evaluation.id or 0, file_id=file.id or 0,
                        record_id=record.id if record else None, check_code=check))
    _audit(work, evaluation, "review.file_added", name=file.name, sha256=file.sha256,
           record=record.code if record else "", check=check)


def sign_record(work: Work, evaluation: Evaluation, row: ReviewRecord, form: SigningForm, *,
                scan: tuple[str, bytes] | None = None) -> None:
    """Record how it was signed, or why not. From now on it never changes."""
    locked = gate.open_now(work, evaluation)
    gate.member(work, locked)
    _must_be_unsigned(row)
    _check_signing(form, scan)
    if scan:
        add_files(work, locked, row, [scan])
    row.signing, row.sealed_at = str(form.how), work.now
    row.signed_by = form.signed_by if form.how != Signing.REFUSED else ""
    row.signed_pages = form.pages if form.how != Signing.REFUSED else None
    row.refused_reason = form.reason if form.how == Signing.REFUSED else ""
    work.add(row)
    _audit(work, locked, "review.record_signed", record=row.code, how=row.signing)
    rows = queries_records.records_of(work, locked)
    if all(one.signing for one in rows) and not queries_records.has_both_needed(rows):
        progress.done(work, locked, "keep_records")


def _check_signing(form: SigningForm, scan: tuple[str, bytes] | None) -> None:
    if form.how == Signing.REFUSED:
        if not form.reason.strip():
            raise Invalid({"reason": N_("Say why nobody signed.")})
        return
    if not form.signed_by.strip():
        raise Invalid({"signed_by": N_("Name who signed.")})
    if form.how == Signing.PAPER and form.pages is None:
        raise Invalid({"pages": N_("Say how many pages were signed.")})
    if form.how == Signing.SCAN and scan is None:
        raise Invalid({"scan": N_("Choose the scan of the signed pages.")})


def answer_check(work: Work, evaluation: Evaluation, code: str, form: CheckForm, *,
                 photo: tuple[str, bytes] | None = None) -> CheckAnswer:
    """Answer one line of the checklist; answering again replaces the answer, the audit log keeps both."""
    locked = gate.open_now(work, evaluation)
    gate.member(work, locked)
    if code not in BY_CODE:
        raise NotFound
    query = select(CheckAnswer).where(CheckAnswer.evaluation_id == locked.id, CheckAnswer.code == code)
    row = work.session.exec(query).one_or_none() or CheckAnswer(
        office_id=work.office_id, evaluation_id=locked.id or 0, code=code, answer="", at=work.now)
    row.answer, row.note, row.by_user_id, row.at = str(form.answer), form.note.strip(), work.actor.user_id, work.now
    work.add(row)
    if photo:
        file = keep(work, *photo, purpose="review", evaluation_id=locked.id, field="photo")
        _link(work, locked, file, check=code)
    _audit(work, locked, "review.checked", check=code, answer=row.answer)
    return row


def _audit(work: Work, evaluation: Evaluation, event: str, /, **data: object) -> None:
    campaign, unit = codes(work, evaluation)
    audit(work, event, campaign=campaign, unit=unit, **data)
