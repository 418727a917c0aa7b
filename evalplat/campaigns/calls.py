"""Calls to units about what they owe: when, by whom, to whom, what was said, and what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import moves
from .tables import Call, Evaluation


def log_call(work: Work, evaluation: Evaluation, *, called: str, said: str, promised_on: date | None = None) -> Call:
    """Put a call on record, at the server's time. The promised day is what was declared."""
    errors = {name: N_("Fill this in.") for name, text in (("called", called), ("said", said)) if not text.strip()}
    if promised_on is not None and promised_on < work.today:
        errors["promised_on"] = N_("The promised day lies in the past.")
    if errors:
        raise Invalid(errors)
    row: Call = work.add(Call(
        office_id=work.office_id, campaign_id=evaluation.campaign_id, evaluation_id=evaluation.id or 0, at=work.now,
        by_user_id=work.actor.user_id, by_name=work.actor.name, called=called.strip(), said=said.strip(), promised_on=promised_on))
    campaign, unit = moves.codes(work, evaluation)
    record(work, "unit.called", campaign=campaign, unit=unit, called=row.called, promised=promised_on)
    return row


def calls_of(work: Work, evaluation_ids: Sequence[int]) -> dict[int, list[Call]]:
    """Evaluation → its calls, the newest first; one query for any number of units."""
    found: dict[int, list[Call]] = {}
    query = select(Call).where(col(Call.evaluation_id).in_(evaluation_ids)).order_by(col(Call.id).desc())
    for row in work.session.exec(query):
        found.setdefault(row.evaluation_id, []).append(row)
    return found
