"""One item with its plan, log, files and checks, and what the person at the page may do with it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.conflicts import conflict
from evalplat.campaigns.tables import Evaluation
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import CATEGORIES
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.workflow.stages import State

from . import queries, queries_view, rules
from .queries import Pair
from .queries_view import ItemLine
from .queries_waiting import asked
from .rules import ItemState, Measure, Method, Outcome
from .tables import ProgressEntry, Proof, Rectification, Verification


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file, ready for ``file_list``."""

    id: str
    name: str
    href: str
    size: int


@dataclass(frozen=True, slots=True)
class VerificationLine:
    """What one verifier found."""

    name: str
    passed: bool
    method: str
    opinion: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What the look back found."""

    outcome: str
    held: bool
    note: str
    evidence: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class May:
    """Which forms stand on the page."""

    plan: bool
    check_plan: bool
    work: bool
    submit: bool
    verify: bool
    verify_last: bool
    ask: bool
    extend: bool
    look_back: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """The page of one item. ``row`` holds the plain columns."""

    line: ItemLine
    row: Rectification
    category: str
    description: str
    basis: str
    measure: str
    notice_code: str
    notice_number: str | None
    log: tuple[ProgressEntry, ...]
    proofs: tuple[FileLine, ...]
    found_files: tuple[FileLine, ...]
    verifications: tuple[VerificationLine, ...]
    check: CheckLine | None
    asked: bool
    late_days: int
    may: May
    why_not_verify: str


def item_view(work: Work, evaluation: Evaluation, item: Pair) -> ItemView:
    """Everything on the page."""
    row, finding = item
    [line] = queries_view.item_lines(work, evaluation, [item])
    document = work.session.get_one(Document, row.document_id)
    log = work.session.exec(select(ProgressEntry).where(ProgressEntry.rectification_id == row.id)
                            .order_by(col(ProgressEntry.id).desc()))
    why = _why_not_verify(work, evaluation, row)
    return ItemView(
        line=line, row=row, category=gettext(CATEGORIES.get(finding.category, finding.category)),
        description=finding.description, basis=finding.basis, measure=gettext(rules.MEASURES[Measure(row.measure)]),
        notice_code=document.code, notice_number=document.number, log=tuple(log), proofs=_files(work, evaluation, row, look_back=False),
        found_files=_files(work, evaluation, row, look_back=True), verifications=_verifications(work, row),
        check=_check(work, evaluation, row), asked=asked(row),
        late_days=rules.days_late(row.due_at, row.closed_at or work.now) if line.overdue else 0,
        may=_may(work, evaluation, row, verify=not why), why_not_verify=why)


def _files(work: Work, evaluation: Evaluation, row: Rectification, *, look_back: bool) -> tuple[FileLine, ...]:
    query = (select(StoredFile).join(Proof, col(Proof.file_id) == col(StoredFile.id))
             .where(Proof.rectification_id == row.id, col(Proof.look_back).is_(look_back), col(StoredFile.removed_at).is_(None))
             .order_by(col(Proof.id)))
    here = queries.base(work, evaluation)
    found: Iterable[StoredFile] = work.session.exec(query)
    return tuple(FileLine(file.code, file.name, f"{here}/files/{file.code}", file.size) for file in found)


def find_file(work: Work, evaluation: Evaluation, code: str) -> StoredFile | None:
    """A file of this unit's follow-up by its code."""
    query = (select(StoredFile).join(Proof, col(Proof.file_id) == col(StoredFile.id))
             .join(Rectification, col(Rectification.id) == col(Proof.rectification_id))
             .where(Rectification.evaluation_id == evaluation.id, StoredFile.code == code, col(StoredFile.removed_at).is_(None)))
    return work.session.exec(query).one_or_none()


def _verifications(work: Work, row: Rectification) -> tuple[VerificationLine, ...]:
    query = select(Verification).where(Verification.rectification_id == row.id).order_by(col(Verification.id).desc())
    return tuple(VerificationLine(one.name, one.passed, gettext(rules.METHODS[Method(one.method)]) if one.method else "",
                                  one.opinion, one.at) for one in work.session.exec(query))


def _check(work: Work, evaluation: Evaluation, row: Rectification) -> CheckLine | None:
    one = queries.checks_of(work, evaluation).get(row.id or 0)
    if one is None:
        return None
    return CheckLine(gettext(rules.OUTCOMES[Outcome(one.outcome)]), one.outcome == Outcome.HELD, one.note, one.evidence,
                     one.by_name, one.at)


def _why_not_verify(work: Work, evaluation: Evaluation, row: Rectification) -> str:
    """Why somebody whose role includes verifying may not verify this item (in words), or an empty text."""
    person = work.actor
    if not may(person, Act.VERIFY_RECTIFICATION, evaluation):
        return ""
    if reason := conflict(work, person.user_id, evaluation.unit_id):
        return gettext("You may not check this department: you are somebody who {reason}.", reason=gettext(reason))
    if row.state == ItemState.SUBMITTED and person.user_id in {one.user_id for one in queries.verifications_of(work, row)}:
        return gettext("You have verified this item already; a second person must do it.")
    return ""


def _may(work: Work, evaluation: Evaluation, row: Rectification, *, verify: bool) -> May:
    person, state, going = work.actor, row.state, not evaluation.side and evaluation.state in queries.ITEM_STATES
    fills = going and may(person, Act.FILL_RECTIFICATION, evaluation)
    verifies = going and verify and may(person, Act.VERIFY_RECTIFICATION, evaluation)
    extends = rules.is_open(state) and row.extended_at is None and work.now <= row.due_at
    drawn = queries.look_back_of(work, evaluation)
    return May(
        plan=fills and state in rules.BEFORE_PLAN, check_plan=verifies and state == ItemState.PLAN_SUBMITTED,
        work=fills and state in rules.AT_WORK,
        submit=going and state == ItemState.IN_PROGRESS and may(person, Act.SUBMIT_RECTIFICATION, evaluation),
        verify=verifies and state == ItemState.SUBMITTED,
        verify_last=bool(queries.verifications_of(work, row)) if state == ItemState.SUBMITTED else False,
        ask=fills and extends and not asked(row), extend=going and extends and may(person, Act.EXTEND_RECTIFICATION, evaluation),
        look_back=going and evaluation.state == State.CLOSED and drawn is not None and row.number in drawn.numbers
        and row.id not in queries.checks_of(work, evaluation) and may(person, Act.LOOK_BACK, evaluation))
