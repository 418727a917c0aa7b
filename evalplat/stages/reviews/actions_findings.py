"""Findings on their way: the team raises and sends, the unit answers or stays silent, the lead confirms or withdraws."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import progress, sides
from evalplat.campaigns.days import days
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings import actions as findings
from evalplat.findings.kinds import CATEGORIES, FindingState
from evalplat.findings.queries import findings_of
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores.sheet import system_for
from evalplat.workflow.stages import Stage, State

from . import actions_gate as gate
from . import queries
from .forms import FindingForm


def raise_finding(work: Work, evaluation: Evaluation, form: FindingForm) -> Finding:
    """Write a finding down; the lead sends it to the unit."""
    locked = gate.open_now(work, evaluation)
    gate.member(work, locked)
    _check(work, locked, form)
    finding = findings.raise_finding(work, locked, **form.model_dump(mode="json"))
    _wait_for_lead(work, locked, finding)
    return finding


def change_finding(work: Work, evaluation: Evaluation, finding: Finding, form: FindingForm) -> None:
    """Change a draft."""
    locked = gate.going_on(work, evaluation)
    gate.member(work, locked)
    _check(work, locked, form)
    values = form.model_dump(mode="json")
    if form.veto:
        values["severity"] = "critical"
    findings.change(work, finding, **values)
    _wait_for_lead(work, locked, finding)


def _check(work: Work, evaluation: Evaluation, form: FindingForm) -> None:
    system = system_for(work, evaluation)
    errors = {}
    if form.category not in CATEGORIES:
        errors["category"] = N_("Choose one of the options.")
    if form.leaf and form.leaf not in {leaf.code for leaf in system.leaves}:
        errors["leaf"] = N_("Choose one of the options.")
    if form.veto and form.veto not in {veto.code for veto in system.vetoes}:
        errors["veto"] = N_("Choose one of the options.")
    if errors:
        raise Invalid(errors)


def send_finding(work: Work, evaluation: Evaluation, finding: Finding) -> None:
    """The team agreed on it: the unit is asked, and has some working days to answer."""
    locked = gate.going_on(work, evaluation)
    gate.lead(work, locked)
    findings.send(work, finding)
    _audit(work, locked, "finding.sent", finding)
    progress.done(work, locked, "confirm_finding", key=finding.code)
    progress.wait(work, locked, "answer_finding", stage=Stage.REVIEW, key=finding.code, finding=finding.title,
                  due_at=silent_after(work, locked, finding), href=_href(work, locked, finding))


def send_all(work: Work, evaluation: Evaluation) -> int:
    """Send every draft; how many."""
    drafts = findings_of(work, evaluation, states=[FindingState.DRAFTED])
    for finding in drafts:
        send_finding(work, evaluation, finding)
    return len(drafts)


def answer_finding(work: Work, evaluation: Evaluation, finding: Finding, *, agrees: bool, text: str = "") -> None:
    """The unit agrees, or disputes and says why."""
    locked = gate.going_on(work, evaluation)
    if not agrees and not text.strip():
        raise Invalid({"text": N_("Say what you dispute and why.")})
    findings.answer(work, finding, agrees=agrees, text=text)
    progress.done(work, locked, "answer_finding", key=finding.code)
    _wait_for_lead(work, locked, finding)


def confirm_finding(work: Work, evaluation: Evaluation, finding: Finding) -> None:
    """It stands, after the unit was heard. Silence after the deadline counts as heard."""
    locked = gate.going_on(work, evaluation)
    gate.lead(work, locked)
    _note_if_silent(work, locked, finding)
    findings.confirm(work, finding)
    progress.done(work, locked, "confirm_finding", key=finding.code)


def confirm_undisputed(work: Work, evaluation: Evaluation) -> int:
    """Confirm everything that the unit agreed to or was silent about; how many."""
    rows = findings_of(work, evaluation, states=[FindingState.AGREED, FindingState.SILENT])
    for finding in rows:
        confirm_finding(work, evaluation, finding)
    return len(rows)


def withdraw_finding(work: Work, evaluation: Evaluation, finding: Finding, *, reason: str) -> None:
    """It does not stand; it stays readable with the reason."""
    locked = gate.going_on(work, evaluation)
    gate.lead(work, locked)
    if not reason.strip():
        raise Invalid({"reason": N_("Say why the finding is withdrawn.")})
    findings.withdraw(work, finding, reason=reason)
    for act in ("answer_finding", "confirm_finding"):
        progress.done(work, locked, act, key=finding.code)


def silent_after(work: Work, evaluation: Evaluation, finding: Finding) -> datetime | None:
    """When no answer counts as silence."""
    if finding.sent_at is None:
        return None
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    return sides.deadline(work, evaluation, days(campaign, "finding_silence"), start=finding.sent_at)


def _note_if_silent(work: Work, evaluation: Evaluation, finding: Finding) -> bool:
    due = silent_after(work, evaluation, finding)
    if finding.state != FindingState.CONFIRMED_BY_TEAM or due is None:
        return False
    if due >= work.now:
        if work.actor.user_id is None:
            return False
        raise Refused(N_("The department may still answer. Wait for its answer or for the end of its time."))
    findings.note_silence(work, finding)
    progress.done(work, evaluation, "answer_finding", key=finding.code)
    return True


def note_silence(work: Work) -> int:
    """Every finding whose time to answer is over counts as unanswered and waits for the lead. Called by the timetable."""
    query = select(Finding, Evaluation).join(Evaluation).where(
        Finding.office_id == work.office_id, Finding.state == FindingState.CONFIRMED_BY_TEAM,
        Evaluation.state == State.ACCEPTED)
    count = 0
    for finding, evaluation in list(work.session.exec(query)):
        if evaluation.side is None and _note_if_silent(work, evaluation, finding):
            _wait_for_lead(work, evaluation, finding)
            count += 1
    return count


def _wait_for_lead(work: Work, evaluation: Evaluation, finding: Finding) -> None:
    progress.wait(work, evaluation, "confirm_finding", stage=Stage.REVIEW, key=finding.code, finding=finding.title,
                  href=_href(work, evaluation, finding))


def _href(work: Work, evaluation: Evaluation, finding: Finding) -> str:
    return f"{queries.base(work, evaluation)}/findings#{finding.code}"


def _audit(work: Work, evaluation: Evaluation, event: str, finding: Finding) -> None:
    campaign, unit = codes(work, evaluation)
    record(work, event, campaign=campaign, unit=unit, finding=finding.code)
