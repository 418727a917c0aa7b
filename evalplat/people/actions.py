"""Setting up people: offices, units, users, roles, delegations."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import passwords, sessions
from .roles import ADMIN_ROLES, UNIT_ROLES, Role
from .tables import Delegation, Membership, Office, Unit, User, WorkedAt


def set_up_office(work: Work, *, code: str, name: str, short_name: str, document_mark: str,
                  document_series: str) -> Office:
    """Make an office; ``work.actor`` becomes its system actor by the caller."""
    office = work.add(Office(code=code, name=name, short_name=short_name, document_mark=document_mark,
                             document_series=document_series))
    return office


def add_unit(work: Work, *, code: str, name: str, short_name: str, category: str, nature: str = "",
             civil_service_ref: bool = False, facts: dict[str, Any] | None = None, parent_id: int | None = None) -> Unit:
    """Add an evaluated body."""
    if work.session.exec(select(Unit).where(Unit.office_id == work.office_id, Unit.code == code)).first():
        raise Invalid({"code": N_("There is a unit with this code already.")})
    unit = work.add(Unit(office_id=work.office_id, code=code, name=name, short_name=short_name, category=category,
                         nature=nature, civil_service_ref=civil_service_ref, facts=facts or {}, parent_id=parent_id))
    record(work, "unit.added", code=code, name=name)
    return unit


def add_user(work: Work, *, login: str, name: str, roles: list[tuple[Role, int | None]], post: str = "",
             password: str | None = None, must_change: bool = True, expires_on: date | None = None,
             ends_with: str = "") -> tuple[User, str]:
    """Add somebody with roles; gives the user and the first password.

    ``roles``: pairs of role and unit id (a unit's role needs one). Administrators hold no business role.
    """
    login = login.strip().lower()
    check_roles(roles)
    if not login or work.session.exec(select(User).where(User.login == login)).first():
        raise Invalid({"login": N_("This login is taken or empty. Choose another one.")})
    first = password or passwords.one_time_password()
    user = new_account(work, login=login, name=name, roles=roles, post=post, expires_on=expires_on, ends_with=ends_with,
                       password_hash=passwords.hash_password(first), must_change=must_change)
    return user, first


def new_account(work: Work, *, login: str, name: str, roles: list[tuple[Role, int | None]], post: str = "",
                expires_on: date | None = None, ends_with: str = "", password_hash: str = passwords.NONE_YET,
                must_change: bool = True) -> User:
    """The account itself, what it holds, and its event. Without a hash nobody can sign in until a slip is made."""
    user: User = work.add(User(office_id=work.office_id, login=login, name=name, post=post, must_change=must_change,
                               password_hash=password_hash, expires_on=expires_on, ends_with=ends_with, created_at=work.now))
    work.session.add_all(Membership(office_id=work.office_id, user_id=user.id or 0, role=role, unit_id=unit_id)
                         for role, unit_id in roles)
    record(work, "user.added", login=login, roles=sorted(role for role, _ in roles))
    return user


def check_roles(roles: list[tuple[Role, int | None]]) -> None:
    """Refuse what nobody may hold: no role, an administrator with another one, a department's role without its department."""
    held = {role for role, _ in roles}
    if not held:
        raise Invalid({"role": N_("Choose at least one role.")})
    if held & ADMIN_ROLES and len(held) > 1:
        raise Invalid({"role": N_("An administrator holds no other role.")})
    for role, unit_id in roles:
        if (role in UNIT_ROLES) != (unit_id is not None):
            raise Invalid({"unit": N_("A department's role needs its department; another role has none.")})


def reset_password(work: Work, user: User) -> str:
    """A new one-time password; all sessions of the user end."""
    first = passwords.one_time_password()
    sessions.set_password(work, user, first, must_change=True)
    return first


def deactivate_user(work: Work, user: User) -> None:
    """Close an account. What the user did stays."""
    if user.id == work.actor.user_id:
        raise Refused(N_("You cannot close your own account."))
    user.active = False
    work.session.add(user)
    sessions.end_all_sessions(work, user.id or 0)
    record(work, "user.deactivated", login=user.login)


def note_worked_at(work: Work, user_id: int, unit_id: int, *, until: date | None) -> WorkedAt:
    """Record where somebody worked, for the three-year rule."""
    row: WorkedAt = work.add(WorkedAt(office_id=work.office_id, user_id=user_id, unit_id=unit_id, until=until))
    return row


def delegate(work: Work, *, giver: Membership, taker: User, starts_on: date, ends_on: date, document: str) -> Delegation:
    """Lend a role for a period. The document that allows it must be named; an administrator holds no other role, lent ones too."""
    if ends_on < starts_on or ends_on < work.today:
        raise Invalid({"ends_on": N_("The last day must not lie before the first day or in the past.")})
    if not document.strip():
        raise Invalid({"document": N_("Name the document that allows the delegation.")})
    held = work.session.exec(select(Membership.role).where(Membership.user_id == taker.id))
    if taker.id == giver.user_id or not taker.active or set(held) & ADMIN_ROLES:
        raise Invalid({"taker": N_("Choose somebody else.")})
    row = work.add(Delegation(office_id=work.office_id, from_user_id=giver.user_id, to_user_id=taker.id, role=giver.role,
                              unit_id=giver.unit_id, starts_on=starts_on, ends_on=ends_on, document=document.strip()))
    record(work, "delegation.made", **{"from": giver.user_id, "to": taker.id}, role=giver.role, starts=starts_on,
           ends=ends_on, document=document.strip())
    return row


def end_delegation(work: Work, row: Delegation) -> None:
    """Take a lent role back before its last day."""
    if row.ended_at is None:
        row.ended_at = work.now
        work.session.add(row)
        record(work, "delegation.ended", **{"from": row.from_user_id, "to": row.to_user_id}, role=row.role)
