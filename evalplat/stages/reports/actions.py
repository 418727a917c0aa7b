"""The deeds from the sealed review to the approved report: score, moderate, write, hand over, check, approve."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation, Progress
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.people.tables import Unit
from evalplat.scores import ledger, sheet
from evalplat.scores.queries import provisional_view
from evalplat.workflow.stages import Stage, State

from . import queries
from .forms import ItemForm, MinutesForm
from .queries_text import suggested
from .queries_view import report_view, title_of
from .rules import (
    MEETING,
    UNNUMBERED,
    ReportState,
    ReportText,
    length_problems,
    points_problem,
    text_problems,
)
from .tables import ModerationItem, ModerationMinutes, Report, ReportVersion

FROZEN = "评估报告审定"  # zh: recorded


def open_room(work: Work, evaluation: Evaluation) -> None:
    """The review is sealed: scoring waits for the lead."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    _wait(work, evaluation, "score_evaluation", "score", due=days(campaign, "report_after_review"))


def score(work: Work, evaluation: Evaluation) -> Evaluation:
    """The lead closes the scoring: from now on the moderation meeting alone changes an indicator."""
    moved = moves.make(work, evaluation, "score")
    progress.done(work, evaluation, "score_evaluation")
    _wait(work, evaluation, "moderate", "moderation")
    return moved


def add_item(work: Work, evaluation: Evaluation, form: ItemForm) -> ModerationItem:
    """The meeting changed an indicator: other points, with a reason."""
    locked = _locked(work, evaluation, State.SCORED)
    leaf = provisional_view(work, locked).leaf(form.leaf)
    if leaf is None or leaf.state == "not_applicable":
        raise Invalid({"leaf": N_("Choose an indicator that is scored.")})
    if any(row.leaf == form.leaf for row in queries.items_of(work, locked)):
        raise Invalid({"leaf": N_("The meeting changed this indicator already. Take that change back first.")})
    decimals = min(sheet.system_for(work, locked).score.decimals, 2)
    problem = points_problem(form.points, most=leaf.effective_max, decimals=decimals)
    if problem:
        raise Invalid({"points": problem}, most=leaf.effective_max, decimals=decimals)
    to = Decimal(form.points.strip()).quantize(Decimal("0.01"))
    item: ModerationItem = work.add(ModerationItem(
        office_id=work.office_id, evaluation_id=locked.id, leaf=form.leaf, points_from=leaf.points, points_to=to,
        reason=form.reason.strip(), added_by=work.actor.user_id, added_at=work.now))
    _enter(work, locked, item)
    campaign, unit = moves.codes(work, locked)
    record(work, "moderation.item", campaign=campaign, unit=unit, leaf=item.leaf, reason=item.reason,
           **{"from": leaf.points, "to": to})
    return item


def _enter(work: Work, evaluation: Evaluation, item: ModerationItem) -> None:
    minutes = queries.minutes_of(work, evaluation)
    ref = f"会审纪要 {minutes.number}" if minutes else UNNUMBERED  # zh: recorded
    value = {"points": f"{item.points_to:.2f}", "annulled": False, "reason": item.reason}
    ledger.put(work, evaluation, f"override:{item.leaf}", value, source=MEETING, ref=ref)


def remove_item(work: Work, evaluation: Evaluation, item_id: int) -> None:
    """Take a change back before the moderation is closed; it stays readable in the ledger."""
    locked = _locked(work, evaluation, State.SCORED)
    item = next((row for row in queries.items_of(work, locked) if row.id == item_id), None)
    if item is None:
        raise Refused(N_("This change was taken back already."))
    item.removed_at = work.now
    work.session.add(item)
    ledger.withdraw(work, locked, f"override:{item.leaf}", source=MEETING, reason="taken back by the moderation")


