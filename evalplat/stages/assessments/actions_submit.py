"""Signing and what follows: ready for signature, signed by the head, sent back once, accepted, or a refusal on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.days import days, relaxed
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.campaigns.windows import left_again, window_for
from evalplat.findings import actions as findings
from evalplat.findings.queries import findings_of
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, MoveBlocked, NotFound, Refused
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import N_, gettext, speaking
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline, exceptions
from evalplat.scores import adjustments, ledger
from evalplat.scoring.canonical import canonical_json, sha256_of
from evalplat.workflow.calendar import working_days_between
from evalplat.workflow.stages import Stage, State

from . import queries
from .actions import address, locked, wait_for_filling
from .actions_claims import drop_claim
from .actions_office import sync_ledger, wait_for_office
from .queries_copy import copy_of, leads_of
from .tables import Assessment, AssessmentSubmission

FILLING = ("fill_assessment", "fill_affiliates", "submit_assessment", "record_refusal")
SIGNING_ALONE = "fill_and_sign"


def mark_ready(work: Work, evaluation: Evaluation) -> None:
    """Everything is filled in: it waits for the head's signature. Refused with the gaps as long as there are any."""
    row = locked(work, evaluation)
    _must_be_complete(work, evaluation)
    if row.ready_at is not None:
        return
    row.ready_at, row.ready_by, row.ready_name = work.now, work.actor.user_id, work.actor.name
    work.add(row)
    progress.done(work, evaluation, "fill_assessment")
    progress.wait(work, evaluation, "submit_assessment", stage=Stage.ASSESSMENT, due_at=queries.due_at(work, evaluation),
                  href=address(work, evaluation, "/check#sign"))
    _record(work, evaluation, "assessment.ready")


def _must_be_complete(work: Work, evaluation: Evaluation) -> None:
    blocked = moves.blocked_by(work, evaluation, "submit")
    if blocked:
        raise MoveBlocked(blocked)


def submit(work: Work, evaluation: Evaluation, *, declared: bool, seen: str | None = None) -> AssessmentSubmission:
    """The head signs: the figures go to the ledger, a frozen copy is kept, lateness is marked.

    ``seen`` is the hash of what the head was shown; another content is not signed. Who called it ready does not sign it.
    """
    row = locked(work, evaluation)
    window = window_for(work, evaluation, "assessment")
    if window is None or work.now < window.opens_at:
        raise Refused(N_("The self-assessment cannot be signed before its window opens."))
    _must_be_complete(work, evaluation)
    _four_eyes(work, evaluation, row)
    copy = copy_of(work, evaluation)
    if seen is not None and seen != sha256_of(copy):
        raise Invalid({"declared": N_("Something was changed since you opened this page. Look at it again, then sign.")})
    if not declared:
        raise Invalid({"declared": N_("Tick the declaration to sign.")})
    leads = leads_of(work, evaluation)
    moved = moves.make(work, evaluation, "submit")
    late = late_days(work, moved)
    signed = _keep(work, moved, copy, leads, late)
    sync_ledger(work, moved)
    _tell_claims(work, moved, copy)
    _mark_late(work, moved, late)
    for act in FILLING:
        progress.done(work, moved, act)
    progress.wait(work, moved, "accept_assessment", stage=Stage.ASSESSMENT, href=address(work, moved))
    wait_for_office(work, moved)
    _record(work, moved, "assessment.submitted", late=late > 0, hash=signed.hash)
    return signed


def _tell_claims(work: Work, evaluation: Evaluation, copy: dict[str, Any]) -> None:
    """Leave the self-scores where the team and the report find them. Scoring never reads them."""
    for leaf, one in copy["scores"].items():
        value = {"points": one["score"] or None, "text": one["statement"], "files": [file["name"] for file in one["files"]]}
        ledger.put(work, evaluation, f"self:{leaf}", value, source="unit", ref="自评分表", audited=False)  # zh: recorded


def _four_eyes(work: Work, evaluation: Evaluation, row: Assessment) -> None:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    if row.ready_at is None:
        raise Refused(N_("Nobody has said yet that it is ready for signature."), href=address(work, evaluation, "/check"))
    if row.ready_by == work.actor.user_id and SIGNING_ALONE not in relaxed(campaign):
        raise Refused(N_("Who called it ready cannot sign it too: two people must have looked at it."))


def _keep(work: Work, evaluation: Evaluation, copy: dict[str, Any], leads: list[dict[str, Any]], late: int) -> AssessmentSubmission:
    number = len(queries.submissions_of(work, evaluation)) + 1
    signed: AssessmentSubmission = work.add(AssessmentSubmission(
        office_id=work.office_id, evaluation_id=evaluation.id or 0, number=number, canonical=canonical_json(copy).decode(),
        hash=sha256_of(copy), leads=leads, late_days=late, signed_by=work.actor.name, signed_at=work.now))
    return signed


