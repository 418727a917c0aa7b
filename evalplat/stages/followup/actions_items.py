"""One item's way: received, planned, worked on, handed in, verified by two people outside the department, closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import moves
from evalplat.campaigns.conflicts import conflict
from evalplat.campaigns.tables import Evaluation
from evalplat.files.store import keep
from evalplat.kernel.errors import Forbidden, Invalid, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work

from . import actions, actions_joint, queries, rules
from .forms import PlanForm, ProgressForm, SubmitForm, VerifyForm
from .queries import Pair
from .rules import AT_WORK, BEFORE_PLAN, ItemState
from .tables import ProgressEntry, Proof, Rectification, Reminder, Verification

Files = Sequence[tuple[str, bytes]]


def locked_pair(work: Work, evaluation: Evaluation, item: Pair) -> Pair:
    """The item's row locked and fresh, in an evaluation that is not suspended."""
    moves.must_be(evaluation, *queries.ITEM_STATES)
    query = select(Rectification).where(Rectification.id == item[0].id).with_for_update()
    return work.session.exec(query.execution_options(populate_existing=True)).one(), item[1]


def note(work: Work, evaluation: Evaluation, event: str, /, **data: Any) -> None:
    """Record a deed on an item with the codes of its campaign and unit."""
    campaign, unit = moves.codes(work, evaluation)
    record(work, event, campaign=campaign, unit=unit, **data)


def to(work: Work, row: Rectification, state: ItemState) -> None:
    """Take one step of the table of states."""
    rules.check_move(row.state, state)
    row.state = state
    work.add(row)


def receive(work: Work, evaluation: Evaluation, *, how: str = "signed") -> int:
    """The department has the notice; how many items that were not received yet."""
    moves.must_be(evaluation, *queries.ITEM_STATES)
    rows = [row for row, _ in queries.items_of(work, evaluation) if row.state == ItemState.ISSUED]
    for row in rows:
        _receive(work, row)
    if rows:
        note(work, evaluation, "rectification.received", how=how, items=len(rows))
    actions.refresh(work, evaluation)
    return len(rows)


def _receive(work: Work, row: Rectification) -> None:
    to(work, row, ItemState.RECEIVED)
    row.received_at, row.received_by = work.now, work.actor.name
    work.add(row)


def submit_plan(work: Work, evaluation: Evaluation, item: Pair, plan: PlanForm) -> None:
    """The department says what it will do, who answers for it and until when."""
    row, finding = locked_pair(work, evaluation, item)
    if row.state not in BEFORE_PLAN:
        raise Refused(N_("The plan was handed in already. If it must be changed, the office sends it back."))
    if plan.finish_on > row.due_at.astimezone(work.settings.zone).date():
        raise Invalid({"finish_on": N_("The plan must end by the due date of the notice.")})
    if row.state == ItemState.ISSUED:
        _receive(work, row)
    to(work, row, ItemState.PLAN_SUBMITTED)
    for name, value in plan.model_dump().items():
        setattr(row, name, value)
    row.plan_at, row.plan_by, row.plan_returned = work.now, work.actor.name, ""
    work.add(row)
    note(work, evaluation, "rectification.planned", finding=finding.code)
    actions.refresh(work, evaluation)


def accept_plan(work: Work, evaluation: Evaluation, item: Pair) -> None:
    """The plan is accepted; the work begins."""
    row, finding = locked_pair(work, evaluation, item)
    _must_be_outside(work, evaluation)
    to(work, row, ItemState.PLAN_ACCEPTED)
    row.plan_accepted_at, row.plan_accepted_by = work.now, work.actor.name
    work.add(row)
    note(work, evaluation, "rectification.plan_accepted", finding=finding.code)
    actions.refresh(work, evaluation)


def return_plan(work: Work, evaluation: Evaluation, item: Pair, reason: str) -> None:
    """The plan goes back with a reason; its text stays in the form."""
    row, finding = locked_pair(work, evaluation, item)
    _must_be_outside(work, evaluation)
    if not reason.strip():
        raise Invalid({"reason": N_("Say what must be changed.")})
    to(work, row, ItemState.RECEIVED)
    row.plan_returned = reason.strip()
    work.add(row)
    note(work, evaluation, "rectification.plan_returned", finding=finding.code, reason=row.plan_returned)
    actions.refresh(work, evaluation)


def log_progress(work: Work, evaluation: Evaluation, item: Pair, form: ProgressForm, *, files: Files = ()) -> None:
    """Write a line into the item's log, with proof if there is some. The server sets its date. Before the plan is accepted this
    is for what is set right at once, and for the first step on a critical finding."""
    row, finding = locked_pair(work, evaluation, item)
    first = rules.first_step_waits(row.state, due=row.first_step_due_at, done=row.first_step_at)
    if row.state not in AT_WORK and not first and not (row.at_once and row.state in BEFORE_PLAN):
        raise Refused(N_("Progress is written down once the plan is accepted and until the item is handed in."))
    if form.happened_on is not None and form.happened_on > work.today:
        raise Invalid({"happened_on": N_("The day lies in the future.")})
    _keep(work, evaluation, row, files)
    if row.state == ItemState.ISSUED:
        _receive(work, row)
    if row.state != ItemState.IN_PROGRESS and (row.state in AT_WORK or row.at_once):
        to(work, row, ItemState.IN_PROGRESS)
    if first:
        row.first_step_at = work.now
        note(work, evaluation, "rectification.first_step", finding=finding.code)
    _write(work, row, form.percent, form.text, happened_on=form.happened_on)
    note(work, evaluation, "rectification.progress", finding=finding.code, percent=form.percent)
    actions.refresh(work, evaluation)


