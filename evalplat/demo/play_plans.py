"""The plan of five years: what was evaluated before, the plan and its approval, and next year's batch made from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import col, select

from evalplat.campaigns import drafts, setup, windows
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.campaigns.teams import assign_team, make_panel
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.stages.plans import actions, actions_plan, queries
from evalplat.stages.plans.forms import ApprovalForm, EarlierForm, PlanForm
from evalplat.stages.plans.tables import EvaluationPlan

from . import content_stories as content
from .cast import PANEL, RECUSED
from .play import Play
from .play_campaign import make_teams, user_of

YEARS = 5


def enter_earlier(play: Play, moment: datetime) -> None:
    """The section enters what was evaluated before this system."""
    with play.acting("li", moment) as work:
        for number, (unit, ago, kind, grade) in enumerate(content.EARLIER, start=11):
            if unit in play.units:
                year = moment.year + ago
                actions.add_earlier(work, EarlierForm(unit=unit, year=year, kind=kind, grade=grade,  # type: ignore[arg-type]
                                                      document=content.EARLIER_DOCUMENT.format(year=year, number=number)))


def draft(play: Play, first: int, moment: datetime) -> None:
    """The section drafts the plan and has the departments spread over its years."""
    with play.acting("li", moment) as work:
        plan = actions_plan.draft_plan(work, PlanForm(first_year=first, years=YEARS, **content.PLAN))
        actions_plan.propose_rows(work, plan)


def draft_system(play: Play, year: int, moment: datetime) -> None:
    """Next year's indicator system begins with this year's; one indicator has more points already, the others not yet fewer."""
    with play.acting("li", moment) as work:
        made = drafts.start(work, source="tengzhou-2026.yaml", title=content.NEXT_SYSTEM.format(year=year), version=f"{year}.1")
        drafts.change(work, made, {("indicators", "A101", "points"): "5"}, revision=made.revision)


def _plan(work: Work, first: int) -> EvaluationPlan:
    found = queries.find_plan(work, f"{first}-{first + YEARS - 1}")
    if found is None:
        raise LookupError("no plan")
    return found


def hand_over(play: Play, first: int, moment: datetime) -> None:
    """The plan goes to the commission."""
    with play.acting("li", moment) as work:
        actions_plan.hand_over(work, _plan(work, first))


def approve(play: Play, first: int, moment: datetime) -> None:
    """The commission approves it: the plan is issued as a document."""
    with play.acting("sun", moment) as work:
        resolution = content.RESOLUTION.format(year=moment.year, number=(moment.month + 2) // 3)
        actions_plan.approve(work, _plan(work, first), ApprovalForm(resolution=resolution))


def start_batch(play: Play, first: int, moment: datetime, *, census: date, opened: Mapping[str, tuple[datetime, datetime]]) -> None:
    """The first year's batch becomes a campaign, with teams, panel and windows."""
    with play.acting("li", moment) as work:
        campaign = actions_plan.start_batch(work, _plan(work, first), first, census_date=census)
        teams = make_teams(work, play, campaign)
        query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                 .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
        for place, (evaluation, unit) in enumerate(list(work.session.exec(query))):
            away = RECUSED.get(unit.code, ("", ""))[0]
            order = [*teams[place % len(teams):], *teams[: place % len(teams)]]
            assign_team(work, campaign, evaluation, next(team for team, members in order if away not in members))
        chair, *members = (user_of(work, play, login) for login in PANEL)
        make_panel(work, campaign, chair=chair, members=members)
        for kind, (opens, closes) in opened.items():
            windows.set_window(work, campaign, kind, opens_at=opens, closes_at=closes)


def hand_over_batch(play: Play, first: int, moment: datetime) -> None:
    """The batch waits for the commission."""
    with play.acting("li", moment) as work:
        batch = next(row for row in queries.batches_of(work, _plan(work, first)) if row.year == first)
        setup.hand_over(work, work.session.get_one(Campaign, batch.campaign_id))