def late_days(work: Work, evaluation: Evaluation) -> int:
    """Working days after the end that counts for this unit; at least one once it is over."""
    due = queries.due_at(work, evaluation)
    if due is None or work.now <= due:
        return 0
    count = working_days_between(local(due).date(), work.today, exceptions=exceptions(work.session, work.office_id))
    return max(count, 1)


def _mark_late(work: Work, evaluation: Evaluation, late: int) -> None:
    """Late is marked and a deduction proposed, where the indicator file has one; it counts when it is decided."""
    if not late:
        return
    evaluation.late = True
    work.add(evaluation)
    if any(one.code == "G01" for one in queries.draft_of(work, evaluation).system.adjustments):
        with speaking("zh"):
            reason = gettext(N_("The self-assessment was signed {days} working days after its end."), days=late)
        adjustments.propose(work, evaluation, code="G01", count=late, reason=reason,
                            evidence=f"{local(work.now):%Y-%m-%d %H:%M}")


def return_once(work: Work, evaluation: Evaluation, *, reason: str) -> Evaluation:
    """The team sends it back, once, with a reason. What was filled in stays."""
    row = locked(work, evaluation, State.SUBMITTED)
    if not reason.strip():
        raise Invalid({"return_reason": N_("Say what must be corrected.")})
    row.return_reason = reason.strip()
    work.add(row)
    moved = moves.make(work, evaluation, "return_once", note=row.return_reason)
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    row.returned_at, row.return_due = work.now, deadline(work, days(campaign, "assessment_return"))
    row.ready_at, row.ready_by, row.ready_name = None, None, ""
    work.add(row)
    progress.done(work, moved, "accept_assessment")
    wait_for_filling(work, moved)
    _record(work, moved, "assessment.returned", reason=row.return_reason)
    return moved


def move_on(work: Work, evaluation: Evaluation, since: datetime) -> None:
    """The evaluation stood still: the time to correct a returned assessment did, too."""
    row = queries.assessment_of(work, evaluation)
    if row is not None and row.return_due is not None:
        row.return_due = left_again(work, row.return_due, since, start=row.returned_at)
        work.add(row)


def accept(work: Work, evaluation: Evaluation) -> Evaluation:
    """The team takes it as the basis of its review."""
    row = locked(work, evaluation, State.SUBMITTED)
    moved = moves.make(work, evaluation, "accept")
    row.accepted_at, row.accepted_name = work.now, work.actor.name
    work.add(row)
    progress.done(work, moved, "accept_assessment")
    _record(work, moved, "assessment.accepted")
    return moved


def record_refusal(work: Work, evaluation: Evaluation, *, reason: str, document: str, file_id: int | None = None) -> Evaluation:
    """The unit sends nothing: put on record with a document, the office goes on with its own data."""
    row = locked(work, evaluation)
    if not reason.strip() or not document.strip():
        raise Invalid({"document": N_("A refusal needs its reason and the document that records it.")})
    row.refused_at, row.refusal_reason, row.refusal_document = work.now, reason.strip(), document.strip()
    row.refusal_file_id = file_id
    work.add(row)
    moved = moves.make(work, evaluation, "refuse_assessment", note=row.refusal_document)
    for act in FILLING:
        progress.done(work, moved, act)
    for claim in queries.claims_of(work, moved):
        if claim.approved is None:
            drop_claim(work, moved, claim)
    wait_for_office(work, moved)
    _record(work, moved, "assessment.refusal_recorded", reason=row.refusal_reason)
    return moved


def take_lead(work: Work, evaluation: Evaluation, number: int) -> Finding:
    """The team makes a draft finding of what the figures suggest. Taking the same one twice gives the same finding."""
    locked(work, evaluation, State.SUBMITTED, State.ACCEPTED)
    signed = queries.submissions_of(work, evaluation)
    leads = [dict(lead) for lead in signed[-1].leads] if signed else []
    if not 0 <= number < len(leads):
        raise NotFound
    known = leads[number].get("finding")
    if known:
        return next(one for one in findings_of(work, evaluation) if one.code == known)
    lead = leads[number]
    finding = findings.raise_finding(work, evaluation, category=lead["category"], severity="minor", title=lead["text"][:80],
                                     description=lead["text"], evidence=f"统计表（{lead['rule']}）", source="assessment")  # zh: recorded
    lead["finding"] = finding.code
    signed[-1].leads = leads
    work.add(signed[-1])
    return finding


def _record(work: Work, evaluation: Evaluation, event: str, /, **data: Any) -> None:
    campaign, unit = moves.codes(work, evaluation)
    record(work, event, campaign=campaign, unit=unit, **data)