def link_matter(work: Work, evaluation: Evaluation, item: Pair, text: str) -> None:
    """Write down which adjustment of the establishment belongs to an item."""
    row, _ = locked_pair(work, evaluation, item)
    row.linked_matter = text.strip()
    work.add(row)


def read_reminder(work: Work, evaluation: Evaluation, item: Pair) -> None:
    """The department took note of its reminders."""
    row, _ = item
    unread = select(Reminder).where(Reminder.rectification_id == row.id, col(Reminder.read_at).is_(None))
    for one in list(work.session.exec(unread)):
        one.read_at = work.now
        work.add(one)
    actions.refresh(work, evaluation)


def _keep(work: Work, evaluation: Evaluation, row: Rectification, files: Iterable[tuple[str, bytes]], *,
          look_back: bool = False) -> None:
    kept = [keep(work, name, data, purpose="rectification", evaluation_id=evaluation.id, field="proof") for name, data in files]
    for file in kept:
        work.add(Proof(office_id=work.office_id, rectification_id=row.id, file_id=file.id, round=row.round, look_back=look_back))
        note(work, evaluation, "rectification.proof_added", item=row.number, name=file.name, sha256=file.sha256)


def keep_look_back_files(work: Work, evaluation: Evaluation, row: Rectification, files: Files) -> None:
    """Files that a look back brought."""
    _keep(work, evaluation, row, files, look_back=True)


def _write(work: Work, row: Rectification, percent: int, text: str, *, happened_on: Any = None) -> None:
    row.percent = percent
    work.add(row)
    work.add(ProgressEntry(office_id=work.office_id, rectification_id=row.id, round=row.round, percent=percent, text=text,
                           happened_on=happened_on, at=work.now, by_name=work.actor.name))


def submit(work: Work, evaluation: Evaluation, item: Pair, form: SubmitForm, *, files: Files = ()) -> None:
    """The head reports that the item is rectified; without proof nobody can verify it, so it is not taken."""
    row, finding = locked_pair(work, evaluation, item)
    rules.check_move(row.state, ItemState.SUBMITTED)
    if not files and not queries.proofs_of(work, row):
        raise Invalid({"proof": N_("Add at least one file that shows what was done.")})
    _keep(work, evaluation, row, files)
    to(work, row, ItemState.SUBMITTED)
    row.submissions += 1
    row.report, row.submitted_at, row.submitted_by = form.report, work.now, work.actor.name
    _write(work, row, 100, form.report)
    note(work, evaluation, "rectification.submitted", finding=finding.code)
    actions.refresh(work, evaluation)


def verify(work: Work, evaluation: Evaluation, item: Pair, form: VerifyForm) -> bool:
    """Somebody outside the department finds it rectified. The second one closes the item; True if it is closed now."""
    row, finding = locked_pair(work, evaluation, item)
    spoke = _may_verify(work, evaluation, row)
    _speak(work, row, passed=True, method=str(form.method), opinion=form.opinion)
    note(work, evaluation, "rectification.verified", finding=finding.code)
    closed = bool(spoke)
    if closed:
        to(work, row, ItemState.VERIFIED)
        to(work, row, ItemState.CLOSED)
        row.closed_at = work.now
        work.add(row)
        actions_joint.settle(work, finding)
    actions.refresh(work, evaluation)
    return closed


def reject(work: Work, evaluation: Evaluation, item: Pair, reason: str) -> None:
    """It is not rectified: back to the department with the reason. The due date stays."""
    row, finding = locked_pair(work, evaluation, item)
    _may_verify(work, evaluation, row)
    if not reason.strip():
        raise Invalid({"reason": N_("Say what is still missing.")})
    _speak(work, row, passed=False, method="", opinion=reason.strip())
    to(work, row, ItemState.REJECTED)
    note(work, evaluation, "rectification.rejected", finding=finding.code, reason=reason.strip())
    actions.refresh(work, evaluation)


def _may_verify(work: Work, evaluation: Evaluation, row: Rectification) -> list[Verification]:
    """Who verified this submission before; refuses the department's people, one person twice, and items without proof."""
    if row.state != ItemState.SUBMITTED:
        raise Refused(N_("There is nothing to verify: the department has not handed the item in."))
    _must_be_outside(work, evaluation)
    if not queries.proofs_of(work, row):
        raise Refused(N_("Nothing is verified without proof."))
    before = queries.verifications_of(work, row)
    if work.actor.user_id in {one.user_id for one in before}:
        raise Refused(N_("You have verified this item already; a second person must do it."))
    return before


def _must_be_outside(work: Work, evaluation: Evaluation) -> None:
    reason = conflict(work, work.actor.user_id, evaluation.unit_id) if work.actor.user_id else N_("is no person")
    if reason:
        raise Forbidden(N_("You may not check this department: you are somebody who {reason}."), reason=gettext(reason))


def _speak(work: Work, row: Rectification, *, passed: bool, method: str, opinion: str) -> None:
    work.add(Verification(office_id=work.office_id, rectification_id=row.id, submission=row.submissions,
                          user_id=work.actor.user_id, name=work.actor.name, passed=passed, method=method, opinion=opinion,
                          at=work.now))
