"""Drafting a campaign: its frame, units, teams and panel. Everything here ends when the notice is issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.workflow.stages import CampaignState, SideState, Stage

from . import moves, progress
from .conflicts import conflict
from .tables import Campaign, DeclaredInterest, Evaluation, PanelMember, Team, TeamMember


def must_be_open(campaign: Campaign) -> None:
    """The frame changes only before the notice."""
    if campaign.state not in (CampaignState.DRAFTED, CampaignState.APPROVED):
        raise Refused(N_("The notice was issued: units, teams and files are fixed. Changes go into a supplementary notice."))


def draft_campaign(work: Work, *, code: str, title: str, year: int, census_date: date, basis: str = "", scope: str = "",
                   system_file: str, survey_files: Sequence[str], kind: str = "comprehensive",
                   settings: dict[str, Any] | None = None) -> Campaign:
    """Begin a campaign. The files must exist; their errors show on the campaign page until they are mended."""
    if work.session.exec(select(Campaign).where(Campaign.office_id == work.office_id, Campaign.code == code)).first():
        raise Invalid({"code": N_("There is a campaign with this short name already.")})
    campaign: Campaign = work.add(Campaign(
        office_id=work.office_id, code=code, title=title, year=year, kind=kind, basis=basis, scope=scope,
        census_date=census_date, system_file=system_file, survey_files=list(survey_files), settings=settings or {},
        created_at=work.now))
    record(work, "campaign.drafted", campaign=code, code=code, title=title)
    progress.wait(work, campaign, "set_up_campaign", stage=Stage.NOTICE, href=f"/c/{code}/set-up")
    return campaign


def add_evaluation(work: Work, campaign: Campaign, unit: Unit) -> Evaluation:
    """Take a unit into the campaign."""
    must_be_open(campaign)
    known = select(Evaluation).where(Evaluation.campaign_id == campaign.id, Evaluation.unit_id == unit.id)
    found = work.session.exec(known).one_or_none()
    if found:
        return found
    row: Evaluation = work.add(Evaluation(office_id=work.office_id, campaign_id=campaign.id, unit_id=unit.id,
                                          entered_at=work.now))
    record(work, "campaign.unit_added", campaign=campaign.code, unit=unit.code)
    return row


def remove_evaluation(work: Work, campaign: Campaign, evaluation: Evaluation) -> None:
    """Take a unit out before the notice."""
    must_be_open(campaign)
    work.session.delete(evaluation)
    work.session.flush()


def make_team(work: Work, campaign: Campaign, *, code: str, name: str, lead: User, members: Sequence[User]) -> Team:
    """Make a team: a lead and at least one other assessor."""
    must_be_open(campaign)
    others = [user for user in members if user.id != lead.id]
    if not others:
        raise Invalid({"members": N_("A team needs a lead and at least one more assessor.")})
    team: Team = work.add(Team(office_id=work.office_id, campaign_id=campaign.id, code=code, name=name))
    for user in (lead, *others):
        work.add(TeamMember(team_id=team.id, user_id=user.id, office_id=work.office_id, lead=user.id == lead.id))
    record(work, "team.made", campaign=campaign.code, team=code, members=[user.login for user in (lead, *others)])
    return team


def assign_team(work: Work, campaign: Campaign, evaluation: Evaluation, team: Team) -> None:
    """Give a unit its team. A member with a conflict makes that impossible."""
    must_be_open(campaign)
    for user in members_of(work, team):
        reason = conflict(work, user.id or 0, evaluation.unit_id)
        if reason:
            raise Invalid({"team": N_("{name} cannot evaluate this department: {reason}.")}, name=user.name, reason=reason)
    evaluation.team_id = team.id
    work.session.add(evaluation)
    work.session.flush()


def make_panel(work: Work, campaign: Campaign, *, chair: User, members: Sequence[User]) -> None:
    """Set the objection panel: none of its members sits in a team of this campaign."""
    chosen = [chair, *(user for user in members if user.id != chair.id)]
    in_teams = set(work.session.exec(select(TeamMember.user_id).join(Team).where(Team.campaign_id == campaign.id)))
    for user in chosen:
        if user.id in in_teams:
            raise Invalid({"panel": N_("{name} sits in a team of this campaign and cannot decide objections.")}, name=user.name)
    for row in work.session.exec(select(PanelMember).where(PanelMember.campaign_id == campaign.id)):
        work.session.delete(row)
    work.session.flush()
    for user in chosen:
        work.add(PanelMember(campaign_id=campaign.id, user_id=user.id, office_id=work.office_id, chair=user.id == chair.id))
    record(work, "panel.made", campaign=campaign.code, members=[user.login for user in chosen])


def members_of(work: Work, team: Team) -> list[User]:
    """A team's people, the lead first."""
    query = (select(User).join(TeamMember, col(TeamMember.user_id) == col(User.id))
             .where(TeamMember.team_id == team.id).order_by(col(TeamMember.lead).desc(), col(User.id)))
    return list(work.session.exec(query))


def declare_interest(work: Work, user_id: int, unit: Unit, *, reason: str) -> DeclaredInterest:
    """Record why somebody must keep away from a unit; from now on the policy keeps them out."""
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    row: DeclaredInterest = work.add(DeclaredInterest(office_id=work.office_id, user_id=user_id, unit_id=unit.id,
                                                      reason=reason.strip(), declared_at=work.now))
    record(work, "interest.declared", user=user_id, unit=unit.code, reason=reason.strip())
    return row


def set_side(work: Work, evaluation: Evaluation, side: SideState, *, document: str, reason: str) -> None:
    """Let an evaluation stand still, by a document."""
    if not document.strip() or not reason.strip():
        raise Invalid({"document": N_("Name the document and the reason.")})
    locked = moves.lock(work, evaluation)
    locked.side, locked.side_document = side, document.strip()
    work.session.add(locked)
    progress.drop_all(work, locked)
    campaign, unit = moves.codes(work, locked)
    record(work, "evaluation.side_set", campaign=campaign, unit=unit, side=side, document=document.strip(),
           reason=reason.strip())
