"""Claims that something does not apply, and disputes of the office's figures: raised by the unit, decided by the office."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Evaluation
from evalplat.definitions.fields import Field
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import ledger
from evalplat.workflow.stages import Stage, State

from . import queries
from .actions import address, locked
from .actions_office import enter_office_figures, split_name
from .rules import claimable, read
from .tables import AssessmentClaim, AssessmentDispute

DECIDABLE = (State.ASSESSING, State.SUBMITTED, State.ACCEPTED, State.REVIEWED)
DECIDED = N_("This was decided already. Reload the page to see how.")


def claim_not_applicable(work: Work, evaluation: Evaluation, code: str, *, reason: str) -> AssessmentClaim:
    """The unit says why an indicator or a block does not apply to it; the section decides. Saying it twice is once."""
    locked(work, evaluation)
    if code not in claimable(queries.draft_of(work, evaluation).system):
        raise NotFound
    if not reason.strip():
        raise Invalid({f"reason.{code}": N_("Say why this does not apply to you.")})
    standing = next((one for one in queries.claims_of(work, evaluation) if one.code == code), None)
    if standing is not None and standing.approved is not False:
        return standing
    claim: AssessmentClaim = work.add(AssessmentClaim(
        office_id=work.office_id, evaluation_id=evaluation.id or 0, code=code, reason=reason.strip()[:1000], claimed_at=work.now,
        claimed_by=work.actor.name))
    progress.wait(work, evaluation, "decide_not_applicable", stage=Stage.ASSESSMENT, key=code,
                  href=address(work, evaluation, "#claims"), code=code)
    _record(work, evaluation, "assessment.not_applicable_claimed", code=code, reason=claim.reason)
    return claim


def withdraw_claim(work: Work, evaluation: Evaluation, code: str) -> None:
    """The unit takes an undecided claim back; doing it twice is no fault."""
    locked(work, evaluation)
    claim = next((one for one in queries.claims_of(work, evaluation) if one.code == code), None)
    if claim is None:
        return
    if claim.approved is not None:
        raise Refused(DECIDED)
    drop_claim(work, evaluation, claim)


def drop_claim(work: Work, evaluation: Evaluation, claim: AssessmentClaim) -> None:
    """An undecided claim counts no more."""
    claim.withdrawn_at = work.now
    work.add(claim)
    progress.done(work, evaluation, "decide_not_applicable", key=claim.code)


def decide_claim(work: Work, evaluation: Evaluation, code: str, *, approved: bool, reason: str) -> AssessmentClaim:
    """The section decides a claim. Approved, it counts in the score; refused, the unit fills the indicator in."""
    locked(work, evaluation, *DECIDABLE)
    claim = next((one for one in queries.claims_of(work, evaluation) if one.code == code), None)
    if claim is None:
        raise NotFound
    if claim.approved is not None:
        raise Refused(DECIDED)
    if not approved and not reason.strip():
        raise Invalid({f"decision.{code}": N_("Say why the claim is refused.")})
    claim.approved, claim.decision_reason = approved, reason.strip()
    claim.decided_at, claim.decided_by = work.now, work.actor.name
    work.add(claim)
    if approved:
        ledger.put(work, evaluation, f"na:{code}", {"reason": claim.reason}, source="office",
                   ref="不适用事项核定")  # zh: recorded
    progress.done(work, evaluation, "decide_not_applicable", key=code)
    _record(work, evaluation, "assessment.not_applicable_decided", code=code, approved=approved, reason=claim.decision_reason)
    return claim


def dispute_figure(work: Work, evaluation: Evaluation, field: str, *, claimed: str, reason: str) -> AssessmentDispute:
    """The unit claims another value than the office's, with a reason. The office's figure stands until it is decided."""
    locked(work, evaluation)
    draft = queries.draft_of(work, evaluation)
    one = _field(draft.system, field)
    figure = draft.office.get(field, "")
    if one is None or not figure.strip():
        raise NotFound
    errors = {}
    value, wrong = read(one, claimed)
    if wrong or value is None:
        errors["claimed"] = wrong or N_("Enter the figure that you hold to be right.")
    if not reason.strip():
        errors["reason"] = N_("Say what you dispute and why.")
    if errors:
        raise Invalid(errors)
    standing = next((row for row in queries.disputes_of(work, evaluation) if row.field == field and row.decided_at is None), None)
    if standing is not None:
        if standing.claimed == claimed.strip():
            return standing
        raise Refused(N_("You have disputed this figure already; it waits for the office's decision."))
    row: AssessmentDispute = work.add(AssessmentDispute(
        office_id=work.office_id, evaluation_id=evaluation.id or 0, field=field, figure=figure, claimed=claimed.strip(),
        reason=reason.strip()[:2000], raised_at=work.now, raised_by=work.actor.name))
    progress.wait(work, evaluation, "decide_dispute", stage=Stage.ASSESSMENT, key=field, field=str(one.title),
                  href=address(work, evaluation, "/office#disputes"))
    _record(work, evaluation, "assessment.figure_disputed", field=field, claimed=row.claimed)
    return row


def decide_dispute(work: Work, evaluation: Evaluation, field: str, *, upheld: bool, reason: str, ref: str = "") -> AssessmentDispute:
    """The establishment section decides. Upheld, the office itself enters the new figure, with its document."""
    locked(work, evaluation, State.ASSESSING, State.SUBMITTED, State.ACCEPTED)
    query = select(AssessmentDispute).where(AssessmentDispute.evaluation_id == evaluation.id, AssessmentDispute.field == field)
    row = next((one for one in work.session.exec(query) if one.decided_at is None), None)
    if row is None:
        raise Refused(DECIDED)
    if not reason.strip():
        raise Invalid({"decision": N_("Give the reason of the decision.")})
    if upheld:
        table, key, column = split_name(queries.draft_of(work, evaluation).system, field)
        changed: dict[str, Any] = {"tables": {table: {key: {column: row.claimed}}}} if key else {"fields": {field: row.claimed}}
        enter_office_figures(work, evaluation, ref=ref, **changed)
    row.upheld, row.decision_reason, row.decided_at, row.decided_by = upheld, reason.strip(), work.now, work.actor.name
    work.add(row)
    progress.done(work, evaluation, "decide_dispute", key=field)
    _record(work, evaluation, "assessment.dispute_decided", field=field, decision="upheld" if upheld else "refused")
    return row


def _field(system: IndicatorSystem, name: str) -> Field | None:
    table, key, column = split_name(system, name)
    return system.fields.get(f"{table}.{column}" if key else name)


def _record(work: Work, evaluation: Evaluation, event: str, /, **data: Any) -> None:
    campaign, unit = moves.codes(work, evaluation)
    record(work, event, campaign=campaign, unit=unit, **data)
