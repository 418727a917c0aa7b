"""Findings as people may see them: referrals are for named persons alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.work import Work

from .kinds import STANDING, FindingState
from .tables import Finding


def findings_of(work: Work, evaluation: Evaluation, *, states: Iterable[str] | None = None) -> list[Finding]:
    """All findings of an evaluation, in the order of their codes; for rules and documents of the office."""
    query = select(Finding).where(Finding.evaluation_id == evaluation.id).order_by(col(Finding.code))
    if states is not None:
        query = query.where(col(Finding.state).in_(list(states)))
    return list(work.session.exec(query))


def visible_findings(work: Work, evaluation: Evaluation) -> list[Finding]:
    """What ``work.actor`` may see: the unit sees what was sent to it, referrals only who handles them."""
    person = work.actor
    of_unit = evaluation.unit_id in getattr(person, "unit_ids", ())
    sees_referrals = may(person, Act.SEE_REFERRALS, evaluation)
    rows = findings_of(work, evaluation)
    return [row for row in rows if (sees_referrals or not row.restricted)
            and not (of_unit and row.state == FindingState.DRAFTED)]


def standing(work: Work, evaluation: Evaluation) -> list[Finding]:
    """Confirmed ones, wherever they are now."""
    return findings_of(work, evaluation, states=STANDING)


def find(work: Work, evaluation: Evaluation, code: str) -> Finding | None:
    """One finding of an evaluation by its code, as ``work.actor`` may see it."""
    return next((row for row in visible_findings(work, evaluation) if row.code == code), None)
