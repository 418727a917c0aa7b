"""One finding that names several units: each has a row, an answer and a rectification of its own; it ends when all have ended."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.campaigns import moves
from evalplat.campaigns.tables import Evaluation
from evalplat.findings import actions as findings
from evalplat.findings.kinds import Destination, FindingState
from evalplat.findings.queries import siblings
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.turns import in_turn
from evalplat.workflow.stages import State, at_least

from . import actions, actions_register, queries, queries_register
from .forms import UnitsForm, ViewForm
from .queries import Pair
from .rules import UNDECIDED, ItemState
from .tables import Advice, Rectification, Referral


def name_units(work: Work, evaluation: Evaluation, finding: Finding, form: UnitsForm) -> list[Finding]:
    """The finding concerns other departments too. Those that it names already are left as they are."""
    in_turn(work)
    named = queries_register.units_by_code(work, form.units)
    locked = _lock_all(work, evaluation, named)
    work.session.refresh(finding, with_for_update=True)
    moves.must_be(locked, *queries.ROUTE_STATES)
    if finding.state not in (FindingState.CONFIRMED, FindingState.ROUTED):
        raise Refused(N_("Only a confirmed finding names further departments."))
    known = {unit.id for _, _, unit in siblings(work, finding)} | {locked.unit_id}
    others = [unit for unit in named if unit.id not in known]
    if not others and not finding.joint:
        raise Invalid({"units": N_("Choose at least one other department.")})
    finding.joint = finding.joint or queries_register.joint_code(work)
    for row in [finding, *(one for one, _, _ in siblings(work, finding))]:
        row.joint_names = form.names_shown
        work.add(row)
    return [_share(work, locked, finding, unit) for unit in others]


def _lock_all(work: Work, evaluation: Evaluation, units: list[Unit]) -> Evaluation:
    """The evaluation and those of the units in the same campaign, locked in the order of their ids: whoever locks many does so."""
    query = select(Evaluation).where(Evaluation.campaign_id == evaluation.campaign_id,
                                     col(Evaluation.unit_id).in_([evaluation.unit_id, *(unit.id for unit in units)]))
    query = query.order_by(col(Evaluation.id)).with_for_update()
    rows = work.session.exec(query.execution_options(populate_existing=True)).all()
    return next(row for row in rows if row.id == evaluation.id)


def _share(work: Work, evaluation: Evaluation, finding: Finding, unit: Unit) -> Finding:
    """Into the unit's evaluation of the same campaign while its report is open, else into the register of the year."""
    query = select(Evaluation).where(Evaluation.campaign_id == evaluation.campaign_id, Evaluation.unit_id == unit.id)
    theirs = work.session.exec(query).one_or_none()
    if theirs is None or theirs.side or at_least(theirs.state, State.REPORTED):
        theirs = actions_register.evaluation_for(work, unit)
    theirs = moves.lock(work, theirs)
    row = findings.share(work, finding, theirs, stands=at_least(theirs.state, State.REVIEWED))
    actions.refresh(work, theirs)
    return row


def state_view(work: Work, evaluation: Evaluation, item: Pair, form: ViewForm) -> None:
    """The department answers a finding that stood before it was asked; its rectification goes on."""
    moves.must_be(evaluation, *queries.ITEM_STATES)
    if form.view == "disputes" and not form.text.strip():
        raise Invalid({"text": N_("Say what you dispute and why.")})
    findings.state_view(work, item[1], agrees=form.view == "agrees", text=form.text)


def settle(work: Work, finding: Finding) -> None:
    """Close the finding when its own part is done, and with several units when the part of each of them is."""
    work.session.flush()
    rows = [finding, *(row for row, _, _ in siblings(work, finding))]
    if all(_done(work, row) for row in rows):
        for row in rows:
            if row.state == FindingState.ROUTED:
                findings.close(work, row)


def _done(work: Work, finding: Finding) -> bool:
    if finding.state != FindingState.ROUTED:
        return finding.state == FindingState.CLOSED
    if queries.goes_to(finding, Destination.RECTIFY):
        query = select(Rectification.state).where(Rectification.finding_id == finding.id)
        return work.session.exec(query).one_or_none() == ItemState.CLOSED
    if queries.goes_to(finding, Destination.STUDY):
        advice = work.session.get(Advice, finding.id)
        return advice is None or advice.state not in UNDECIDED
    referral = work.session.get(Referral, finding.id)
    return referral is None or bool(referral.receipt)
