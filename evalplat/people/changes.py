"""Changing what is set up: the office, a department, an account. What was done stays; nothing that is used is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import SQLModel, col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import SystemActor, Work

from . import passwords, sessions
from .actions import check_roles, set_up_office
from .calendar import seed
from .roles import Role
from .tables import Membership, Office, Unit, User

OFFICE_CODE = "office"
ENDS_ACCOUNTS = frozenset({"conclude", "archive", "cancel"})


def begin_office(work: Work, *, name: str, short_name: str, document_mark: str, document_series: str) -> Office:
    """The first office of an empty installation, with the holidays of three years."""
    if work.session.exec(select(Office.id)).first() is not None:
        raise Refused(N_("The office is set up already."))
    office = set_up_office(work, code=OFFICE_CODE, name=name, short_name=short_name, document_mark=document_mark,
                           document_series=document_series)
    work.actor = SystemActor(office.id or 0)
    seed(work, work.today.year - 1, work.today.year + 1)
    record(work, "office.set_up", name=name)
    return office


def change_office(work: Work, office: Office, values: Mapping[str, str]) -> None:
    """New names, mark, series, contact. Documents that were issued keep theirs."""
    changes = changed(office, values)
    if changes:
        work.session.add(office)
        record(work, "office.changed", changes=changes)


def changed(row: Any, values: Mapping[str, Any]) -> list[str]:
    """Set what differs; the names of what was set."""
    names = [name for name, value in values.items() if getattr(row, name) != value]
    for name in names:
        setattr(row, name, values[name])
    return names


def change_unit(work: Work, unit: Unit, values: Mapping[str, Any]) -> None:
    """New entries of a department. Its code never changes: it stands in addresses and documents."""
    parent_id = values.get("parent_id", unit.parent_id)
    if parent_id is not None and unit.id in ancestors(work, parent_id):
        raise Invalid({"parent": N_("A department cannot stand below itself.")})
    merged = values.get("merged_into_id", unit.merged_into_id)
    if merged is not None and (merged == unit.id or values.get("active", unit.active)):
        raise Invalid({"merged_into": N_("Only a department that is no longer in use can be merged into another one.")})
    changes = changed(unit, values)
    if changes:
        work.session.add(unit)
        record(work, "unit.changed", code=unit.code, changes=changes)


def ancestors(work: Work, unit_id: int) -> set[int]:
    """A unit and all that stand above it."""
    parents = dict(work.session.exec(select(Unit.id, Unit.parent_id).where(Unit.office_id == work.office_id)).all())
    found: set[int] = set()
    step: int | None = unit_id
    while step is not None and step not in found:
        found.add(step)
        step = parents.get(step)
    return found


def is_used(work: Work, row: SQLModel, key: int) -> bool:
    """Whether any row of any table points to this one."""
    target = row.__table__  # type: ignore[attr-defined]  # every table's class has it
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if any(link.column.table is target for link in column.foreign_keys):
                query = select(func.count()).select_from(table).where(column == key)
                if work.session.exec(query).one():
                    return True
    return False


def remove_unit(work: Work, unit: Unit) -> None:
    """Take away a department that was added by mistake and that nothing refers to."""
    if is_used(work, unit, unit.id or 0):
        raise Refused(N_("This department is used: people, other departments or evaluations refer to it. Set it inactive instead."))
    work.session.delete(unit)
    record(work, "unit.removed", code=unit.code, name=unit.name)


def change_user(work: Work, user: User, values: Mapping[str, Any], roles: list[tuple[Role, int | None]]) -> None:
    """New name, post, end, state or roles of an account. Whoever changes it cannot lock oneself out."""
    check_roles(roles)
    held = {(Role(row.role), row.unit_id): row for row in _memberships(work, user)}
    if user.id == work.actor.user_id and (set(roles) != set(held) or not values.get("active", True)):
        raise Refused(N_("You cannot change your own roles or close your own account."))
    closed = user.active and not values.get("active", True)
    changes = changed(user, values)
    if set(roles) != set(held):
        _set_roles(work, user, held, roles)
        changes.append("roles")
    if changes:
        work.session.add(user)
        record(work, "user.changed", login=user.login, changes=changes)
    if closed:
        sessions.end_all_sessions(work, user.id or 0)
        record(work, "user.deactivated", login=user.login)


def reopen_user(work: Work, user: User) -> None:
    """Open a closed or ended account again; its last day is taken away."""
    user.active = True
    if user.expires_on is not None and user.expires_on < work.today:
        user.expires_on, user.ends_with = None, ""
    work.session.add(user)
    record(work, "user.changed", login=user.login, changes=["active"])


def _memberships(work: Work, user: User) -> list[Membership]:
    return list(work.session.exec(select(Membership).where(Membership.user_id == user.id)))


def _set_roles(work: Work, user: User, held: Mapping[tuple[Role, int | None], Membership],
               roles: list[tuple[Role, int | None]]) -> None:
    for pair, row in held.items():
        if pair not in roles:
            work.session.delete(row)
    for role, unit_id in dict.fromkeys(roles):
        if (role, unit_id) not in held:
            work.session.add(Membership(office_id=work.office_id, user_id=user.id or 0, role=role, unit_id=unit_id))


def end_lent_accounts(work: Work, campaign: str) -> int:
    """The campaign is over: today is the last day of the accounts that were to end with it; how many."""
    query = select(User).where(User.office_id == work.office_id, User.ends_with == campaign, col(User.active).is_(True))
    users = [user for user in work.session.exec(query) if user.expires_on is None or user.expires_on > work.today]
    for user in users:
        user.expires_on = work.today
        work.session.add(user)
        record(work, "user.ended", login=user.login, campaign=campaign)
    return len(users)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A one-time password that is about to be set: for whom, and what was stored when it was made."""

    user_id: int
    login: str
    stored: str
    password: str


def new_passwords(users: Iterable[User]) -> list[NewPassword]:
    """One-time passwords for many accounts; nothing is set yet."""
    return [NewPassword(user.id or 0, user.login, user.password_hash, passwords.one_time_password()) for user in users]


def hashes_of(made: Sequence[NewPassword]) -> dict[int, str]:
    """Account → hash. It takes its time on purpose: call it while no transaction is open."""
    with ThreadPoolExecutor() as pool:
        return dict(zip((one.user_id for one in made), pool.map(passwords.hash_password, (one.password for one in made)), strict=True))


def set_one_time_passwords(work: Work, made: Sequence[NewPassword], hashes: Mapping[int, str]) -> None:
    """Set them all, each good for one sign-in; nothing but their hashes is kept. If one of the accounts changed meanwhile, none
    is set: the paper would name a password that opens nothing, or take away one that its owner just chose."""
    query = select(User).where(User.office_id == work.office_id, col(User.id).in_(list(hashes)))
    query = query.order_by(col(User.id)).with_for_update()
    users = {user.id or 0: user for user in work.session.exec(query)}
    for one in made:
        user = users.get(one.user_id)
        if user is None or not user.active or not user.must_change or user.password_hash != one.stored:
            raise Refused(N_("The account {login} changed while the slips were made. No password was set: make the slips again."),
                          login=one.login)
        user.password_hash = hashes[one.user_id]
        user.must_change, user.failed_count, user.locked_until = True, 0, None
        work.session.add(user)
    sessions.end_all_sessions(work, *hashes)
    record(work, "user.slips_made", logins=sorted(one.login for one in made))


def last_day(value: date | None, today: date) -> date | None:
    """A last day that lies ahead, or none."""
    if value is not None and value < today:
        raise Invalid({"expires_on": N_("The last day must not lie in the past.")})
    return value
