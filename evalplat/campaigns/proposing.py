"""The proposal of teams for a campaign: who and what it is made of, and taking it in one deed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import canonical, record
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, Unit, User

from .conflicts import conflicts
from .proposal import Candidate, Place, Proposal, propose, weight_of
from .setup import must_be_open
from .tables import Campaign, Evaluation, PanelMember, Team, TeamMember

NUMERALS = "一二三四五六七八九十"  # zh: drafted


def people_of(work: Work, campaign: Campaign) -> dict[str, tuple[User, bool]]:
    """Everybody who could sit in a team (login → person, may lead): active, with the role, not in the panel, not gone by now."""
    panel = select(col(PanelMember.user_id)).where(PanelMember.campaign_id == campaign.id)
    query: Any = (select(User, Membership.role).join(Membership, col(Membership.user_id) == col(User.id))
                  .where(User.office_id == work.office_id, col(User.active).is_(True), col(User.id).not_in(panel),
                         col(User.expires_on).is_(None) | (col(User.expires_on) >= work.today),
                         col(Membership.role).in_([Role.TEAM_LEAD, Role.ASSESSOR])).order_by(col(User.login)))
    found: dict[str, tuple[User, bool]] = {}
    for user, role in work.session.exec(query):
        found[user.login] = user, role == Role.TEAM_LEAD or found.get(user.login, (user, False))[1]
    return found


def places_of(work: Work, campaign: Campaign) -> dict[str, tuple[Evaluation, Unit]]:
    """The campaign's units by code."""
    query: Any = select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(
        Evaluation.campaign_id == campaign.id).order_by(col(Unit.code))
    return {unit.code: (evaluation, unit) for evaluation, unit in work.session.exec(query)}


def load_of(evaluation: Evaluation, unit: Unit) -> int:
    """How much work a unit is for its team."""
    staff = unit.facts.get("staff")
    return weight_of(evaluation.mode, staff if isinstance(staff, int) else None)


def proposal_for(work: Work, campaign: Campaign, *, keep_teams: bool = False) -> Proposal:
    """What the rule proposes now; ``keep_teams``: the present teams stay, only the units are shared out."""
    people, places = people_of(work, campaign), places_of(work, campaign)
    seats = seats_of(work, campaign) if keep_teams else None
    if seats is not None:
        logins = [login for team in seats for login in team]
        rows = work.session.exec(select(User).where(User.office_id == work.office_id, col(User.login).in_(logins)))
        people |= {user.login: (user, True) for user in rows}
    known = conflicts(work, [user.id or 0 for user, _ in people.values()])
    codes = {unit.id: code for code, (_, unit) in places.items()}
    candidates = [Candidate(login, leads, frozenset(codes[unit] for user_id, unit in known if user_id == user.id and unit in codes))
                  for login, (user, leads) in people.items()]
    return propose(candidates, [Place(code, unit.category, load_of(evaluation, unit)) for code, (evaluation, unit) in places.items()],
                   seats=seats)


def seats_of(work: Work, campaign: Campaign) -> list[list[str]]:
    """The present teams in the order of their codes, each with its lead first."""
    query: Any = (select(Team.code, User.login).join(TeamMember, col(TeamMember.team_id) == col(Team.id))
                  .join(User, col(User.id) == col(TeamMember.user_id)).where(Team.campaign_id == campaign.id)
                  .order_by(col(Team.code), col(TeamMember.lead).desc(), col(User.id)))
    found: dict[str, list[str]] = {}
    for code, login in work.session.exec(query):
        found.setdefault(code, []).append(login)
    return list(found.values())


def names_of(work: Work, logins: Iterable[str]) -> dict[str, str]:
    """Login → name."""
    query = select(User.login, User.name).where(User.office_id == work.office_id, col(User.login).in_(list(logins)))
    return dict(work.session.exec(query).all())


def ids_of(work: Work, logins: Iterable[str]) -> dict[str, int]:
    """Login → id."""
    query = select(User).where(User.office_id == work.office_id, col(User.login).in_(list(logins)))
    return {user.login: user.id or 0 for user in work.session.exec(query)}


def team_names(work: Work, campaign: Campaign) -> list[str]:
    """The names of the present teams that have people, in the order of ``seats_of``."""
    return [team.name for team in _present(work, campaign)]


def fingerprint(proposal: Proposal) -> str:
    """What was seen: the same proposal gives the same text."""
    rows = [[team.lead, *team.members, *team.units] for team in proposal.teams]
    return hashlib.sha256(canonical(rows).encode()).hexdigest()[:16]


def take(work: Work, campaign: Campaign, *, keep_teams: bool, seen: str) -> None:
    """Make the proposal the campaign's teams. What was there before is replaced; the notice must not be out."""
    must_be_open(campaign)
    proposal = proposal_for(work, campaign, keep_teams=keep_teams)
    if fingerprint(proposal) != seen:
        raise Refused(N_("People or departments changed meanwhile, so the proposal is another one now. Look at it again."))
    places = places_of(work, campaign)
    for evaluation, _ in places.values():
        evaluation.team_id = None
        work.session.add(evaluation)
    work.session.flush()
    rows = _present(work, campaign) if keep_teams else _rebuilt(work, campaign, proposal)
    for row, team in zip(rows, proposal.teams, strict=True):
        for code in team.units:
            places[code][0].team_id = row.id
    work.session.flush()
    record(work, "team.proposal_taken", campaign=campaign.code, teams=len(proposal.teams), kept=keep_teams,
           units={row.code: list(team.units) for row, team in zip(rows, proposal.teams, strict=True)})


def _present(work: Work, campaign: Campaign) -> list[Team]:
    seated = select(col(TeamMember.team_id))
    query = select(Team).where(Team.campaign_id == campaign.id, col(Team.id).in_(seated)).order_by(col(Team.code))
    return list(work.session.exec(query))


def _rebuilt(work: Work, campaign: Campaign, proposal: Proposal) -> list[Team]:
    for old in list(work.session.exec(select(Team).where(Team.campaign_id == campaign.id))):
        for seat in list(work.session.exec(select(TeamMember).where(TeamMember.team_id == old.id))):
            work.session.delete(seat)
        work.session.flush()
        work.session.delete(old)
    work.session.flush()
    ids = {login: user.id or 0 for login, (user, _) in people_of(work, campaign).items()}
    return [_made(work, campaign, number, people=(team.lead, *team.members), ids=ids)
            for number, team in enumerate(proposal.teams, start=1)]


def _made(work: Work, campaign: Campaign, number: int, *, people: tuple[str, ...], ids: dict[str, int]) -> Team:
    row: Team = work.add(Team(office_id=work.office_id, campaign_id=campaign.id or 0, code=f"t{number:02}", name=team_name(number)))
    for place, login in enumerate(people):
        work.add(TeamMember(team_id=row.id or 0, user_id=ids[login], office_id=work.office_id, lead=place == 0))
    record(work, "team.made", campaign=campaign.code, team=row.code, members=list(people))
    return row


def team_name(number: int) -> str:
    """How a proposed team is called in documents."""
    return f"评估{NUMERALS[number - 1] if number <= len(NUMERALS) else f'第{number}'}组"  # zh: drafted


def free_code(work: Work, campaign: Campaign) -> str:
    """A code that no team of the campaign has."""
    taken = set(work.session.exec(select(Team.code).where(Team.campaign_id == campaign.id)))
    return next(code for number in range(1, len(taken) + 2) if (code := f"t{number}") not in taken)
