"""Accounts, units and delegations as the administrators see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, or_, select

from evalplat.kernel.i18n import gettext
from evalplat.kernel.listing import Wanted
from evalplat.kernel.work import Work
from evalplat.people.passwords import NONE_YET
from evalplat.people.roles import LABELS, Role
from evalplat.people.tables import Delegation, Membership, Unit, User
from evalplat.people.unit_order import by_unit_order

FILTERS = ("role", "unit", "state", "q")


@dataclass(frozen=True, slots=True)
class UserLine:
    """One account with what it holds."""

    login: str
    name: str
    post: str
    roles: tuple[str, ...]
    unit: str
    active: bool
    expires_on: date | None
    locked: bool
    must_change: bool
    ended: bool
    ends_with: str
    no_password: bool


def users_of(work: Work, ask: Wanted) -> list[UserLine]:
    """Accounts of the office that fit the filter, those in use first."""
    query = select(User).where(User.office_id == work.office_id).order_by(col(User.active).desc(), col(User.id))
    if ask.get("q"):
        query = query.where(or_(*(col(column).contains(ask.get("q"), autoescape=True) for column in (User.login, User.name, User.post))))
    if ask.get("state"):
        query = query.where(col(User.active).is_(ask.get("state") == "active"))
    held = _held(work)
    rows = [(user, held.get(user.id or 0, [])) for user in work.session.exec(query)]
    return [_line(work, user, mine) for user, mine in rows
            if (not ask.get("role") or any(role == ask.get("role") for role, _ in mine))
            and (not ask.get("unit") or any(unit is not None and unit.code == ask.get("unit") for _, unit in mine))]


def _held(work: Work) -> dict[int, list[tuple[str, Unit | None]]]:
    query: Any = select(Membership, Unit).outerjoin(Unit, col(Unit.id) == col(Membership.unit_id)).where(
        Membership.office_id == work.office_id).order_by(col(Membership.id))
    found: dict[int, list[tuple[str, Unit | None]]] = {}
    for row, unit in work.session.exec(query):
        found.setdefault(row.user_id, []).append((row.role, unit))
    return found


def _line(work: Work, user: User, held: list[tuple[str, Unit | None]]) -> UserLine:
    return UserLine(user.login, user.name, user.post, tuple(gettext(LABELS[Role(role)]) for role, _ in held),
                    next((unit.short_name for _, unit in held if unit), ""), user.active, user.expires_on,
                    user.locked_until is not None and user.locked_until > work.now, user.must_change,
                    user.expires_on is not None and user.expires_on < work.today, user.ends_with, user.password_hash == NONE_YET)


def find_user(work: Work, login: str) -> User | None:
    """An account of the office."""
    return work.session.exec(select(User).where(User.login == login, User.office_id == work.office_id)).one_or_none()


def user_line(work: Work, user: User) -> UserLine:
    """One account."""
    return _line(work, user, _held(work).get(user.id or 0, []))


@dataclass(frozen=True, slots=True)
class Held:
    """What an account holds as a form can show it; ``mixed``: departments' roles that differ, which no one form can say."""

    roles: tuple[str, ...]
    unit: str
    pairs: list[tuple[Role, int | None]]
    mixed: bool
    words: tuple[str, ...]


def _role(role: str, unit: Unit | None) -> str:
    name = gettext(LABELS[Role(role)])
    return gettext("{name} ({value})", name=name, value=unit.short_name) if unit else name


def held_by(work: Work, user: User) -> Held:
    """Roles and department of one account."""
    query: Any = select(Membership, Unit).outerjoin(Unit, col(Unit.id) == col(Membership.unit_id)).where(
        Membership.user_id == user.id).order_by(col(Membership.id))
    rows = list(work.session.exec(query))
    codes = {unit.code for _, unit in rows if unit is not None}
    words = tuple(_role(row.role, unit) for row, unit in rows)
    return Held(tuple(dict.fromkeys(row.role for row, _ in rows)), next(iter(codes), ""),
                [(Role(row.role), row.unit_id) for row, _ in rows], len(codes) > 1, words)


def unit_options(work: Work) -> list[tuple[str, str]]:
    """Units as choices of a form."""
    units = work.session.exec(select(Unit).where(Unit.office_id == work.office_id, col(Unit.active).is_(True))
                              .order_by(*by_unit_order(work)))
    return [(unit.code, unit.short_name) for unit in units]


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A lent role. ``state``: open, ahead, over."""

    id: int
    giver: str
    taker: str
    role: str
    unit: str
    starts_on: date
    ends_on: date
    document: str
    state: str


def delegations_of(work: Work) -> list[DelegationLine]:
    """Every delegation of the office, the newest first."""
    rows = list(work.session.exec(select(Delegation).where(Delegation.office_id == work.office_id).order_by(col(Delegation.id).desc())))
    names = dict(work.session.exec(select(User.id, User.name).where(User.office_id == work.office_id)).all())
    units = dict(work.session.exec(select(Unit.id, Unit.short_name).where(Unit.office_id == work.office_id)).all())
    return [DelegationLine(row.id or 0, names.get(row.from_user_id, ""), names.get(row.to_user_id, ""),
                           gettext(LABELS[Role(row.role)]), units.get(row.unit_id, "") if row.unit_id else "", row.starts_on,
                           row.ends_on, row.document, _state(row, work.today)) for row in rows]


def _state(row: Delegation, today: date) -> str:
    if row.ended_at is not None or row.ends_on < today:
        return "over"
    return "ahead" if row.starts_on > today else "open"


def find_delegation(work: Work, key: int) -> Delegation | None:
    """One delegation of the office."""
    return work.session.exec(select(Delegation).where(Delegation.id == key, Delegation.office_id == work.office_id)).one_or_none()


def lendable(work: Work) -> list[tuple[str, str]]:
    """Roles that may be lent, as choices: the membership's key, and who holds what."""
    query: Any = (select(Membership, User, Unit).join(User, col(User.id) == col(Membership.user_id))
                  .outerjoin(Unit, col(Unit.id) == col(Membership.unit_id))
                  .where(Membership.office_id == work.office_id, col(User.active).is_(True))
                  .order_by(col(User.id), col(Membership.id)))
    return [(str(row.id), f"{user.name} · {gettext(LABELS[Role(row.role)])}" + (f" · {unit.short_name}" if unit else ""))
            for row, user, unit in work.session.exec(query) if row.role not in ("sysadmin", "secadmin", "auditadmin")]


def find_membership(work: Work, key: str) -> Membership | None:
    """The membership behind a choice."""
    if not key.isdecimal() or len(key) > 12:
        return None
    return work.session.exec(select(Membership).where(Membership.id == int(key), Membership.office_id == work.office_id)).one_or_none()
