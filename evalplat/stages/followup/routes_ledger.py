"""The rectification ledger of a campaign, as a page and as an Excel file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.findings.kinds import SEVERITIES
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context

from . import queries, queries_ledger, rules
from .queries_ledger import Filter

router = APIRouter()
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/c/{campaign}/follow-up")
def ledger_page(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """Every item of the campaign, filtered by the address."""
    wanted, lines = Filter.read(ctx.request.query_params), queries_ledger.ledger(ctx.work, ctx.campaign)
    return ctx.render("stages/followup/ledger.html", campaign=ctx.campaign, lines=[one for one in lines if wanted.takes(one)],
                      total=len(lines), wanted=wanted, bars=queries_ledger.bars(lines), rules=rules, severities=SEVERITIES,
                      holds=queries.holds_of_campaign(ctx.work, ctx.campaign), query=ctx.request.url.query)


@router.get("/c/{campaign}/follow-up.xlsx")
def ledger_file(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """The same lines as a file."""
    wanted = Filter.read(ctx.request.query_params)
    lines = [one for one in queries_ledger.ledger(ctx.work, ctx.campaign) if wanted.takes(one)]
    data = queries_ledger.workbook(lines, title=ctx.campaign.title)
    return download(data, f"rectification-{ctx.campaign.code}.xlsx", media_type=EXCEL)
