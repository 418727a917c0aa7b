"""What stayed open or came back from earlier campaigns is proposed as a deduction when the unit is evaluated again."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import col, or_, select

from evalplat.audit.log import record
from evalplat.campaigns import moves
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import FindingState
from evalplat.findings.tables import Finding
from evalplat.kernel.work import SystemActor, Work
from evalplat.scores import adjustments
from evalplat.scores.sheet import system_for
from evalplat.scores.tables import AdjustmentProposal

from . import queries, rules
from .tables import EarlierItem, Rectification

CODE = "G03"
"""The deduction of the indicator file for earlier findings; a campaign may name another (setting ``earlier_adjustment``)."""
WORDS = {"overdue": "逾期未完成整改", "relapsed": "整改后反弹", "reopened": "回头看未通过，重新整改中",
         "open": "仍在整改期限内（不计）"}  # zh: recorded


def propose(work: Work, evaluation: Evaluation) -> AdjustmentProposal | None:
    """Propose one deduction for all counted items, with the items as its evidence. What is still within its time is named there
    and not counted; what came back counts in the next evaluation alone. The director decides."""
    found = [(row, why) for row in _earlier(work, evaluation) if (why := _why(work, row))]
    counted = [(row, why) for row, why in found if why != "open"]
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    code = str(campaign.settings.get("earlier_adjustment", CODE))
    if not counted or code not in {one.code for one in system_for(work, evaluation).adjustments}:
        return None
    clock = replace(work, actor=SystemActor(work.office_id))
    proposal = adjustments.propose(
        clock, evaluation, code=code, count=len(counted),
        reason=f"以前年度评估和监督发现的问题逾期未整改或者整改后反弹，共{len(counted)}项。",  # zh: recorded
        evidence="；".join(f"{row.number} {WORDS[why]}" for row, why in found))
    for row, why in counted:
        work.add(EarlierItem(evaluation_id=evaluation.id, rectification_id=row.id, office_id=work.office_id, why=why, at=work.now))
    name, unit = moves.codes(work, evaluation)
    record(clock, "earlier.proposed", campaign=name, unit=unit, code=code, items=[row.number for row, _ in counted])
    return proposal


def after_intake(work: Work, evaluation: Evaluation) -> None:
    """The review opens: what is known from before is put to the unit together with what the team finds."""
    propose(work, evaluation)


def _earlier(work: Work, evaluation: Evaluation) -> list[Rectification]:
    """Items of the unit that were issued before this campaign's notice and still count for something."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    query = (select(Rectification).join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id))
             .join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .where(Evaluation.unit_id == evaluation.unit_id, Evaluation.id != evaluation.id, Finding.state != FindingState.WITHDRAWN,
                    Rectification.issued_at < (campaign.issued_at or campaign.created_at),
                    or_(Rectification.state != rules.ItemState.CLOSED, Rectification.relapses > 0))
             .order_by(col(Rectification.number)))
    return list(work.session.exec(query))


def _why(work: Work, row: Rectification) -> str:
    going = rules.is_open(row.state)
    if going and queries.overdue(row, work.now):
        return "overdue"
    if row.relapses:
        counted = select(EarlierItem).where(EarlierItem.rectification_id == row.id, EarlierItem.why == "relapsed")
        if work.session.exec(counted).first() is None:
            return "relapsed"
    if going:
        return "reopened" if row.round > 1 and not row.relapses else "open"
    return ""
