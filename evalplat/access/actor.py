"""Who acts: roles held or lent, seats in teams and panels, read once a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from evalplat.campaigns.conflicts import interests_on
from evalplat.campaigns.seats import places_of
from evalplat.campaigns.tables import PanelMember, TeamMember
from evalplat.people.roles import LABELS, UNIT_ROLES, Role
from evalplat.people.tables import Delegation, Membership, Unit, User

SUCCEEDING = frozenset({Role.DEPT_HEAD, Role.DEPT_LIAISON})
"""Roles that reach over to the units that were merged into one's own."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, for one unit where it is a unit's; ``lent_by`` names who lent it."""

    role: Role
    unit_id: int | None = None
    lent_by: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person, frozen for the request. ``seats`` and ``led``: evaluations in which a place in the team was taken for
    that unit alone; ``away``: those whose team was left; ``conflicts``: units to keep away from."""

    user_id: int
    office_id: int
    name: str
    login: str
    grants: tuple[Grant, ...]
    teams: frozenset[int] = frozenset()
    led_teams: frozenset[int] = frozenset()
    panels: frozenset[int] = frozenset()
    seats: frozenset[int] = frozenset()
    led: frozenset[int] = frozenset()
    away: frozenset[int] = frozenset()
    conflicts: frozenset[int] = frozenset()
    must_change: bool = False
    unit_name: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held now."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def unit_ids(self) -> frozenset[int]:
        """The units for which a unit's role is held."""
        return frozenset(g.unit_id for g in self.grants if g.unit_id is not None and g.role in UNIT_ROLES)

    @property
    def of_office(self) -> bool:
        """Whether this is somebody of the evaluating side (no unit's, no administrator's role alone)."""
        return any(role not in UNIT_ROLES for role in self.roles)

    @property
    def role_label(self) -> str:
        """The first role's gettext id, for the head of the page."""
        return LABELS[self.grants[0].role] if self.grants else ""


def _taken_over(session: Session, grants: list[Grant]) -> list[Grant]:
    """The head and the liaison of a unit act for every unit that was merged into it, and for what that one had taken over."""
    mine = [grant for grant in grants if grant.unit_id is not None and grant.role in SUCCEEDING]
    known, found = {(grant.role, grant.unit_id) for grant in mine}, []
    while mine:
        into = {grant.unit_id for grant in mine}
        rows = list(session.exec(select(Unit.id, Unit.merged_into_id).where(col(Unit.merged_into_id).in_(into))))
        mine = [Grant(grant.role, unit, grant.lent_by) for grant in mine for unit, target in rows
                if target == grant.unit_id and (grant.role, unit) not in known]
        known |= {(grant.role, grant.unit_id) for grant in mine}
        found += mine
    return found


def person_of(session: Session, user: User, today: date) -> Person:
    """Read everything that decides what ``user`` may do on the day ``today``."""
    held = select(Membership.role, Membership.unit_id).where(Membership.user_id == user.id).order_by(col(Membership.id))
    grants = [Grant(Role(role), unit_id) for role, unit_id in session.exec(held)]
    own = {grant.unit_id for grant in grants if grant.unit_id is not None}
    lent = select(Delegation.role, Delegation.unit_id, Delegation.from_user_id).where(
        Delegation.to_user_id == user.id, col(Delegation.ended_at).is_(None),
        Delegation.starts_on <= today, Delegation.ends_on >= today)
    grants += [Grant(Role(role), unit_id, giver) for role, unit_id, giver in session.exec(lent)]
    grants += _taken_over(session, grants)
    seats = session.exec(select(TeamMember.team_id, TeamMember.lead).where(TeamMember.user_id == user.id)).all()
    panels = session.exec(select(PanelMember.campaign_id).where(PanelMember.user_id == user.id))
    places = places_of(session, user.id or 0)
    unit_ids = [g.unit_id for g in grants if g.unit_id]
    unit = session.get(Unit, unit_ids[0]) if unit_ids else None
    return Person(
        user_id=user.id or 0, office_id=user.office_id, name=user.name, login=user.login, grants=tuple(grants),
        teams=frozenset(team for team, _ in seats), led_teams=frozenset(team for team, lead in seats if lead),
        panels=frozenset(panels), conflicts=frozenset(own | {unit for _, unit in interests_on(session, [user.id or 0], today)}),
        seats=places.seats, led=places.led, away=places.away, must_change=user.must_change,
        unit_name=unit.short_name if unit else "",
    )
