"""What the clock does for rectification notices."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.campaigns import sides
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work

from . import actions_items, queries
from .rules import ItemState
from .tables import Rectification


def deem_received(work: Work) -> int:
    """A department that did not confirm receipt in time counts as having the notice; how many items."""
    query = (select(Evaluation, Campaign, Rectification.issued_at)
             .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
             .join(Rectification, col(Rectification.evaluation_id) == col(Evaluation.id))
             .where(Rectification.state == ItemState.ISSUED, Evaluation.office_id == work.office_id,
                    col(Evaluation.side).is_(None), col(Evaluation.state).in_(queries.ITEM_STATES))
             .order_by(col(Evaluation.id), col(Rectification.issued_at)))
    late: dict[int, Evaluation] = {}
    for evaluation, campaign, issued_at in work.session.exec(query):
        if sides.deadline(work, evaluation, days(campaign, "letter_deemed"), start=issued_at) < work.now:
            late[evaluation.id or 0] = evaluation
    return sum(actions_items.receive(work, evaluation, how="deemed") for evaluation in late.values())


def _tick(work: Work) -> None:
    deem_received(work)


TICKS = (TickKind("followup.deem_received", 30, _tick),)
