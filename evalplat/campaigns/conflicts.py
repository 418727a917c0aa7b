"""Who must keep away from a unit: its own people, who worked there in the last three years, who declared an interest."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Membership, WorkedAt

from .tables import DeclaredInterest

YEARS = 3


def conflict(work: Work, user_id: int, unit_id: int) -> str | None:
    """Why this person may not evaluate this unit (a gettext id), or None."""
    query = select(Membership.id).where(Membership.user_id == user_id, Membership.unit_id == unit_id)
    if work.session.exec(query).first():
        return N_("belongs to this department")
    worked = work.session.exec(select(WorkedAt.until).where(WorkedAt.user_id == user_id, WorkedAt.unit_id == unit_id))
    if any(until is None or until > _years_ago(work.today) for until in worked):
        return N_("worked there within the last three years")
    declared = select(DeclaredInterest.id).where(DeclaredInterest.user_id == user_id, DeclaredInterest.unit_id == unit_id)
    if work.session.exec(declared.order_by(col(DeclaredInterest.id))).first():
        return N_("declared an interest")
    return None


def _years_ago(day: date) -> date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return day.replace(year=day.year - YEARS, day=28)
