"""The proposed teams as the set-up page shows them: names instead of logins, and why a unit has no team."""

from __future__ import annotations

from dataclasses import dataclass

from evalplat.campaigns import proposing
from evalplat.campaigns.conflicts import conflicts
from evalplat.campaigns.proposal import NotGiven, ProposedTeam
from evalplat.campaigns.tables import Campaign
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.unit_order import place_of


@dataclass(frozen=True, slots=True)
class TeamView:
    """A proposed team by names."""

    name: str
    lead: str
    members: tuple[str, ...]
    units: tuple[str, ...]
    load: int


@dataclass(frozen=True, slots=True)
class ProposalView:
    """The proposal. ``left``: unit and why it has no team; ``seen``: the mark by which it is taken."""

    teams: tuple[TeamView, ...]
    free: tuple[str, ...]
    left: tuple[tuple[str, str], ...]
    seen: str
    keep: bool
    most: int
    least: int
    people: int
    leads: int

    @property
    def highest(self) -> int:
        """The heaviest load, for drawing."""
        return max((team.load for team in self.teams), default=0)


def proposal_view(work: Work, campaign: Campaign, *, keep_teams: bool) -> ProposalView:
    """Ask the rule and put names to what it says."""
    people, places = proposing.people_of(work, campaign), proposing.places_of(work, campaign)
    proposal = proposing.proposal_for(work, campaign, keep_teams=keep_teams)
    names = proposing.names_of(work, [*people, *(key for team in proposal.teams for key in (team.lead, *team.members))])
    loads = [team.load for team in proposal.teams]
    titles = proposing.team_names(work, campaign) if keep_teams else [
        proposing.team_name(number) for number in range(1, len(loads) + 1)]
    ids = proposing.ids_of(work, [key for one in proposal.left for team in one.blockers for key in team])
    reasons = conflicts(work, ids.values())
    units = {unit.code: unit.short_name for unit in sorted((unit for _, unit in places.values()), key=place_of(work))}
    return ProposalView(
        tuple(_team(title, team, names, units=units) for title, team in zip(titles, proposal.teams, strict=True)),
        tuple(names[key] for key in proposal.free),
        tuple((units[one.unit], _why(one, names, ids, unit_id=places[one.unit][1].id or 0, reasons=reasons)) for one in proposal.left),
        proposing.fingerprint(proposal), keep_teams, max(loads, default=0), min(loads, default=0), len(people),
        sum(leads for _, leads in people.values()))


def _team(title: str, team: ProposedTeam, names: dict[str, str], *, units: dict[str, str]) -> TeamView:
    mine = tuple(name for key, name in units.items() if key in team.units)
    return TeamView(title, names[team.lead], tuple(names[key] for key in team.members), mine, team.load)


def _why(left: NotGiven, names: dict[str, str], ids: dict[str, int], *, unit_id: int, reasons: dict[tuple[int, int], str]) -> str:
    """Who of each team stands in the way, and by which rule."""
    if not left.blockers:
        return gettext("there are not enough people for a team")
    found = [(key, reasons[ids[key], unit_id]) for team in left.blockers for key in team if (ids[key], unit_id) in reasons]
    return gettext("; ").join(gettext("{name} {reason}", name=names[key], reason=gettext(reason)) for key, reason in found)
