"""Campaigns as lists and heads of pages: where they stand, which day it is, who is missing for the four-eyes rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, func, select

from evalplat.access import scope
from evalplat.campaigns import modes, progress
from evalplat.campaigns.tables import Campaign, Evaluation, PanelMember, Team, TeamMember
from evalplat.campaigns.windows import window_for
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.pages.labels import (
    CAMPAIGN_KINDS,
    CAMPAIGN_STATE_KINDS,
    CAMPAIGN_STATES,
    SIDES,
    STATE_KINDS,
    STATES,
    text_of,
)
from evalplat.people.roles import LABELS, Role
from evalplat.people.tables import Delegation, Membership, Unit, User
from evalplat.workflow.stages import CampaignState, State

from .stages import windows_of

LIVING = (CampaignState.ISSUED, CampaignState.APPROVED, CampaignState.DRAFTED, CampaignState.CONCLUDED)


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """One campaign of the list."""

    campaign: Campaign
    code: str
    title: str
    year: int
    kind: str
    state: str
    state_label: str
    state_kind: str
    units: int
    final: int


def campaigns_of(work: Work) -> list[CampaignLine]:
    """Every campaign this person may see, the newest first. The yearly register is none: its page is the ledger."""
    query = select(Campaign).where(scope.campaigns(work.actor), Campaign.kind != modes.REGISTER).order_by(col(Campaign.id).desc())
    counts: dict[int, list[int]] = {}
    states: Any = select(Evaluation.campaign_id, Evaluation.state, func.count(col(Evaluation.id))).where(
        scope.evaluations(work.actor)).group_by(col(Evaluation.campaign_id), col(Evaluation.state))
    for campaign_id, state, count in work.session.exec(states):
        entry = counts.setdefault(campaign_id, [0, 0])
        entry[0] += count
        entry[1] += count if state in (State.FINAL, State.FOLLOWING, State.CLOSED, State.LOOKED_BACK) else 0
    return [line_of(work, row, *counts.get(row.id or 0, [0, 0])) for row in work.session.exec(query).all()]


def line_of(work: Work, row: Campaign, units: int = 0, final: int = 0) -> CampaignLine:
    """A campaign with its words. A plan that was handed over is not in preparation any more: it waits for its approval."""
    state = CampaignState(row.state)
    label, kind = text_of(CAMPAIGN_STATES, state), CAMPAIGN_STATE_KINDS.get(state, "mute")
    if handed_over(work, row):
        label, kind = gettext("plan waits for approval"), "action"
    return CampaignLine(row, row.code, row.title, row.year, text_of(CAMPAIGN_KINDS, row.kind), state, label, kind, units, final)


def foremost(lines: Sequence[CampaignLine], waits: Mapping[str, int]) -> CampaignLine | None:
    """What home shows: a campaign under way, where most waits for me; of equals the largest, then the newest."""
    living = [line for line in lines if line.state in LIVING]
    return min(living, default=None, key=lambda line: (
        LIVING.index(CampaignState(line.state)), -waits.get(line.code, 0), -line.units))


@dataclass(frozen=True, slots=True)
class Clock:
    """Which day of the campaign it is; ``total`` runs to the end of the last window."""

    day: int | None
    total: int | None


def clock_of(work: Work, campaign: Campaign) -> Clock:
    """Day 61 of 120; no day before the notice or after the end."""
    if campaign.issued_at is None or campaign.state != CampaignState.ISSUED:
        return Clock(None, None)
    start = local(campaign.issued_at).date()
    day = (work.today - start).days + 1
    ends = [(local(closes).date() - start).days + 1 for _, closes in windows_of(work, campaign).values()]
    total = max(ends, default=0)
    return Clock(day, total if total >= day else None)


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A unit's own evaluation, for its people's home."""

    title: str
    unit: str
    href: str
    state_label: str
    state_kind: str
    due: date | None


