"""What is published of the results: chosen with the plan; after the conclusion, the list for each audience."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.campaigns.tables import Campaign
from evalplat.kernel import templating
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import SystemActor
from evalplat.people.tables import Office
from evalplat.scores.publication import ALWAYS, AUDIENCES, CHOSEN, LABELS, Audience, policy_of, set_policy
from evalplat.scores.standing import standings
from evalplat.web import guard
from evalplat.web.render import Context, public_page, said
from evalplat.web.session import WorkDep
from evalplat.workflow.stages import CampaignState

from .places import campaign_tabs
from .queries.publication import published

router = APIRouter()
SAVED = said(N_("What is published is chosen. It is approved with the plan."))
OVER = (CampaignState.CONCLUDED, CampaignState.ARCHIVED)


@router.get("/c/{campaign}/publication")
def show(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """Who will be shown what."""
    policy = policy_of(ctx.campaign)
    choices = [(str(audience), gettext(AUDIENCES[audience]), [(str(what), gettext(LABELS[what])) for what in LABELS],
                [str(what) for what in LABELS if what in policy[audience]],
                [gettext(LABELS[what]) for what in LABELS if what in ALWAYS.get(audience, frozenset())]) for audience in CHOSEN]
    office = ctx.session.get_one(Office, ctx.work.office_id)
    return ctx.render("pages/publication.html", campaign=ctx.campaign, choices=choices, errors={},
                      tabs=campaign_tabs(ctx, current="plan"), open=ctx.campaign.state == CampaignState.DRAFTED,
                      public_href=f"/results/{office.code}/{ctx.campaign.code}")


@router.post("/c/{campaign}/publication")
def choose(ctx: Annotated[Context, guard.campaign(Act.SET_UP_CAMPAIGN)]) -> Response:
    """Choose, while the plan is not approved."""
    set_policy(ctx.work, ctx.campaign, {str(audience): ctx.posted.list(str(audience)) for audience in CHOSEN})
    return ctx.see(f"{ctx.base}/publication", said=SAVED)


@router.get("/c/{campaign}/results")
def results(ctx: Annotated[Context, guard.campaign(Act.SEE_PUBLISHED)]) -> Response:
    """The list as this person may see it; the office may look through the eyes of others (``?as=public``)."""
    office, asked = ctx.can(Act.SEE_SUMMARY), ctx.request.query_params.get("as", "")
    audience = Audience(asked) if office and asked in (Audience.EVALUATED, Audience.PUBLIC) else None
    concluded = ctx.campaign.state in OVER
    return ctx.render("pages/results.html", campaign=ctx.campaign, concluded=concluded, office=office, audience=audience or "",
                      tabs=campaign_tabs(ctx, current="results"),
                      found=published(ctx.work, ctx.campaign, audience=audience) if concluded else None,
                      sure=standings(ctx.work, ctx.campaign) if concluded and office and audience is None else {})


@router.get("/results/{office}/{campaign}")
def public_results(request: Request, work: WorkDep, office: str, campaign: str) -> Response:
    """The list for the public: nothing before the conclusion, nothing that the plan did not choose, no sign that there is more."""
    query = (select(Campaign).join(Office).where(Office.code == office, Campaign.code == campaign))
    found = work.session.exec(query).one_or_none()
    if found is None or found.state not in OVER or not policy_of(found)[Audience.PUBLIC]:
        raise NotFound
    work.actor = SystemActor(found.office_id)
    row = work.session.get_one(Office, found.office_id)
    text = templating.render("pages/results_public.html", page=public_page(request), campaign=found, office=row,
                             found=published(work, found, audience=Audience.PUBLIC))
    return HTMLResponse(text)