def record_minutes(work: Work, evaluation: Evaluation, form: MinutesForm, *, file_id: int | None = None) -> ModerationMinutes:
    """Record the meeting's minutes; the changes name their number from now on."""
    locked = _locked(work, evaluation, State.SCORED)
    if form.held_on > work.today:
        raise Invalid({"held_on": N_("The meeting cannot lie in the future.")})
    minutes = queries.minutes_of(work, locked) or ModerationMinutes(
        evaluation_id=locked.id, office_id=work.office_id, recorded_at=work.now, **form.model_dump())
    for name, value in form.model_dump().items():
        setattr(minutes, name, value)
    minutes.file_id = file_id or minutes.file_id
    minutes.recorded_by, minutes.recorded_at = work.actor.user_id, work.now
    work.add(minutes)
    for item in queries.items_of(work, locked):
        _enter(work, locked, item)
    campaign, unit = moves.codes(work, locked)
    record(work, "moderation.minutes", campaign=campaign, unit=unit, number=minutes.number)
    return minutes


def moderate(work: Work, evaluation: Evaluation) -> Evaluation:
    """The meeting is over: the report waits for the lead."""
    moved = moves.make(work, evaluation, "moderate")
    progress.done(work, evaluation, "moderate")
    lead = queries.lead_of(work, evaluation)
    _wait(work, evaluation, "draft_report", "text", **({"only_user": lead} if lead else {}))
    return moved


def autosave(work: Work, evaluation: Evaluation, text: ReportText, *, revision: int) -> Report:
    """Keep what is being written, without a version. Refused if somebody else saved in between."""
    report = _writable(work, evaluation)
    if revision != report.revision:
        raise Refused(N_("Somebody else has saved this report. Reload the page and bring your changes in."))
    _keep(work, report, text)
    return report


def write_report(work: Work, evaluation: Evaluation, text: ReportText, *, revision: int | None = None) -> Report:
    """Save the text as a version; the proof is renewed."""
    report = _writable(work, evaluation)
    if revision is not None and revision != report.revision:
        raise Invalid({"organisation": N_(
            "This report was saved again after you opened it, by somebody else or by your own page as you left it. "
            "Your text stands here; compare it with the saved one before you save again.")})
    problems = length_problems(text)
    if problems:
        raise Invalid(problems)
    _keep(work, report, text)
    report.version += 1
    work.add(ReportVersion(office_id=work.office_id, evaluation_id=evaluation.id, version=report.version,
                           text=report.text, saved_by_name=work.actor.name, saved_at=work.now))
    _prove(work, evaluation, report)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "report.drafted", campaign=campaign, unit=unit, version=report.version)
    return report


def _writable(work: Work, evaluation: Evaluation) -> Report:
    locked = _locked(work, evaluation, State.MODERATED)
    report = queries.report_of(work, locked)
    if report is None:
        report = Report(evaluation_id=locked.id, office_id=work.office_id, saved_at=work.now)
        report.text = suggested(work, locked).stored()
        work.add(report)
    if report.state != ReportState.DRAFTING:
        raise Refused(N_("The report was handed to the checker. It can be changed only when it comes back."))
    return report


def _keep(work: Work, report: Report, text: ReportText) -> None:
    report.text, report.saved_at = text.stored(), work.now
    report.revision += 1
    if work.actor.user_id and work.actor.user_id not in report.writers:
        report.writers = [*report.writers, work.actor.user_id]
    work.add(report)


