"""The boards: what is late and with whom for the director, the way of the findings for the section, posts beside demand and result."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.access.tasks import waiting_for
from evalplat.documents import charts
from evalplat.documents.parts import CountLine
from evalplat.kernel.i18n import N_, gettext, listed
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context

from .places import opens
from .queries import boards, boards_section, boards_staffing, deeds
from .queries.export import MEDIA_TYPE, workbook

router = APIRouter()
Reader = Annotated[Context, guard.office(Act.SEE_BOARDS)]
TABS = (("/board", N_("What is late")), ("/board/section", N_("Findings and teams")), ("/board/staffing", N_("Posts and demand")))
HEADS = (N_("Code"), N_("Department"), N_("Category"), N_("Approved"), N_("In post"), N_("Vacant"), N_("Vacant, per cent"), N_("Over"),
         N_("Waiting for entry"), N_("Reserved"), N_("Off-establishment"), N_("Off-establishment cap"), N_("Requests held up"),
         N_("Workload"), N_("Score"), N_("Y"), N_("Grade"), N_("Under study"), N_("Suggested by the figures"))


def _frame(ctx: Context, picked: boards.Choice) -> dict[str, Any]:
    here = ctx.request.url.path
    asked = f"?campaign={picked.asked}" if picked.asked else ""
    return {"picked": picked, "here": here, "asked": asked,
            "tabs": [{"label": gettext(label), "href": href + asked, "current": href == here} for href, label in TABS]}


@router.get("/board")
def board(ctx: Reader) -> Response:
    """What is late and with whom, what waits for me, objections, holds, the slowest, the end in sight."""
    picked = boards.choice(ctx.work, ctx.request.query_params.get("campaign", ""))
    codes = {one.code for one in picked.chosen}
    mine = [task for task in waiting_for(ctx.work, ctx.person) if not task.campaign or task.campaign in codes]
    return ctx.render("pages/board.html", **_frame(ctx, picked), board=boards.board(ctx.work, picked.chosen), mine=deeds.grouped(mine))


@router.get("/board/late")
def late(ctx: Reader) -> Response:
    """The overdue tasks behind a figure."""
    picked = boards.choice(ctx.work, ctx.request.query_params.get("campaign", ""))
    rows = boards.late_tasks(ctx.work, picked.chosen, boards.places_of(ctx.work, picked.chosen))
    who = ctx.request.query_params.get("who", "")
    shown = [row for row in rows if who in ("", row.who)]
    return ctx.render("pages/board_late.html", **_frame(ctx, picked), opens=opens(ctx, [row.href for row in shown]), rows=shown)


@router.get("/board/section")
def section(ctx: Reader) -> Response:
    """The way of the findings, closing rates, the load of the teams, answers to the surveys."""
    picked = boards.choice(ctx.work, ctx.request.query_params.get("campaign", ""))
    found = boards_section.board(ctx.work, picked.chosen, boards.places_of(ctx.work, picked.chosen))
    drawn = [charts.steps([CountLine(label=label, count=n) for _, label, n in found.funnel], title=gettext("Progress of the findings"))]
    if found.teams:
        drawn.append(charts.loads([(team.name, team.units - team.open, team.open) for team in found.teams],
                                  names=(gettext("final"), gettext("not final")), title=gettext("Workload of the teams")))
    return ctx.render("pages/board_section.html", **_frame(ctx, picked), board=found, charts=drawn)


@router.get("/board/findings")
def findings(ctx: Reader) -> Response:
    """The findings behind a figure."""
    asked = ctx.request.query_params
    picked = boards.choice(ctx.work, asked.get("campaign", ""))
    lines = boards_section.findings_of(ctx.work, picked.chosen, boards.places_of(ctx.work, picked.chosen))
    step = asked.get("step", "")
    rows = boards_section.chosen(lines, step=step, unit=asked.get("unit", ""), category=asked.get("category", ""),
                                 late=asked.get("late") == "1")
    return ctx.render("pages/board_findings.html", **_frame(ctx, picked), rows=[(row, boards_section.words(row)) for row in rows],
                      said=gettext(boards_section.STEPS.get(step, "")) if step in boards_section.STEPS else "")


@router.get("/board/staffing")
def staffing(ctx: Reader) -> Response:
    """Posts beside demand beside result."""
    picked = boards.choice(ctx.work, ctx.request.query_params.get("campaign", ""), settled=True)
    lines = boards_staffing.lines_of(ctx.work, picked.chosen[0]) if picked.chosen else []
    only = ctx.request.query_params.get("advice", "")
    shown = [line for line in lines if not only or only in line.candidates]
    return ctx.render("pages/board_staffing.html", **_frame(ctx, picked), lines=shown, all=lines, only=only, advice=boards_staffing.ADVICE,
                      dots=boards_staffing.dots(lines), bounds=boards_staffing)


@router.get("/board/staffing.xlsx")
def staffing_file(ctx: Reader) -> Response:
    """The same as an Excel file."""
    picked = boards.choice(ctx.work, ctx.request.query_params.get("campaign", ""), settled=True)
    lines = boards_staffing.lines_of(ctx.work, picked.chosen[0]) if picked.chosen else []
    rows = ((one.code, one.name, one.category, one.approved, one.actual, one.vacant, one.rate, one.over, one.pending, one.reserved,
             one.outside, one.cap, one.requests, one.load, one.total, one.score_y, one.grade, listed(one.studied),
             gettext("; ").join(gettext(boards_staffing.ADVICE[key]) for key in one.candidates)) for one in lines)
    title = gettext("Posts and demand")
    return download(workbook(title, [gettext(head) for head in HEADS], rows), f"{title}.xlsx", media_type=MEDIA_TYPE)
