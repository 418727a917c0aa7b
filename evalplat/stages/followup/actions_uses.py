"""What became of studies and referrals."""

from __future__ import annotations

from evalplat.audit.log import record
from evalplat.campaigns import moves
from evalplat.campaigns.tables import Evaluation
from evalplat.findings import actions as findings
from evalplat.findings.kinds import Destination, FindingState
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import actions, queries
from .forms import AdviceForm, ReferralForm
from .rules import AdviceState
from .tables import Advice, Referral


def record_advice(work: Work, evaluation: Evaluation, item: tuple[Advice, Finding], form: AdviceForm) -> None:
    """Write down what became of an advice; while it is under study, until when it stays open."""
    moves.must_be(evaluation, *queries.ITEM_STATES)
    row, finding = item
    if form.state == AdviceState.OPEN and form.open_until is None:
        raise Invalid({"open_until": N_("Say until when it stays open.")})
    if form.state != AdviceState.OPEN and not form.outcome.strip():
        raise Invalid({"outcome": N_("Say what was decided.")})
    row.state, row.outcome, row.document = str(form.state), form.outcome.strip(), form.document.strip()
    row.open_until = form.open_until if form.state == AdviceState.OPEN else None
    row.recorded_by, row.recorded_at = work.actor.name, work.now
    work.add(row)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "advice.recorded", campaign=campaign, unit=unit, finding=finding.code, state=row.state)
    _close_if_done(work, evaluation, finding)
    actions.refresh(work, evaluation)


def record_referral(work: Work, evaluation: Evaluation, item: tuple[Referral, Finding], form: ReferralForm) -> None:
    """Write down who took a referral over and what came of it."""
    moves.must_be(evaluation, *queries.ITEM_STATES)
    row, finding = item
    if form.received_on > work.today:
        raise Invalid({"received_on": N_("The day lies in the future.")})
    row.letter, row.receipt, row.received_on, row.outcome = form.letter, form.receipt, form.received_on, form.outcome
    row.recorded_at = work.now
    work.add(row)
    campaign, unit = moves.codes(work, evaluation)
    record(work, "referral.recorded", campaign=campaign, unit=unit, finding=finding.code, receipt=form.receipt)
    _close_if_done(work, evaluation, finding)
    actions.refresh(work, evaluation)


def _close_if_done(work: Work, evaluation: Evaluation, finding: Finding) -> None:
    """A finding that the department does not rectify ends here, once everything about it is recorded."""
    if finding.state != FindingState.ROUTED or queries.goes_to(finding, Destination.RECTIFY):
        return
    work.session.flush()
    advice, referral = work.session.get(Advice, finding.id), work.session.get(Referral, finding.id)
    if (advice is None or advice.state != AdviceState.OPEN) and (referral is None or referral.receipt):
        findings.close(work, finding)
