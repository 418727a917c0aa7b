"""The deeds on a finding. Its states move only along ``kinds.MOVES``; who may is the guard's business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from .kinds import MOVES, Destination, FindingState, Severity
from .seals import seal
from .tables import Finding, FindingReader


def raise_finding(work: Work, evaluation: Evaluation, *, category: str, severity: str, title: str, description: str,
                  basis: str = "", evidence: str = "", requirement: str = "", leaf: str = "", veto: str = "",
                  source: str = "review") -> Finding:
    """Write a finding down as a draft of the team. A veto item is critical."""
    finding: Finding = work.add(Finding(
        office_id=work.office_id, evaluation_id=evaluation.id, code=_next_code(work, evaluation), category=category,
        severity=Severity.CRITICAL if veto else severity, title=title, description=description, basis=basis,
        evidence=evidence, requirement=requirement, leaf=leaf, veto=veto, source=source, raised_by=work.actor.user_id,
        raised_at=work.now))
    _record(work, finding, "finding.raised", finding=finding.code, category=category, severity=finding.severity)
    return finding


def _next_code(work: Work, evaluation: Evaluation) -> str:
    count = work.session.exec(select(func.count(col(Finding.id))).where(Finding.evaluation_id == evaluation.id)).one()
    return f"F-{count + 1:02d}"


def enter(work: Work, evaluation: Evaluation, *, source: str, category: str, severity: str, title: str, description: str,
          basis: str, document: str, found_on: date, requirement: str = "", evidence: str = "", joint: str = "",
          joint_names: bool = False) -> Finding:
    """Write down what another source established with a document: it stands from the start, the unit states its view later."""
    finding: Finding = work.add(Finding(
        office_id=work.office_id, evaluation_id=evaluation.id, code=_next_code(work, evaluation), category=category,
        severity=severity, title=title, description=description, basis=basis, evidence=evidence, requirement=requirement,
        source=source, state=FindingState.CONFIRMED, document=document, found_on=found_on, joint=joint, joint_names=joint_names,
        raised_by=work.actor.user_id, raised_at=work.now, sent_at=work.now, confirmed_at=work.now))
    _record(work, finding, "finding.entered", finding=finding.code, source=source, severity=severity, document=document)
    return finding


COPIED = ("category", "severity", "title", "description", "basis", "evidence", "requirement", "leaf", "source", "document", "found_on")


def share(work: Work, finding: Finding, evaluation: Evaluation, *, stands: bool) -> Finding:
    """The same finding for one more unit: a row of its own, joined by ``joint``. Where the unit's team is still at work it
    begins as a draft, so that the unit is heard the usual way."""
    heard = {"state": FindingState.CONFIRMED, "confirmed_at": work.now, "sent_at": work.now} if stands else {}
    row: Finding = work.add(Finding(
        office_id=work.office_id, evaluation_id=evaluation.id, code=_next_code(work, evaluation), joint=finding.joint,
        joint_names=finding.joint_names, raised_by=work.actor.user_id, raised_at=work.now, **heard,
        **{name: getattr(finding, name) for name in COPIED}))
    _record(work, row, "finding.shared", finding=row.code, joint=row.joint)
    return row


def state_view(work: Work, finding: Finding, *, agrees: bool, text: str) -> None:
    """The unit says what it thinks of a finding that stood before it was asked; once."""
    if finding.answered_at is not None:
        raise Refused(N_("Your department has stated its view already."))
    if not agrees and not text.strip():
        raise Refused(N_("Say what you dispute and why."))
    finding.answer, finding.answered_by, finding.answered_at = text.strip(), work.actor.user_id, work.now
    work.add(finding)
    _record(work, finding, "finding.stated", finding=finding.code, answer="agreed" if agrees else "disputed")


def name_reader(work: Work, finding: Finding, user_id: int, login: str, *, audited: bool = True) -> None:
    """From now on this person may know of the referral."""
    if work.session.get(FindingReader, (finding.id, user_id)) is None:
        work.add(FindingReader(finding_id=finding.id, user_id=user_id, office_id=work.office_id, named_by=work.actor.name,
                               named_at=work.now))
        if audited:
            record(work, "referral.named", hash=seal(work, "named", finding.id, login), login=login)


def drop_readers(work: Work, finding: Finding, user_ids: Iterable[int]) -> None:
    """These people are named no longer."""
    for user_id in user_ids:
        row = work.session.get(FindingReader, (finding.id, user_id))
        if row is not None:
            work.session.delete(row)
    work.session.flush()


def change(work: Work, finding: Finding, **changes: Any) -> None:
    """Change a draft. What was sent to the unit is not changed any more."""
    if finding.state != FindingState.DRAFTED:
        raise Refused(N_("The finding was sent to the department and cannot be changed. Withdraw it and raise a new one."))
    for name, value in changes.items():
        setattr(finding, name, value)
    work.session.add(finding)
    _record(work, finding, "finding.changed", finding=finding.code, changes=sorted(changes))


def send(work: Work, finding: Finding) -> None:
    """The team agreed on it: the unit is asked."""
    _to(work, finding, FindingState.CONFIRMED_BY_TEAM)
    finding.sent_at = work.now


def answer(work: Work, finding: Finding, *, agrees: bool, text: str) -> None:
    """The unit agrees or disputes (with a reason)."""
    if not agrees and not text.strip():
        raise Refused(N_("Say what you dispute and why."))
    _to(work, finding, FindingState.AGREED if agrees else FindingState.DISPUTED)
    finding.answer, finding.answered_by, finding.answered_at = text.strip(), work.actor.user_id, work.now
    _record(work, finding, "finding.answered", finding=finding.code, answer=finding.state)


def note_silence(work: Work, finding: Finding) -> None:
    """The time to answer is over and nothing came."""
    _to(work, finding, FindingState.SILENT)
    _record(work, finding, "finding.silent", finding=finding.code)


def confirm(work: Work, finding: Finding) -> None:
    """It stands, after the unit was heard."""
    _to(work, finding, FindingState.CONFIRMED)
    finding.confirmed_at = work.now
    _record(work, finding, "finding.confirmed", finding=finding.code)


def withdraw(work: Work, finding: Finding, *, reason: str) -> None:
    """It does not stand; it stays readable with the reason."""
    if not reason.strip():
        raise Refused(N_("Say why the finding is withdrawn."))
    _to(work, finding, FindingState.WITHDRAWN)
    finding.withdrawn_reason = reason.strip()
    _record(work, finding, "finding.withdrawn", finding=finding.code, reason=finding.withdrawn_reason)


def route(work: Work, finding: Finding, destinations: list[Destination]) -> None:
    """Say where it goes: one destination, or rectification or study together with another."""
    chosen = sorted({Destination(d) for d in destinations})
    if not chosen or len(chosen) > 2:
        raise Refused(N_("Choose one or two destinations."))
    if finding.state == FindingState.CONFIRMED:
        _to(work, finding, FindingState.ROUTED)
    elif finding.state != FindingState.ROUTED:
        raise Refused(N_("Only a confirmed finding is sent on."))
    finding.destinations = ",".join(chosen)
    work.session.add(finding)
    _record(work, finding, "finding.routed", finding=finding.code,
            hash=seal(work, "routed", finding.id, finding.destinations, work.now.isoformat()))


def close(work: Work, finding: Finding) -> None:
    """It is done and verified. Of a finding that is nothing but a referral the log says nothing."""
    _to(work, finding, FindingState.CLOSED)
    if finding.destinations != Destination.REFER:
        _record(work, finding, "finding.closed", finding=finding.code)


def reopen(work: Work, finding: Finding, *, worse: bool = False) -> None:
    """A look back found it again; a relapse counts one level up. A part of a finding whose other parts are open is open still."""
    if finding.state != FindingState.ROUTED:
        _to(work, finding, FindingState.ROUTED)
    if worse:
        levels = list(Severity)
        finding.severity = levels[min(levels.index(Severity(finding.severity)) + 1, len(levels) - 1)]
    _record(work, finding, "finding.reopened", finding=finding.code, severity=finding.severity)


def _to(work: Work, finding: Finding, state: FindingState) -> None:
    if state not in MOVES[FindingState(finding.state)]:
        raise Refused(N_("This is not possible in the finding's present state. Reload the page to see where it stands."))
    finding.state = state
    work.session.add(finding)


def _record(work: Work, finding: Finding, event: str, /, **data: Any) -> None:
    evaluation = work.session.get_one(Evaluation, finding.evaluation_id)
    campaign, unit = codes(work, evaluation)
    record(work, event, campaign=campaign, unit=unit, **data)
