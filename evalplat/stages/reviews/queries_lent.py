"""What this room lends to the overall report: how often and how it was looked on site."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import Work

from .rules import METHODS, Method
from .tables import ReviewRecord


def lend() -> None:
    """Say how the rows are read."""
    lent.lend(lent.Recorded, records)


def records(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Recorded]:
    """Every record that stands; a corrected one counts once."""
    rows = list(work.session.exec(
        select(ReviewRecord).join(Evaluation, col(Evaluation.id) == col(ReviewRecord.evaluation_id))
        .where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]))
        .order_by(col(ReviewRecord.evaluation_id), col(ReviewRecord.code))))
    corrected = {row.corrects_id for row in rows}
    return [lent.Recorded(row.evaluation_id, row.code, row.method, METHODS.get(Method(row.method), row.method), row.held_on,
                          max(1, len(row.participants))) for row in rows if row.id not in corrected]
