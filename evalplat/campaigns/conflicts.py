"""Who must keep away from a unit: its own people, who worked there in the last three years, who declared an interest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Membership, WorkedAt

from .tables import DeclaredInterest

YEARS = 3


def conflict(work: Work, user_id: int, unit_id: int) -> str | None:
    """Why this person may not evaluate this unit (a gettext id), or None."""
    return conflicts(work, [user_id]).get((user_id, unit_id))


def conflicts(work: Work, user_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """(user, unit) → why this person may not evaluate this unit, for many people in three questions; the weightiest reason."""
    return conflicts_on(work.session, user_ids, work.today)


def conflicts_on(session: Session, user_ids: Iterable[int], day: date) -> dict[tuple[int, int], str]:
    """The same on a given day, for whoever has no unit of work yet."""
    users = list(user_ids)
    members = select(Membership.user_id, Membership.unit_id).where(col(Membership.user_id).in_(users), col(Membership.unit_id).is_not(None))
    own = {(user_id, member_of or 0): N_("belongs to this department") for user_id, member_of in session.exec(members)}
    return interests_on(session, users, day) | own


def interests_on(session: Session, users: Sequence[int], day: date) -> dict[tuple[int, int], str]:
    """Those of whoever does not belong to the unit."""
    found: dict[tuple[int, int], str] = {}
    declared = select(DeclaredInterest.user_id, DeclaredInterest.unit_id).where(col(DeclaredInterest.user_id).in_(users))
    for user_id, unit_id in session.exec(declared):
        found[user_id, unit_id] = N_("declared an interest")
    worked = select(WorkedAt.user_id, WorkedAt.unit_id, WorkedAt.until).where(col(WorkedAt.user_id).in_(users))
    for user_id, unit_id, until in session.exec(worked):
        if until is None or until > _years_ago(day):
            found[user_id, unit_id] = N_("worked there within the last three years")
    return found


def _years_ago(day: date) -> date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return day.replace(year=day.year - YEARS, day=28)
