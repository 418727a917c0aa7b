"""Who still needs a one-time password, department by department, and what stands on the slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.passwords import NONE_YET
from evalplat.people.roles import LABELS, Role
from evalplat.people.tables import Membership, Office, Unit, User

OFFICE_GROUP = "-"
"""The group of those who belong to no department; no department's code looks like this."""


@dataclass
class Group:
    """The people of one department (or of the office) whose slip can be made."""

    code: str
    name: str
    waiting: list[User] = field(default_factory=list)
    unused: list[User] = field(default_factory=list)


def groups_of(work: Work) -> list[Group]:
    """Departments with accounts that have no password yet, or whose one-time password nobody has used; the office first."""
    office = work.session.get_one(Office, work.office_id)
    homes = _homes(work)
    groups: dict[str, Group] = {OFFICE_GROUP: Group(OFFICE_GROUP, office.name)}
    query = select(User).where(User.office_id == work.office_id, col(User.active).is_(True), col(User.must_change).is_(True))
    for user in work.session.exec(query.order_by(col(User.id))):
        if user.id == work.actor.user_id or (user.expires_on is not None and user.expires_on < work.today):
            continue
        unit = homes.get(user.id or 0)
        group = groups.setdefault(unit.code if unit else OFFICE_GROUP, Group(unit.code, unit.name) if unit else groups[OFFICE_GROUP])
        (group.waiting if user.password_hash == NONE_YET else group.unused).append(user)
    ordered = sorted(groups.values(), key=lambda group: (group.code != OFFICE_GROUP, group.code))
    return [group for group in ordered if group.waiting or group.unused]


def _homes(work: Work) -> dict[int, Unit]:
    query: Any = select(Membership.user_id, Unit).join(Unit, col(Unit.id) == col(Membership.unit_id)).where(
        Membership.office_id == work.office_id).order_by(col(Membership.id).desc())
    return dict(work.session.exec(query).all())


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of paper."""

    name: str
    post: str
    roles: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Sheaf:
    """The slips of one department."""

    name: str
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every slip says of the office."""

    short_name: str
    contact: str


def letterhead(work: Work) -> Letterhead:
    """The office as it stands on the slips."""
    office = work.session.get_one(Office, work.office_id)
    return Letterhead(office.short_name, office.contact)


def sheaves(work: Work, chosen: Sequence[tuple[str, Sequence[User]]], secrets: Mapping[str, str]) -> list[Sheaf]:
    """Slips ready for the paper: group's name, its people, with the passwords that exist nowhere else."""
    roles: dict[int, list[str]] = {}
    for row in work.session.exec(select(Membership).where(Membership.office_id == work.office_id).order_by(col(Membership.id))):
        roles.setdefault(row.user_id, []).append(gettext(LABELS[Role(row.role)]))
    return [Sheaf(name, tuple(Slip(user.name, user.post, gettext(", ").join(dict.fromkeys(roles.get(user.id or 0, []))), user.login,
                                   secrets[user.login]) for user in users)) for name, users in chosen if users]
