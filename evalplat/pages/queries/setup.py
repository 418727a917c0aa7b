"""The plan of a campaign as the set-up page shows and the approver reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns import own_facts
from evalplat.campaigns.conflicts import conflicts
from evalplat.campaigns.days import CALENDAR_DAYS, DAYS, days
from evalplat.campaigns.proposing import load_of
from evalplat.campaigns.tables import Campaign, Evaluation, PanelMember, Team, TeamMember
from evalplat.campaigns.windows import KINDS
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.pages.labels import WINDOWS, text_of
from evalplat.people.roles import LABELS, Role
from evalplat.people.tables import Membership, Unit, User
from evalplat.people.unit_order import place_of
from evalplat.workflow.machine import Fact

from .setup_units import Reach, UnitChoice, UnitGroup, inside_of, reach_of, unit_groups
from .stages import windows_of

DAY_LABELS: dict[str, str] = {
    "notice_deemed": N_("Notice counts as served after"),
    "recusal_window": N_("Asking that an assessor keeps away"), "recusal_decision": N_("Deciding whether an assessor keeps away"),
    "assessment_return": N_("Correcting a returned self-assessment"),
    "finding_silence": N_("Answering a finding, else it counts as not answered"),
    "report_after_review": N_("Report after the review was sealed"), "letter_after_report": N_("Letter after the report's approval"),
    "letter_deemed": N_("Letter counts as received after"), "objection_window": N_("Filing an objection"),
    "objection_intake": N_("Accepting or refusing an objection"), "objection_correction": N_("Completing an objection"),
    "objection_extension": N_("Extending the decision on an objection, once"),
    "objection_decision": N_("Deciding an objection"), "rectification_after_final": N_("Rectification notice after the final result"),
    "rectification_plan": N_("Plan of rectification"), "rectify_minor": N_("Rectifying a minor finding"),
    "rectify_major": N_("Rectifying a major finding"), "rectify_critical": N_("Rectifying a critical finding"),
    "extension_most": N_("Longest extension of a rectification"), "rectification_check": N_("Checking a rectification"),
    "look_back": N_("Looking back after the rectification"), "rectify_at_once": N_("Rectifying what can be set right at once"),
    "first_step": N_("First step on a critical finding"), "warn_before": N_("Early warning before a due date"),
    "red_after": N_("Red light after a due date"), "advice_follow": N_("Looking at the effect of an adjustment"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a team or panel, or somebody who could be."""

    login: str
    name: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team with its people and units. ``conflicts``: sentences about people who must keep away from a unit."""

    code: str
    name: str
    lead: Seat | None
    members: tuple[Seat, ...]
    units: tuple[str, ...]
    conflicts: tuple[str, ...]
    load: int = 0

    @property
    def logins(self) -> tuple[str, ...]:
        """The members without the lead."""
        return tuple(seat.login for seat in self.members)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A number of days that a rule counts."""

    key: str
    label: str
    value: int
    default: int
    working: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the approver signs for."""

    groups: tuple[UnitGroup, ...]
    teams: tuple[TeamLine, ...]
    panel: tuple[Seat, ...]
    chair: str
    windows: tuple[tuple[str, str, date | None, date | None], ...]
    days: tuple[DayLine, ...]
    gaps: tuple[Fact, ...]
    reach: Reach

    @property
    def chosen(self) -> tuple[UnitChoice, ...]:
        """The units that are in."""
        return tuple(unit for group in self.groups for unit in group.units if unit.chosen)

    @property
    def below(self) -> int:
        """How many units of the office belong to another one."""
        return sum(bool(unit.below) for group in self.groups for unit in group.units)


def plan_of(work: Work, campaign: Campaign) -> Plan:
    """Read the whole plan."""
    inside = inside_of(work, campaign)
    groups = unit_groups(work, campaign, inside)
    panel, chair = _panel(work, campaign)
    spans = windows_of(work, campaign)
    windows = tuple((kind, text_of(WINDOWS, kind), local(spans[kind][0]).date() if kind in spans else None,
                     local(spans[kind][1]).date() if kind in spans else None) for kind in KINDS)
    lines = tuple(DayLine(key, gettext(DAY_LABELS.get(key, key)), days(campaign, key), default, key in DAYS)
                  for key, default in (DAYS | CALENDAR_DAYS).items())
    gaps = tuple(own_facts.plan_gaps(work, campaign)) if campaign.state == "drafted" else ()
    return Plan(groups, _teams(work, campaign, [row for row, _ in inside.values()]), panel, chair, windows, lines, gaps,
                reach_of(campaign, groups))


def _teams(work: Work, campaign: Campaign, rows: Sequence[Evaluation]) -> tuple[TeamLine, ...]:
    teams = list(work.session.exec(select(Team).where(Team.campaign_id == campaign.id).order_by(col(Team.code))))
    seats: Any = select(TeamMember, User).join(User, col(User.id) == col(TeamMember.user_id)).join(
        Team, col(Team.id) == col(TeamMember.team_id)).where(Team.campaign_id == campaign.id).order_by(
            col(TeamMember.lead).desc(), col(User.id))
    people: dict[int, list[tuple[TeamMember, User]]] = {}
    for member, user in work.session.exec(seats):
        people.setdefault(member.team_id, []).append((member, user))
    units = {unit.id: unit for unit in work.session.exec(select(Unit).where(col(Unit.id).in_([row.unit_id for row in rows])))}
    place = place_of(work)
    rows = sorted(rows, key=lambda row: place(units[row.unit_id]))
    known = conflicts(work, [user.id or 0 for seats in people.values() for _, user in seats])
    return tuple(_team(team, people.get(team.id or 0, []), [(row, units[row.unit_id]) for row in rows if row.team_id == team.id], known)
                 for team in teams)


def _team(team: Team, people: Sequence[tuple[TeamMember, User]], mine: Sequence[tuple[Evaluation, Unit]],
          known: Mapping[tuple[int, int], str]) -> TeamLine:
    sentences = [gettext("{name} and {unit}: {reason}", name=user.name, unit=unit.short_name, reason=gettext(reason))
                 for _, user in people for _, unit in mine if (reason := known.get((user.id or 0, unit.id or 0)))]
    lead = next((Seat(user.login, user.name) for member, user in people if member.lead), None)
    return TeamLine(team.code, team.name, lead, tuple(Seat(user.login, user.name) for member, user in people if not member.lead),
                    tuple(unit.short_name for _, unit in mine), tuple(sentences), sum(load_of(row, unit) for row, unit in mine))


def _panel(work: Work, campaign: Campaign) -> tuple[tuple[Seat, ...], str]:
    query: Any = select(PanelMember, User).join(User, col(User.id) == col(PanelMember.user_id)).where(
        PanelMember.campaign_id == campaign.id).order_by(col(PanelMember.chair).desc(), col(User.id))
    rows = list(work.session.exec(query))
    return (tuple(Seat(user.login, user.name) for _, user in rows),
            next((user.login for member, user in rows if member.chair), ""))


def candidates(work: Work, *roles: Role) -> list[Seat]:
    """Active people who hold one of the roles, in the order of their names."""
    query: Any = (select(User, Membership.role).join(Membership, col(Membership.user_id) == col(User.id))
                  .where(User.office_id == work.office_id, col(User.active).is_(True), col(Membership.role).in_(roles))
                  .order_by(col(User.name)))
    found: dict[str, Seat] = {}
    for user, role in work.session.exec(query):
        words = " · ".join(part for part in (user.post, gettext(LABELS[Role(role)])) if part)
        found.setdefault(user.login, Seat(user.login, user.name, words))
    return list(found.values())


def users_by_login(work: Work, logins: Sequence[str]) -> dict[str, User]:
    """Active people by login."""
    query = select(User).where(User.office_id == work.office_id, col(User.login).in_(list(logins)), col(User.active).is_(True))
    return {user.login: user for user in work.session.exec(query)}
