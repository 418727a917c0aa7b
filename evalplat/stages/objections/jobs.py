"""What the clock does: what is not completed in time is not taken in, a silent window lapses and the result becomes final."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.campaigns import moves
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work
from evalplat.workflow.stages import State

from . import actions, actions_intake, queries
from .rules import Progressed, Refusal

BY_CLOCK = "finalise_by_clock"
NOT_COMPLETED = "要求补正的内容到期未收到。"  # zh: printed


def _standing_in(work: Work, state: State) -> list[Evaluation]:
    query = select(Evaluation).where(Evaluation.office_id == work.office_id, Evaluation.state == state,
                                     col(Evaluation.side).is_(None))
    return list(work.session.exec(query.order_by(col(Evaluation.id))))


def close_corrections(work: Work) -> None:
    """Nothing came in time: the objection is not taken in."""
    for evaluation in _standing_in(work, State.OBJECTED):
        objection = queries.current(work, evaluation)
        if objection is not None and objection.state == Progressed.CORRECTING and objection.correction_due is not None \
                and work.now > objection.correction_due:
            actions_intake.refuse(work, evaluation, code=Refusal.NOT_COMPLETED, text=NOT_COMPLETED)


def close_windows(work: Work) -> None:
    """Windows whose last day is over lapse; unless the campaign says otherwise, the clock makes the result final."""
    for evaluation in _standing_in(work, State.INFORMED):
        own = queries.window(work, evaluation)
        if own is None or work.now <= own.closes_at:
            continue
        actions.lapse(work, evaluation)
        campaign = work.session.get_one(Campaign, evaluation.campaign_id)
        if campaign.settings.get(BY_CLOCK, True) and not moves.blocked_by(work, evaluation, "finalise"):
            actions.finalise(work, evaluation)


TICKS = (TickKind("objections.close_corrections", 10, close_corrections), TickKind("objections.close_windows", 10, close_windows))
