"""The rectification ledger of a campaign and of the office: page, paper, Excel; the look-back report of a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns.tables import Campaign
from evalplat.findings.kinds import DESTINATIONS, SEVERITIES, SOURCES, source_text
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import paged
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said

from . import (
    actions_report,
    queries,
    queries_ledger,
    queries_ledger_ask,
    queries_ledger_cells,
    queries_report,
    rules,
    rules_ladder,
)
from .forms import ReportForm
from .queries_ledger import LedgerLine
from .routes_form import answer, attempt

router = APIRouter()
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITTEN = said(N_("The report is written. The director issues it."))
ISSUED = said(N_("The look-back report is issued."))


def _page(ctx: Context, campaign: Campaign | None, *, errors: dict[str, str] | None = None) -> Response:
    """The same page for the office and for one campaign; ``paper=1`` is every chosen line without menus of pages."""
    here = f"/c/{campaign.code}/follow-up" if campaign else "/follow-up"
    query, lines = ctx.request.query_params, queries_ledger.ledger(ctx.work, campaign)
    ask = queries_ledger_ask.read(here, query)
    chosen, paper = queries_ledger_ask.chosen(ask, lines), query.get("paper") == "1"
    opened = next((one for one in chosen if one.row.number == query.get("line")), None)
    return ctx.render(
        "stages/followup/ledger_paper.html" if paper else "stages/followup/ledger.html", status=422 if errors else 200,
        campaign=campaign, ask=ask, here=here, lines=chosen, shown=paged(chosen, ask), columns=queries_ledger_ask.columns(ask),
        total=len(lines), bars=queries_ledger.bars(lines),
        holds=queries.holds_of_campaign(ctx.work, campaign) if campaign else (), rules=rules, ladder=rules_ladder,
        severities=SEVERITIES, source_text=source_text, sources=SOURCES, destinations=DESTINATIONS,
        opened=queries_ledger_cells.cells(opened) if opened else (), opened_line=opened,
        report=queries_report.report_view(ctx.work, campaign) if campaign else None, errors=errors or {}, values=ctx.posted.values())


def _chosen(ctx: Context, lines: Sequence[LedgerLine]) -> list[LedgerLine]:
    return queries_ledger_ask.chosen(queries_ledger_ask.read("", ctx.request.query_params), lines)


@router.get("/follow-up")
def office_ledger(ctx: Annotated[Context, guard.office(Act.SEE_SUMMARY)]) -> Response:
    """Every item of the office over all campaigns and sources."""
    return _page(ctx, None)


@router.get("/follow-up.xlsx")
def office_file(ctx: Annotated[Context, guard.office(Act.SEE_SUMMARY)]) -> Response:
    """The same lines as a file."""
    lines = _chosen(ctx, queries_ledger.ledger(ctx.work))
    return download(queries_ledger_cells.workbook(lines, title=gettext("Rectification ledger")), "rectification.xlsx", media_type=EXCEL)


@router.get("/c/{campaign}/follow-up")
def ledger_page(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """Every item of the campaign, filtered by the address."""
    return _page(ctx, ctx.campaign)


@router.get("/c/{campaign}/follow-up.xlsx")
def ledger_file(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """The same lines as a file."""
    lines = _chosen(ctx, queries_ledger.ledger(ctx.work, ctx.campaign))
    data = queries_ledger_cells.workbook(lines, title=ctx.campaign.title)
    return download(data, f"rectification-{ctx.campaign.code}.xlsx", media_type=EXCEL)


@router.post("/c/{campaign}/follow-up/report")
def write_report(ctx: Annotated[Context, guard.campaign(Act.WRITE_LOOK_BACK_REPORT)]) -> Response:
    """The section's conclusion from the look backs."""
    errors = attempt(ctx, ReportForm, lambda form: actions_report.write(ctx.work, ctx.campaign, form))
    return answer(ctx, errors, again=lambda found: _page(ctx, ctx.campaign, errors=found), to=f"{ctx.base}/follow-up#look-back",
                  said=WRITTEN)


@router.post("/c/{campaign}/follow-up/report/issue")
def issue_report(ctx: Annotated[Context, guard.campaign(Act.ISSUE_LOOK_BACK_REPORT)]) -> Response:
    """The report goes to the commission."""
    actions_report.issue(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/follow-up#look-back", said=ISSUED)