def own_files(work: Work) -> list[OwnFile]:
    """The evaluations of this person's own units, the newest first."""
    query: Any = (select(Evaluation, Campaign, Unit).join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
                  .join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(scope.evaluations(work.actor))
                  .order_by(col(Evaluation.id).desc()))
    found = []
    for evaluation, campaign, unit in work.session.exec(query):
        state = State(evaluation.state)
        window = window_for(work, evaluation, "assessment") if state == State.ASSESSING else None
        found.append(OwnFile(
            campaign.title, unit.name, f"/c/{campaign.code}/u/{unit.code}",
            text_of(SIDES, evaluation.side) if evaluation.side else text_of(STATES, state),
            STATE_KINDS.get(state, "mute"), local(window.closes_at).date() if window else None))
    return found


@dataclass(frozen=True, slots=True)
class Need:
    """A role that the four-eyes rules ask for, and how many people hold it."""

    label: str
    why: str
    needed: int
    held: int
    names: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether nobody is missing."""
        return self.held >= self.needed


NEEDS: tuple[tuple[Role, int, str], ...] = (
    (Role.COMMISSION, 1, N_("signs review decisions that the director's report gave rise to")),
    (Role.DIRECTOR, 1, N_("approves reports, issues letters")),
    (Role.SUPERVISION_SECTION, 1, N_("checks the report that a team lead drafted")),
    (Role.ESTABLISHMENT_SECTION, 1, N_("provides the approved figures, decides disputes about them")),
)
ADMINS: tuple[tuple[Role, int, str], ...] = (
    (Role.SYSADMIN, 1, N_("keeps accounts; holds no other role")),
    (Role.SECADMIN, 1, N_("records delegations; holds no other role")),
    (Role.AUDITADMIN, 1, N_("reads the audit log; holds no other role")),
)


def handed_over(work: Work, campaign: Campaign) -> bool:
    """Whether the plan waits for its approval."""
    return campaign.state == CampaignState.DRAFTED and any(row.act == "approve_campaign" for row in progress.waiting(work, campaign))


def people_needed(work: Work, campaign: Campaign) -> list[Need]:
    """How many people the rules need for these units, role by role; delegated roles count."""
    holders = _holders(work)
    found = [_need(holders, role, count, why) for role, count, why in NEEDS]
    teams = list(work.session.exec(select(Team).where(Team.campaign_id == campaign.id)))
    seats = list(work.session.exec(select(TeamMember.user_id, User.name).join(Team).join(
        User, col(User.id) == col(TeamMember.user_id)).where(Team.campaign_id == campaign.id)))
    names = tuple(dict.fromkeys(name for _, name in seats))
    found.append(Need(gettext("Team lead and assessors"), gettext("two in each team score on their own"),
                      max(2, 2 * len(teams)), len(names), names))
    found.append(Need(gettext("Second team"), gettext("scores again what the panel annulled"), 2, len(teams),
                      tuple(team.name for team in teams)))
    panel = tuple(work.session.exec(select(User.name).join(PanelMember, col(PanelMember.user_id) == col(User.id)).where(
        PanelMember.campaign_id == campaign.id)))
    found.append(Need(gettext(LABELS[Role.REVIEW_PANEL]), gettext("none of its people sits in a team"), 2, len(panel), panel))
    return found + [_need(holders, role, count, why) for role, count, why in ADMINS]


def _need(holders: dict[str, list[str]], role: Role, needed: int, why: str) -> Need:
    names = tuple(holders.get(role, ()))
    return Need(gettext(LABELS[role]), gettext(why), needed, len(names), names)


def _holders(work: Work) -> dict[str, list[str]]:
    """Role → names of active people who hold it today, lent roles included."""
    open_account = (col(User.active).is_(True)) & (col(User.expires_on).is_(None) | (col(User.expires_on) >= work.today))
    held: Any = select(Membership.role, User.name).join(User, col(User.id) == col(Membership.user_id)).where(
        Membership.office_id == work.office_id, open_account)
    lent: Any = select(Delegation.role, User.name).join(User, col(User.id) == col(Delegation.to_user_id)).where(
        Delegation.office_id == work.office_id, col(Delegation.ended_at).is_(None), Delegation.starts_on <= work.today,
        Delegation.ends_on >= work.today, open_account)
    found: dict[str, list[str]] = {}
    for role, name in [*work.session.exec(held), *work.session.exec(lent)]:
        if name not in found.setdefault(role, []):
            found[role].append(name)
    return found
