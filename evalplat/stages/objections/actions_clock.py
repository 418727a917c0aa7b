"""The clock of an objection that is to be completed: until when, and moved where more time was granted."""

from __future__ import annotations

from datetime import datetime

from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.work import Work

from . import queries
from .rules import Progressed


def correction_due(work: Work, evaluation: Evaluation) -> datetime | None:
    """Until when the objection is to be completed; None unless that was asked for and is still open."""
    objection = queries.current(work, evaluation)
    return objection.correction_due if objection is not None and objection.state == Progressed.CORRECTING else None


def move_correction(work: Work, evaluation: Evaluation, until: datetime) -> None:
    """More time was granted."""
    objection = queries.current(work, evaluation)
    if objection is not None and objection.state == Progressed.CORRECTING:
        objection.correction_due = until
        work.add(objection)
