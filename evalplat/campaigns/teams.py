"""Teams and the objection panel of a campaign that is not issued yet, and who must keep away from a unit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User

from . import moves, watch
from .conflicts import conflict, conflicts
from .setup import must_be_open
from .tables import Campaign, DeclaredInterest, Evaluation, PanelMember, Team, TeamMember


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
            raise Invalid({"panel": N_("{name} sits in a team of this evaluation and cannot decide objections.")}, name=user.name)
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
    work.session.flush()
    watch.look(work, unit_id=unit.id)
    return row
