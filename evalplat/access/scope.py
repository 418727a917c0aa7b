"""Which rows somebody may see. One predicate for evaluations; every other row hangs on one of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlmodel import Session, col
from sqlmodel import select as rows

from evalplat.campaigns.tables import Campaign, Evaluation, PanelMember, Team, TeamMember
from evalplat.people.roles import Role
from evalplat.people.tables import Unit

from .actor import Person

ALL_ROWS = frozenset({Role.DIRECTOR, Role.SUPERVISION_SECTION, Role.ESTABLISHMENT_SECTION, Role.COMMISSION,
                      Role.CO_REVIEWER})


def evaluations(person: Person) -> ColumnElement[bool]:
    """The predicate over ``Evaluation``: the office's staff see all of their office, teams and panels their campaigns'
    units but those they must keep away from, a unit its own once the notice is out."""
    office = col(Evaluation.office_id) == person.office_id
    if person.roles & ALL_ROWS:
        return office
    parts: list[ColumnElement[bool]] = []
    if person.unit_ids:
        parts.append(and_(col(Evaluation.unit_id).in_(person.unit_ids), col(Evaluation.state) != "drafted"))
    if person.seats and {Role.TEAM_LEAD, Role.ASSESSOR} & person.roles:
        parts.append(col(Evaluation.id).in_(person.seats))
    if person.teams and {Role.TEAM_LEAD, Role.ASSESSOR} & person.roles:
        parts.append(and_(col(Evaluation.team_id).in_(person.teams), col(Evaluation.id).not_in(person.away),
                          col(Evaluation.unit_id).not_in(person.conflicts)))
        mine = select(col(Team.campaign_id)).where(col(Team.id).in_(person.teams))
        again = and_(col(Evaluation.campaign_id).in_(mine), col(Evaluation.state) == "decided")
        parts.append(again)
    if person.panels and Role.REVIEW_PANEL in person.roles:
        parts.append(and_(col(Evaluation.campaign_id).in_(person.panels),
                          col(Evaluation.state).in_(("objected", "decided"))))
    return and_(office, or_(*parts)) if parts else false()


def campaigns(person: Person) -> ColumnElement[bool]:
    """The predicate over ``Campaign``."""
    office = col(Campaign.office_id) == person.office_id
    if person.roles & (ALL_ROWS | {Role.THIRD_PARTY}):
        return office
    seats = select(col(Team.campaign_id)).join(TeamMember, col(TeamMember.team_id) == col(Team.id)).where(
        col(TeamMember.user_id) == person.user_id)
    panels = select(col(PanelMember.campaign_id)).where(col(PanelMember.user_id) == person.user_id)
    own = select(col(Evaluation.campaign_id)).where(evaluations(person))
    return and_(office, or_(col(Campaign.id).in_(seats), col(Campaign.id).in_(panels), col(Campaign.id).in_(own)))


def find_campaign(session: Session, person: Person, code: str) -> Campaign | None:
    """The campaign behind an address, if this person may see it."""
    return session.exec(rows(Campaign).where(Campaign.code == code, campaigns(person))).one_or_none()


def find_evaluation(session: Session, person: Person, campaign: str, unit: str) -> Evaluation | None:
    """The evaluation behind an address, if this person may see it."""
    return find_evaluations(session, person, [(campaign, unit)]).get((campaign, unit))


def find_evaluations(session: Session, person: Person, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], Evaluation]:
    """Those behind several addresses, by the codes of campaign and unit, in one question; what the person may not see is left out."""
    query: Any = (select(Campaign.code, Unit.code, Evaluation)
                  .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
                  .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .where(col(Campaign.code).in_({campaign for campaign, _ in places}), col(Unit.code).in_({unit for _, unit in places}),
                         evaluations(person)))
    wanted = set(places)
    return {(campaign, unit): found for campaign, unit, found in session.execute(query) if (campaign, unit) in wanted}
