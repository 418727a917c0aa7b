"""One item with its plan, log, files and checks, and what the person at the page may do with it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.conflicts import conflict
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import CATEGORIES, OTHER_SOURCES, source_text
from evalplat.findings.queries import siblings
from evalplat.findings.tables import Finding
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.calendar import exceptions
from evalplat.workflow.stages import State

from . import queries, queries_ledger, queries_view, rules, rules_ladder
from .queries import Pair
from .queries_view import FileLine, ItemLine
from .queries_waiting import asked
from .rules import ItemState, Measure, Method, Outcome
from .rules_ladder import LIGHTS, Light
from .tables import ProgressEntry, Proof, Rectification, Reminder, Verification

PAST = N_("This item was due on {day}. Please finish it and hand it in.")
AHEAD = N_("This item must be rectified by {day}.")


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
    view: bool
    matter: bool
    remind: bool


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
    light: Light
    light_text: str
    reminded: str
    source: str
    others: tuple[str, ...]
    joint: str
    answer: str
    answered_at: datetime | None
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
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    light = queries_ledger.light_of(work, campaign, row, exceptions(work.session, work.office_id))
    return ItemView(
        line=line, row=row, category=gettext(CATEGORIES.get(finding.category, finding.category)),
        description=finding.description, basis=finding.basis, measure=gettext(rules.MEASURES[Measure(row.measure)]),
        notice_code=document.code, notice_number=document.number, log=tuple(log), proofs=_files(work, evaluation, row, look_back=False),
        found_files=_files(work, evaluation, row, look_back=True), verifications=_verifications(work, row),
        check=_check(work, evaluation, row), asked=asked(row),
        late_days=rules_ladder.lateness(row.state, row.due_at, row.submitted_at, work.now), light=light,
        light_text=gettext(LIGHTS[light]) if light else "", reminded=_reminded(work, row), source=gettext(source_text(finding.source)),
        others=_others(work, evaluation, finding), joint=finding.joint, answer=finding.answer, answered_at=finding.answered_at,
        may=_may(work, evaluation, item, verify=not why), why_not_verify=why)


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


def _others(work: Work, evaluation: Evaluation, finding: Finding) -> tuple[str, ...]:
    """The other departments that the finding names: for the office, and for a department if the office says so."""
    inside = may(work.actor, Act.SEE_SUMMARY, evaluation)
    return tuple(unit.short_name for _, _, unit in siblings(work, finding)) if inside or finding.joint_names else ()


def _reminded(work: Work, row: Rectification) -> str:
    """The latest reminder of this round that nobody took note of, in words."""
    query = (select(Reminder).where(Reminder.rectification_id == row.id, Reminder.round == row.round, col(Reminder.read_at).is_(None))
             .order_by(col(Reminder.id).desc()))
    found = work.session.exec(query).first()
    if found is None or not rules_ladder.waits_for_unit(row.state, row.due_at, row.submitted_at):
        return ""
    sentence = PAST if found.days > 0 else AHEAD
    return gettext(sentence, day=full_date(row.due_at))


def _may(work: Work, evaluation: Evaluation, item: Pair, *, verify: bool) -> May:
    row, finding = item
    person, state, going = work.actor, row.state, not evaluation.side and evaluation.state in queries.ITEM_STATES
    fills = going and may(person, Act.FILL_RECTIFICATION, evaluation)
    verifies = going and verify and may(person, Act.VERIFY_RECTIFICATION, evaluation)
    extends = rules.is_open(state) and row.extended_at is None and work.now <= row.due_at
    drawn = queries.look_back_of(work, evaluation)
    return May(
        view=fills and rules.is_open(state) and finding.answered_at is None and (finding.source in OTHER_SOURCES or bool(finding.joint)),
        matter=going and evaluation.state != State.LOOKED_BACK and may(person, Act.RECORD_ADVICE, evaluation),
        remind=going and may(person, Act.READ_REMINDER, evaluation),
        plan=fills and state in rules.BEFORE_PLAN and not row.at_once, check_plan=verifies and state == ItemState.PLAN_SUBMITTED,
        work=fills and (state in rules.AT_WORK or (row.at_once and state in rules.BEFORE_PLAN)
                        or rules.first_step_waits(state, due=row.first_step_due_at, done=row.first_step_at)),
        submit=going and state == ItemState.IN_PROGRESS and may(person, Act.SUBMIT_RECTIFICATION, evaluation),
        verify=verifies and state == ItemState.SUBMITTED,
        verify_last=bool(queries.verifications_of(work, row)) if state == ItemState.SUBMITTED else False,
        ask=fills and extends and not asked(row), extend=going and extends and may(person, Act.EXTEND_RECTIFICATION, evaluation),
        look_back=going and evaluation.state == State.CLOSED and drawn is not None and row.number in drawn.numbers
        and row.id not in queries.checks_of(work, evaluation) and may(person, Act.LOOK_BACK, evaluation))
