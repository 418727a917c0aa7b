"""What is set up, as the workbook says it: units by code and accounts by login, with plain values that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from evalplat.kernel.work import Work

from .book_format import FACTS
from .tables import Membership, Unit, User
from .unit_order import by_unit_order, unit_order


@dataclass(frozen=True)
class State:
    """Read in four questions, however many rows there are. ``units`` stand in the office's order; ``listed``: whether a list set it."""

    units: Mapping[str, dict[str, Any]]
    people: Mapping[str, dict[str, Any]]
    foreign_logins: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    unit_ids: Mapping[str, int] = field(default_factory=dict)
    listed: bool = False


def present_state(work: Work) -> State:
    """The office as it stands now."""
    units = list(work.session.exec(select(Unit).where(Unit.office_id == work.office_id).order_by(*by_unit_order(work))))
    codes = {unit.id: unit.code for unit in units}
    users = list(work.session.exec(select(User).where(User.office_id == work.office_id).order_by(col(User.id))))
    roles: dict[int, list[tuple[str, str]]] = {}
    for row in work.session.exec(select(Membership).where(Membership.office_id == work.office_id)):
        roles.setdefault(row.user_id, []).append((row.role, codes.get(row.unit_id, "") if row.unit_id else ""))
    foreign = work.session.exec(select(User.login).where(User.office_id != work.office_id))
    return State({unit.code: _unit(unit, codes) for unit in units},
                 {user.login: _user(user, roles.get(user.id or 0, [])) for user in users},
                 frozenset(foreign), frozenset(unit.category for unit in units), {unit.code: unit.id or 0 for unit in units},
                 bool(unit_order(work)))


def _unit(unit: Unit, codes: Mapping[int | None, str]) -> dict[str, Any]:
    return {"name": unit.name, "short_name": unit.short_name, "category": unit.category, "nature": unit.nature,
            "civil_service_ref": unit.civil_service_ref, "profile": unit.profile,
            "parent": codes.get(unit.parent_id, "") if unit.parent_id else "", "active": unit.active,
            **{key: unit.facts.get(key) for key in FACTS}}


def _user(user: User, roles: list[tuple[str, str]]) -> dict[str, Any]:
    return {"name": user.name, "post": user.post, "roles": tuple(sorted(roles)), "expires_on": user.expires_on,
            "ends_with": user.ends_with, "active": user.active}
