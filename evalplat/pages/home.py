"""Home: what waits for me by deadline, what to keep an eye on, then the foremost campaign."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.access.tasks import waiting_for
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import Wanted
from evalplat.people import calendar
from evalplat.web import guard
from evalplat.web.render import Context

from .places import exists
from .queries import campaigns as queries
from .queries import deeds, stages, units, watch
from .queries.first_steps import first_steps

router = APIRouter()
SHOWN = 8


@router.get("/")
def home(ctx: Annotated[Context, guard.office(Act.SEE_HOME)]) -> Response:
    """The first page after signing in."""
    tasks = waiting_for(ctx.work, ctx.person)
    deed, code = (ctx.request.query_params.get(name, "") for name in ("deed", "campaign"))
    if deed:
        return ctx.render("pages/home_deed.html", tasks=deeds.of_deed(tasks, deed, code))
    many = deeds.grouped(tasks) if len(tasks) > deeds.MANY else None
    campaigns = queries.campaigns_of(ctx.work) if ctx.can(Act.SEE_CAMPAIGNS) else []
    foremost = queries.foremost(campaigns, Counter(task.campaign for task in tasks))
    if foremost is None or ctx.person.unit_ids or not ctx.person.of_office:
        own = queries.own_files(ctx.work) if ctx.person.unit_ids else []
        return ctx.render("pages/home.html", empty_year=_empty_year(ctx), tasks=tasks, deeds=many, campaigns=campaigns, own=own,
                          doors=_doors(ctx), steps=first_steps(ctx.work) if ctx.can(Act.MANAGE_PEOPLE) else [])
    rows = units.rows_of(ctx.work, foremost.campaign)
    chosen = units.chosen(rows, Wanted("/", {}))
    keeps_watch = ctx.can(Act.SEE_SUMMARY, foremost.campaign)
    return ctx.render(
        "pages/home_campaign.html", empty_year=_empty_year(ctx), tasks=tasks, deeds=many, line=foremost, campaigns=campaigns,
        bar=stages.campaign_bar(ctx.work, foremost.campaign, {}), rows=chosen[:SHOWN], total=len(rows),
        watch=watch.things_to_watch(ctx.work, foremost.campaign, rows) if keeps_watch else None,
        clock=queries.clock_of(ctx.work, foremost.campaign), offers=units.offers(rows))


def _doors(ctx: Context) -> list[tuple[str, str]]:
    """Pages of the administrators, who have no campaign."""
    doors = ((Act.SEE_PEOPLE, "/people", N_("People")), (Act.SEE_AUDIT, "/audit", N_("Audit log")),
             (Act.SEE_JOBS, "/jobs", N_("Jobs")))
    return [(href, gettext(label)) for act, href, label in doors if ctx.can(act) and exists(ctx, href)]


def _empty_year(ctx: Context) -> int | None:
    """The year whose holidays are missing, for those who can enter them."""
    return calendar.year_to_fill(ctx.work) if ctx.can(Act.MANAGE_OFFICE) else None
