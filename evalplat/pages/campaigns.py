"""Campaigns: the list, the page of one with its stage bar and table of units, the table as an Excel file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from evalplat.access.acts import Act
from evalplat.access.tasks import waiting_for
from evalplat.campaigns import modes
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import Wanted, columns, paged, wanted
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context

from .places import campaign_tabs, stage_hrefs
from .queries import campaigns as queries
from .queries import setup, stages, units, watch
from .queries.export import MEDIA_TYPE, workbook

router = APIRouter()
COLUMNS = (("name", N_("Department"), False), ("stage", N_("Stage"), False), ("team", N_("Team"), False),
           ("answers", N_("Answers"), True), ("total", N_("Score"), True), ("grade", N_("Grade"), False),
           ("findings", N_("Problems found"), True), ("due", N_("Deadline"), False))
HEADS = (N_("Code"), N_("Department"), N_("Category"), N_("State"), N_("Team"), N_("Answers"), N_("Score"), N_("Grade"),
         N_("Result version"), N_("Problems found"), N_("Deadline"), N_("submitted late"), N_("Few answers in a survey"))


@router.get("/c")
def list_campaigns(ctx: Annotated[Context, guard.office(Act.SEE_CAMPAIGNS)]) -> Response:
    """Every campaign of this person."""
    return ctx.render("pages/campaigns.html", lines=queries.campaigns_of(ctx.work))


def _ask(ctx: Context) -> Wanted:
    return wanted(ctx.base, ctx.request.query_params, filters=units.FILTERS, sorts=units.SORTS)


@router.get("/c/{campaign}")
def campaign_page(ctx: Annotated[Context, guard.campaign(Act.SEE_CAMPAIGN)]) -> Response:
    """Where every unit is. A unit's people go on to their own file: they never see another one."""
    if ctx.person.unit_ids and not ctx.person.of_office:
        own = next((file for file in queries.own_files(ctx.work) if file.href.startswith(f"{ctx.base}/u/")), None)
        return RedirectResponse(own.href if own else "/", 303)
    if ctx.campaign.kind == modes.REGISTER:
        return RedirectResponse(f"{ctx.base}/follow-up" if ctx.can(Act.SEE_SUMMARY) else "/", 303)
    return page(ctx)


def page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    """The campaign's page, with what was typed into a refused form of it."""
    campaign, ask = ctx.campaign, _ask(ctx)
    rows = units.rows_of(ctx.work, campaign)
    chosen = units.chosen(rows, ask)
    inside = ctx.can(Act.SEE_SUMMARY)
    approves = campaign.state == "drafted" and ctx.can(Act.APPROVE_CAMPAIGN)
    specs = [(key, gettext(label), num) for key, label, num in COLUMNS]
    return ctx.render(
        "pages/campaign.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
        line=queries.line_of(ctx.work, campaign, len(rows)), clock=queries.clock_of(ctx.work, campaign), tabs=campaign_tabs(ctx),
        bar=stages.campaign_bar(ctx.work, campaign, stage_hrefs(ctx, unit=False)), ask=ask, offers=units.offers(rows),
        tasks=waiting_for(ctx.work, ctx.person, campaign_id=campaign.id), rows=paged(chosen, ask), total=len(rows),
        columns=columns(ask, specs, sortable=units.SORTS),
        watch=watch.things_to_watch(ctx.work, campaign, rows) if inside else None,
        needs=queries.people_needed(ctx.work, campaign) if inside else [],
        handed=queries.handed_over(ctx.work, campaign),
        plan=setup.plan_of(ctx.work, campaign) if approves else None)


@router.get("/c/{campaign}/units.xlsx")
def export_units(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """The table with the same filter."""
    rows = units.chosen(units.rows_of(ctx.work, ctx.campaign), _ask(ctx))
    heads = [gettext(text) for text in HEADS]
    body = ((r.code, r.name, r.category_label, r.state_label, r.team, r.answers, r.total, r.grade, r.version, r.findings, r.due_at,
             gettext("submitted late") if r.late else None, gettext("few answers") if r.few else None) for r in rows)
    note = gettext("Scores are from frozen result versions; an empty cell means that there is none yet.")
    return download(workbook(ctx.campaign.title, heads, body, notes=[note]), f"{ctx.campaign.title}.xlsx", media_type=MEDIA_TYPE)
