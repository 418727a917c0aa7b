"""What the clock does for self-assessments: one that is overdue is put before the section, so that it blocks nothing."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.campaigns import progress
from evalplat.campaigns.tables import Evaluation
from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work
from evalplat.workflow.stages import Stage, State

from . import queries
from .actions import address


def tell_overdue(work: Work) -> None:
    """Units whose time is over and who have signed nothing: the section may record a refusal."""
    query = select(Evaluation).where(Evaluation.office_id == work.office_id, Evaluation.state == State.ASSESSING,
                                     col(Evaluation.side).is_(None))
    for evaluation in list(work.session.exec(query)):
        due = queries.due_at(work, evaluation)
        waiting = {row.act for row in progress.waiting(work, evaluation)}
        if due is not None and due < work.now and "record_refusal" not in waiting:
            progress.wait(work, evaluation, "record_refusal", stage=Stage.ASSESSMENT, href=address(work, evaluation, "#refusal"))


TICKS = (TickKind("assessments.tell_overdue", 60, tell_overdue),)
