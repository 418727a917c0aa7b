"""Deductions, bonuses and vetoes: proposed with evidence, answered by the unit, decided with a document.

A veto needs two people of the team before it can be decided. What is undecided counts nothing.
"""

from __future__ import annotations

from decimal import Decimal

from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.campaigns import progress
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow.stages import Stage

from . import ledger
from .sheet import system_for
from .tables import AdjustmentProposal


def propose(work: Work, evaluation: Evaluation, *, code: str, count: str | int | Decimal = 1, variant: str = "",
            reason: str, evidence: str = "") -> AdjustmentProposal:
    """Propose a deduction, bonus or veto of the indicator file. A deduction waits for the director at once, a veto
    when a second member of the team has joined."""
    system = system_for(work, evaluation)
    vetoes = {veto.code for veto in system.vetoes}
    if code not in vetoes | {one.code for one in system.adjustments}:
        raise Invalid({"code": N_("The indicator file has no such deduction, bonus or veto.")})
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    if code in vetoes and not evidence.strip():
        raise Invalid({"evidence": N_("A veto needs its evidence.")})
    number = work.session.exec(select(func.count(col(AdjustmentProposal.id))).where(
        AdjustmentProposal.evaluation_id == evaluation.id)).one() + 1
    row: AdjustmentProposal = work.add(AdjustmentProposal(
        office_id=work.office_id, evaluation_id=evaluation.id, number=number, code=code, veto=code in vetoes,
        count=str(count), variant=variant, reason=reason.strip(), evidence=evidence.strip(),
        proposed_by=work.actor.user_id, proposed_at=work.now))
    campaign, unit = codes(work, evaluation)
    record(work, "adjustment.proposed", campaign=campaign, unit=unit, code=code, count=str(count), reason=row.reason)
    if not row.veto:
        _wait_for_decision(work, evaluation, row)
    return row


def second(work: Work, proposal: AdjustmentProposal) -> None:
    """A second member of the team joins a veto; now it may be decided."""
    if not proposal.veto or proposal.state != "proposed":
        raise Refused(N_("Only a proposed veto needs a second person."))
    if proposal.proposed_by == work.actor.user_id:
        raise Refused(N_("A veto needs two people: somebody else of the team must join."))
    proposal.seconded_by = work.actor.user_id
    work.add(proposal)
    _wait_for_decision(work, work.session.get_one(Evaluation, proposal.evaluation_id), proposal)


def _wait_for_decision(work: Work, evaluation: Evaluation, row: AdjustmentProposal) -> None:
    campaign, unit = codes(work, evaluation)
    progress.wait(work, evaluation, "decide_adjustment", stage=Stage.REVIEW, key=str(row.number), code=row.code,
                  href=f"/c/{campaign}/u/{unit}/findings#adjustment-{row.number}")


def state_view(work: Work, proposal: AdjustmentProposal, text: str) -> None:
    """The unit says what it thinks, before the decision."""
    work.session.refresh(proposal, with_for_update=True)
    if proposal.state != "proposed":
        raise Refused(N_("This was decided already."))
    if not text.strip():
        raise Invalid({"statement": N_("Write your statement.")})
    proposal.statement, proposal.stated_at = text.strip(), work.now
    work.add(proposal)


def decide(work: Work, proposal: AdjustmentProposal, *, confirmed: bool, document: str, reason: str) -> None:
    """Decide with a document. Confirmed, it enters the ledger; nobody decides what they proposed."""
    work.session.refresh(proposal, with_for_update=True)
    if proposal.state != "proposed":
        raise Refused(N_("This was decided already."))
    if proposal.veto and proposal.seconded_by is None:
        raise Refused(N_("A veto needs two people: somebody else of the team must join."))
    if work.actor.user_id in (proposal.proposed_by, proposal.seconded_by):
        raise Refused(N_("Nobody decides what they proposed."))
    if confirmed and not document.strip():
        raise Invalid({"document": N_("Name the document of the decision.")})
    evaluation = work.session.get_one(Evaluation, proposal.evaluation_id)
    proposal.state = "confirmed" if confirmed else "dropped"
    proposal.decided_by, proposal.decided_at = work.actor.user_id, work.now
    proposal.document, proposal.decision_reason = document.strip(), reason.strip()
    work.add(proposal)
    if confirmed:
        _enter(work, evaluation, proposal)
    progress.done(work, evaluation, "decide_adjustment", key=str(proposal.number))
    campaign, unit = codes(work, evaluation)
    record(work, "adjustment.decided", campaign=campaign, unit=unit, code=proposal.code, confirmed=confirmed,
           document=proposal.document)


def _enter(work: Work, evaluation: Evaluation, row: AdjustmentProposal) -> None:
    if row.veto:
        ledger.put(work, evaluation, f"veto:{row.code}", {"reason": row.reason}, source="office", ref=row.document)
        return
    value = {"count": row.count, "variant": row.variant, "reason": row.reason}
    ledger.put(work, evaluation, f"adjust:{row.code}#{row.number}", value, source="office", ref=row.document)


def proposals_of(work: Work, evaluation: Evaluation) -> list[AdjustmentProposal]:
    """All proposals of an evaluation, in order."""
    query = select(AdjustmentProposal).where(AdjustmentProposal.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(AdjustmentProposal.number))))


def find_proposal(work: Work, evaluation: Evaluation, number: int) -> AdjustmentProposal | None:
    """One proposal by its number within the evaluation."""
    return next((row for row in proposals_of(work, evaluation) if row.number == number), None)
