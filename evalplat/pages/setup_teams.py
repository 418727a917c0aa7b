"""Setting up the people of a campaign: teams, proposed by rule or by hand, which unit is whose, and the objection panel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.campaigns import headcount, proposing, teams
from evalplat.campaigns.tables import Evaluation, Team
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.people.tables import Unit
from evalplat.web import guard
from evalplat.web.render import Context, said

from .forms import PanelForm, TeamForm
from .places import campaign_tabs
from .queries import setup as queries
from .queries import setup_teams
from .queries.campaigns import line_of
from .setup import Gate, page, saved

router = APIRouter()
TAKEN = said(N_("The proposal is taken. Change by hand what you want otherwise."))


@router.post("/c/{campaign}/set-up/teams")
def add_team(ctx: Gate) -> Response:
    """A new team."""
    return _team(ctx, None)


@router.post("/c/{campaign}/set-up/teams/{team}")
def save_team(ctx: Gate, team: str) -> Response:
    """Change a team, or take it out."""
    row = ctx.session.exec(select(Team).where(Team.campaign_id == ctx.campaign.id, Team.code == team)).one_or_none()
    if row is None:
        raise NotFound
    if ctx.posted.get("go") == "remove":
        return saved(ctx, "teams", lambda: teams.remove_team(ctx.work, ctx.campaign, row))
    return _team(ctx, row)


def _team(ctx: Context, row: Team | None) -> Response:
    part = f"team-{row.code}" if row else "new-team"
    checked = ctx.parse(TeamForm)
    if checked.model is None:
        return page(ctx, errors=checked.errors, part=part)
    form = checked.model
    users = queries.users_by_login(ctx.work, [form.lead, *form.members])
    if form.lead not in users:
        return page(ctx, errors={"lead": gettext("Choose one of the options.")}, part=part)
    lead, members = users[form.lead], [users[login] for login in form.members if login in users]
    if row:
        return saved(ctx, part, lambda: teams.change_team(ctx.work, ctx.campaign, row, name=form.name, lead=lead, members=members))
    code = proposing.free_code(ctx.work, ctx.campaign)
    return saved(ctx, part, lambda: teams.make_team(ctx.work, ctx.campaign, code=code, name=form.name, lead=lead, members=members))


@router.get("/c/{campaign}/set-up/proposal")
def proposal_page(ctx: Annotated[Context, guard.campaign(Act.SET_UP_CAMPAIGN)], keep: str = "") -> Response:
    """What the rule proposes, beside what there is. Nothing changes by looking."""
    view = setup_teams.proposal_view(ctx.work, ctx.campaign, keep_teams=keep == "1")
    return ctx.render("pages/set_up_proposal.html", campaign=ctx.campaign, line=line_of(ctx.work, ctx.campaign), view=view,
                      present=queries.plan_of(ctx.work, ctx.campaign).teams, tabs=campaign_tabs(ctx, current="plan"))


@router.post("/c/{campaign}/set-up/proposal")
def take_proposal(ctx: Gate) -> Response:
    """Take the proposal that was seen: if people or units changed meanwhile, it is refused."""
    keep = ctx.posted.get("keep") == "1"
    proposing.take(ctx.work, ctx.campaign, keep_teams=keep, seen=ctx.posted.get("seen"))
    return ctx.see(f"{ctx.base}/set-up#teams", said=TAKEN)


@router.post("/c/{campaign}/set-up/assign")
def assign(ctx: Gate) -> Response:
    """Which team has which unit."""
    known = {team.code: team for team in ctx.session.exec(select(Team).where(Team.campaign_id == ctx.campaign.id))}
    rows = ctx.session.exec(select(Evaluation, Unit).join(Unit).where(Evaluation.campaign_id == ctx.campaign.id))
    wanted = [(evaluation, known.get(ctx.posted.get(f"team.{unit.code}"))) for evaluation, unit in rows]
    return saved(ctx, "assign", lambda: teams.assign_teams(ctx.work, ctx.campaign, wanted))


@router.post("/c/{campaign}/set-up/rules")
def relax_rules(ctx: Gate) -> Response:
    """Relax four-eyes rules, with a reason that every document prints."""
    rules, reason = ctx.posted.list("rules"), ctx.posted.get("reason")[:200]
    return saved(ctx, "rules", lambda: headcount.relax(ctx.work, ctx.campaign, rules, reason=reason))


@router.post("/c/{campaign}/set-up/panel")
def save_panel(ctx: Gate) -> Response:
    """Who decides objections."""
    checked = ctx.parse(PanelForm)
    if checked.model is None:
        return page(ctx, errors=checked.errors, part="panel")
    users = queries.users_by_login(ctx.work, [checked.model.chair, *checked.model.panel])
    if checked.model.chair not in users:
        return page(ctx, errors={"chair": gettext("Choose one of the options.")}, part="panel")
    chair, members = users[checked.model.chair], [users[login] for login in checked.model.panel if login in users]
    return saved(ctx, "panel", lambda: teams.make_panel(ctx.work, ctx.campaign, chair=chair, members=members))
