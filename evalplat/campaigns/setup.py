"""Drafting a campaign: its frame, units, teams and panel. Everything here ends when the notice is issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.workflow.stages import CampaignState, Stage

from . import moves, progress
from .conflicts import conflict, conflicts
from .days import CALENDAR_DAYS, DAYS
from .tables import Campaign, DeclaredInterest, Evaluation, PanelMember, Progress, Team, TeamMember


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


def change_frame(work: Work, campaign: Campaign, **changes: Any) -> None:
    """Change title, year, kind, basis, scope, census date or files."""
    must_be_open(campaign)
    changed = sorted(name for name, value in changes.items() if getattr(campaign, name) != value)
    for name in changed:
        setattr(campaign, name, changes[name])
    work.session.add(campaign)
    if changed:
        record(work, "campaign.changed", campaign=campaign.code, changes=changed)


def set_days(work: Work, campaign: Campaign, days: Mapping[str, int]) -> None:
    """Set the days of this campaign; what equals the default is not kept."""
    must_be_open(campaign)
    defaults = DAYS | CALENDAR_DAYS
    wrong = {key: N_("Enter a number of days from 1 to 365.") for key, value in days.items() if not 1 <= value <= 365}
    if wrong:
        raise Invalid(wrong)
    settings = {key: value for key, value in campaign.settings.items() if key not in days}
    change_frame(work, campaign, settings=settings | {key: value for key, value in days.items() if value != defaults[key]})


def choose_units(work: Work, campaign: Campaign, units: Sequence[Unit]) -> None:
    """The campaign has exactly these units: new ones come in, others go out."""
    must_be_open(campaign)
    wanted = {unit.id for unit in units}
    for row in list(work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id))):
        if row.unit_id not in wanted:
            remove_evaluation(work, campaign, row)
    for unit in units:
        add_evaluation(work, campaign, unit)


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
    record(work, "campaign.unit_removed", campaign=campaign.code, unit=moves.codes(work, evaluation)[1])
    work.session.delete(evaluation)
    work.session.flush()


def make_team(work: Work, campaign: Campaign, *, code: str, name: str, lead: User, members: Sequence[User]) -> Team:
    """Make a team: a lead and at least one other assessor."""
    must_be_open(campaign)
    others = [user for user in members if user.id != lead.id]
    if not others:
        raise Invalid({"members": N_("A team needs a lead and at least one more assessor.")})
    _keep_out_of_panel(work, campaign, [lead, *others])
    team: Team = work.add(Team(office_id=work.office_id, campaign_id=campaign.id, code=code, name=name))
    for user in (lead, *others):
        work.add(TeamMember(team_id=team.id, user_id=user.id, office_id=work.office_id, lead=user.id == lead.id))
    record(work, "team.made", campaign=campaign.code, team=code, members=[user.login for user in (lead, *others)])
    return team


def _keep_out_of_panel(work: Work, campaign: Campaign, people: Sequence[User]) -> None:
    panel = set(work.session.exec(select(PanelMember.user_id).where(PanelMember.campaign_id == campaign.id)))
    for user in people:
        if user.id in panel:
            raise Invalid({"members": N_("{name} sits in the objection panel and cannot be in a team.")}, name=user.name)


def change_team(work: Work, campaign: Campaign, team: Team, *, name: str, lead: User, members: Sequence[User]) -> None:
    """Give a team another name or other people; nobody comes in who has a conflict with one of its units."""
    must_be_open(campaign)
    people = [lead, *(user for user in members if user.id != lead.id)]
    if len(people) < 2:
        raise Invalid({"members": N_("A team needs a lead and at least one more assessor.")})
    _keep_out_of_panel(work, campaign, people)
    units = list(work.session.exec(select(Evaluation.unit_id).where(Evaluation.team_id == team.id)))
    known = conflicts(work, [user.id or 0 for user in people])
    for user in people:
        reason = next((found for unit in units if (found := known.get((user.id or 0, unit)))), None)
        if reason:
            raise Invalid({"members": N_("{name} cannot evaluate a department of this team: {reason}.")}, name=user.name,
                          reason=gettext(reason))
    for row in list(work.session.exec(select(TeamMember).where(TeamMember.team_id == team.id))):
        work.session.delete(row)
    work.session.flush()
    team.name = name
    for user in people:
        work.add(TeamMember(team_id=team.id, user_id=user.id, office_id=work.office_id, lead=user.id == lead.id))
    record(work, "team.made", campaign=campaign.code, team=team.code, members=[user.login for user in people])


def remove_team(work: Work, campaign: Campaign, team: Team) -> None:
    """Take a team out that has no units."""
    must_be_open(campaign)
    if work.session.exec(select(Evaluation.id).where(Evaluation.team_id == team.id)).first():
        raise Refused(N_("This team still has departments. Give them to another team first."))
    for row in list(work.session.exec(select(TeamMember).where(TeamMember.team_id == team.id))):
        work.session.delete(row)
    work.session.flush()
    work.session.delete(team)
    work.session.flush()
    record(work, "team.removed", campaign=campaign.code, team=team.code)


def assign_team(work: Work, campaign: Campaign, evaluation: Evaluation, team: Team) -> None:
    """Give a unit its team. A member with a conflict makes that impossible."""
    must_be_open(campaign)
    for user in members_of(work, team):
        reason = conflict(work, user.id or 0, evaluation.unit_id)
        if reason:
            raise Invalid({"team": N_("{name} cannot evaluate this department: {reason}.")}, name=user.name,
                          reason=gettext(reason))
    evaluation.team_id = team.id
    work.session.add(evaluation)
    work.session.flush()


def assign_teams(work: Work, campaign: Campaign, wanted: Sequence[tuple[Evaluation, Team | None]]) -> None:
    """Give many units their teams: all of them or, if one cannot be given, none, with every reason by unit."""
    must_be_open(campaign)
    errors: dict[str, str] = {}
    people = {key: members_of(work, team) for key, team in {team.id: team for _, team in wanted if team is not None}.items()}
    known = conflicts(work, {user.id or 0 for members in people.values() for user in members})
    for evaluation, team in wanted:
        for user in people.get(team.id, []) if team else []:
            reason = known.get((user.id or 0, evaluation.unit_id))
            if reason:
                _, unit = moves.codes(work, evaluation)
                errors[f"team.{unit}"] = gettext("{name} cannot evaluate this department: {reason}.", name=user.name,
                                                 reason=gettext(reason))
    if errors:
        raise Invalid(errors)
    for evaluation, team in wanted:
        evaluation.team_id = team.id if team else None
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


def hand_over(work: Work, campaign: Campaign) -> None:
    """The plan is complete and waits for its approval."""
    blocked = moves.campaign_blocked_by(work, campaign, "approve")
    if blocked:
        raise MoveBlocked(blocked)
    progress.done(work, campaign, "set_up_campaign")
    progress.wait(work, campaign, "approve_campaign", stage=Stage.NOTICE, href=f"/c/{campaign.code}#approval")
    record(work, "campaign.handed_over", campaign=campaign.code)


def send_back(work: Work, campaign: Campaign, *, reason: str) -> None:
    """The approver wants the plan changed."""
    if campaign.state != CampaignState.DRAFTED:
        raise Refused(N_("The plan was approved already."))
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    progress.done(work, campaign, "approve_campaign")
    progress.wait(work, campaign, "set_up_campaign", stage=Stage.NOTICE, href=f"/c/{campaign.code}/set-up", note=reason.strip())
    record(work, "campaign.sent_back", campaign=campaign.code, reason=reason.strip())


def approve(work: Work, campaign: Campaign) -> Campaign:
    """Approve the plan; now the notice can be drafted."""
    moved = moves.make_campaign(work, campaign, "approve")
    moved.approved_by = work.actor.user_id
    work.session.add(moved)
    progress.done(work, moved, "set_up_campaign")
    progress.done(work, moved, "approve_campaign")
    progress.wait(work, moved, "draft_notice", stage=Stage.NOTICE, href=f"/c/{moved.code}/notice")
    return moved


def cancel(work: Work, campaign: Campaign, *, document: str, reason: str) -> Campaign:
    """End a campaign by a document. What was done stays readable, nothing waits any more."""
    missing = {name: N_("Fill this in.") for name, text in (("document", document), ("reason", reason)) if not text.strip()}
    if missing:
        raise Invalid(missing)
    campaign.settings = {**campaign.settings, "cancel_document": document.strip(), "cancel_reason": reason.strip()}
    work.session.add(campaign)
    work.session.flush()
    moved = moves.make_campaign(work, campaign, "cancel", note=f"{document.strip()}: {reason.strip()}")
    query = select(Progress).where(Progress.campaign_id == moved.id, col(Progress.done_at).is_(None))
    for row in work.session.exec(query):
        row.done_at, row.done_by = work.now, work.actor.name
    return moved


def archive(work: Work, campaign: Campaign) -> Campaign:
    """Put a concluded campaign away."""
    moved = moves.make_campaign(work, campaign, "archive")
    progress.done(work, moved, "archive_campaign")
    return moved
