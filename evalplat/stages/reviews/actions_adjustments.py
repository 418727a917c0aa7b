"""Deductions, bonuses and vetoes proposed on site: the unit is heard, the director decides with a document."""

from __future__ import annotations

from evalplat.audit.log import record
from evalplat.campaigns import progress
from evalplat.campaigns.days import days
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.errors import Forbidden, Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.scores import adjustments
from evalplat.scores.sheet import system_for
from evalplat.scores.tables import AdjustmentProposal
from evalplat.workflow.stages import Stage

from . import actions_gate as gate
from . import queries
from .forms import AdjustmentForm


def propose_adjustment(work: Work, evaluation: Evaluation, form: AdjustmentForm) -> AdjustmentProposal:
    """Propose with evidence. A veto comes from the team and needs a second member; everything else goes to the unit at once."""
    locked = gate.going_on(work, evaluation)
    code, _, variant = form.code.partition(":")
    _check(work, locked, code, variant)
    if queries.in_team(work, locked) or _is_veto(work, locked, code):
        gate.member(work, locked)
    proposal = adjustments.propose(work, locked, code=code, variant=variant, count=_plain(form), reason=form.reason,
                                   evidence=form.evidence)
    if proposal.veto:
        others = [one.user_id for one in queries.members(work, locked) if one.conflict or one.user_id == work.actor.user_id]
        progress.wait(work, locked, "propose_adjustment", stage=Stage.REVIEW, key=f"second-{proposal.number}", code=code,
                      not_users=others, href=f"{queries.base(work, locked)}/review#adjustments")
    else:
        _ask_unit(work, locked, proposal)
    return proposal


def _plain(form: AdjustmentForm) -> str:
    text = f"{form.count:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_veto(work: Work, evaluation: Evaluation, code: str) -> bool:
    return any(veto.code == code for veto in system_for(work, evaluation).vetoes)


def _check(work: Work, evaluation: Evaluation, code: str, variant: str) -> None:
    system = system_for(work, evaluation)
    found = next((one for one in system.adjustments if one.code == code), None)
    if not (found and variant in found.points) and not (_is_veto(work, evaluation, code) and not variant):
        raise Invalid({"code": N_("Choose one of the options.")})


def second_veto(work: Work, evaluation: Evaluation, proposal: AdjustmentProposal) -> None:
    """A second member of the team joins; the unit is asked and the director decides."""
    locked = gate.going_on(work, evaluation)
    gate.member(work, locked)
    adjustments.second(work, proposal)
    _audit(work, locked, "adjustment.seconded", proposal)
    progress.done(work, locked, "propose_adjustment", key=f"second-{proposal.number}")
    _ask_unit(work, locked, proposal)


def ask_about_earlier(work: Work, evaluation: Evaluation) -> None:
    """What was proposed before the review (a late submission) is served on the unit when the review opens."""
    for proposal in adjustments.proposals_of(work, evaluation):
        if proposal.state == "proposed" and not proposal.veto:
            _ask_unit(work, evaluation, proposal)


def _ask_unit(work: Work, evaluation: Evaluation, proposal: AdjustmentProposal) -> None:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    progress.wait(work, evaluation, "answer_finding", stage=Stage.REVIEW, key=_key(proposal), finding=proposal.code,
                  due_at=deadline(work, days(campaign, "finding_silence")),
                  href=f"{queries.base(work, evaluation)}/findings#adjustment-{proposal.number}")


def _key(proposal: AdjustmentProposal) -> str:
    return f"adjustment-{proposal.number}"


def state_view(work: Work, evaluation: Evaluation, proposal: AdjustmentProposal, text: str) -> None:
    """The unit says what it thinks, before the decision."""
    if proposal.veto and proposal.seconded_by is None:
        raise Refused(N_("A veto needs two people: somebody else of the team must join."))
    adjustments.state_view(work, proposal, text)
    _audit(work, evaluation, "adjustment.view_stated", proposal)
    progress.done(work, evaluation, "answer_finding", key=_key(proposal))


def waits_for_unit(work: Work, evaluation: Evaluation, proposal: AdjustmentProposal) -> bool:
    """Whether the unit may still state its view, so that nobody decides yet."""
    return not proposal.statement and any(
        row.act == "answer_finding" and row.key == _key(proposal) and (row.due_at is None or row.due_at >= work.now)
        for row in progress.waiting(work, evaluation))


def decide(work: Work, evaluation: Evaluation, proposal: AdjustmentProposal, *, confirmed: bool, document: str = "",
           reason: str) -> None:
    """The director decides, after the unit was heard or its time is over. Never somebody of the team."""
    if queries.in_team(work, evaluation):
        raise Forbidden(N_("Nobody decides what they proposed."))
    if confirmed and waits_for_unit(work, evaluation, proposal):
        raise Refused(N_("The department may still state its view. Wait for it or for the end of its time."))
    adjustments.decide(work, proposal, confirmed=confirmed, document=document, reason=reason)
    for act, key in (("answer_finding", _key(proposal)), ("propose_adjustment", f"second-{proposal.number}")):
        progress.done(work, evaluation, act, key=key)


def _audit(work: Work, evaluation: Evaluation, event: str, proposal: AdjustmentProposal) -> None:
    campaign, unit = codes(work, evaluation)
    record(work, event, campaign=campaign, unit=unit, code=proposal.code)