def _prove(work: Work, evaluation: Evaluation, report: Report) -> Document:
    """Renew the draft document from the text and the score as they stand."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    before = work.session.get(Document, report.document_id) if report.document_id else None
    document = documents.draft(work, "report", report_view(work, evaluation, report), title=title_of(campaign, unit),
                               campaign=campaign, evaluation=evaluation, replaces=before)
    document.checked_by = report.checked_by
    report.document_id = document.id
    work.add(report)
    return document


def hand_over(work: Work, evaluation: Evaluation) -> Report:
    """The author hands the report to the checker, with the score that it speaks of."""
    report = _writable(work, evaluation)
    if not report.writers:
        raise Refused(N_("Save the report first."))
    problems = text_problems(ReportText.read(report.text))
    if problems:
        raise Invalid(problems)
    report.state, report.drafted_by, report.handed_at = ReportState.HANDED_OVER, work.actor.user_id, work.now
    report.writers = sorted({*report.writers, *([work.actor.user_id] if work.actor.user_id else [])})
    report.result_hash, report.returned_reason, report.returned_by_name = queries.present_hash(work, evaluation), "", ""
    _prove(work, evaluation, report)
    progress.done(work, evaluation, "draft_report")
    _wait(work, evaluation, "check_report", "report", **_not(work, evaluation, report.writers))
    return report


def check(work: Work, evaluation: Evaluation) -> Report:
    """Somebody who did not write it has read it: it goes to the director."""
    report = _handed(work, evaluation, ReportState.HANDED_OVER)
    _keep_apart(work, evaluation, report.writers)
    report.state, report.checked_by, report.checked_at = ReportState.CHECKED, work.actor.user_id, work.now
    _prove(work, evaluation, report)
    progress.done(work, evaluation, "check_report")
    kept_apart = [*report.writers, *([report.checked_by] if report.checked_by else [])]
    _wait(work, evaluation, "approve_report", "report", **_not(work, evaluation, kept_apart))
    campaign, unit = moves.codes(work, evaluation)
    record(work, "report.checked", campaign=campaign, unit=unit, version=report.version)
    return report


def return_report(work: Work, evaluation: Evaluation, *, reason: str) -> Report:
    """The checker or the director gives the report back to its author, with a reason."""
    report = _handed(work, evaluation, ReportState.HANDED_OVER, ReportState.CHECKED)
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    report.state, report.checked_by, report.checked_at = ReportState.DRAFTING, None, None
    report.returned_reason, report.returned_by_name = reason.strip(), work.actor.name
    work.add(report)
    progress.done(work, evaluation, "check_report")
    progress.done(work, evaluation, "approve_report")
    only = {"only_user": report.drafted_by} if report.drafted_by else {}
    _wait(work, evaluation, "draft_report", "text", **only)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "report.returned", campaign=campaign, unit=unit, reason=report.returned_reason)
    return report


def approve(work: Work, evaluation: Evaluation) -> Evaluation:
    """The director approves: the score is frozen, the report issued with its hash, and nothing here changes any more."""
    locked = _locked(work, evaluation, State.MODERATED)
    blocked = moves.blocked_by(work, locked, "approve_report")
    if blocked:
        raise MoveBlocked(blocked)
    report = work.session.get_one(Report, locked.id)
    version = sheet.freeze(work, locked, reason=FROZEN)
    report.state, report.approved_by, report.approved_at = ReportState.APPROVED, work.actor.user_id, work.now
    report.result_version = version.version
    work.add(report)
    documents.issue(work, _prove(work, locked, report), checked_by=report.checked_by)
    progress.done(work, locked, "approve_report")
    campaign, unit = moves.codes(work, locked)
    record(work, "report.approved", campaign=campaign, unit=unit, version=report.version, result=version.version)
    return moves.make(work, locked, "approve_report")


def _handed(work: Work, evaluation: Evaluation, *states: ReportState) -> Report:
    locked = _locked(work, evaluation, State.MODERATED)
    report = queries.report_of(work, locked)
    if report is None or report.state not in states:
        raise Refused(N_("The report is not at this step. Reload the page to see where it stands."))
    return report


def _keep_apart(work: Work, evaluation: Evaluation, users: list[int]) -> None:
    """Nobody checks what they wrote, unless the campaign relaxed the rule (then the report says so)."""
    if work.actor.user_id in users and not queries.is_relaxed(work, evaluation):
        raise Refused(N_("You wrote this report yourself. Somebody else must check it."))


def _not(work: Work, evaluation: Evaluation, users: list[int]) -> dict[str, list[int]]:
    return {} if queries.is_relaxed(work, evaluation) else {"not_users": sorted(users)}


def _locked(work: Work, evaluation: Evaluation, state: State) -> Evaluation:
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, state)
    return locked


def _wait(work: Work, evaluation: Evaluation, act: str, anchor: str, *, due: int | None = None, **params: object) -> None:
    """What waits in this room has one deadline: that of the report, set when the review was sealed."""
    campaign, unit = moves.codes(work, evaluation)
    due_at = deadline(work, due) if due is not None else _report_due(work, evaluation)
    progress.wait(work, evaluation, act, stage=Stage.REPORT, href=f"/c/{campaign}/u/{unit}/report#{anchor}", due_at=due_at, **params)


def _report_due(work: Work, evaluation: Evaluation) -> datetime | None:
    query = select(Progress.due_at).where(Progress.evaluation_id == evaluation.id, Progress.act == "score_evaluation")
    return work.session.exec(query).first()
