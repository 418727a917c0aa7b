"""The campaign's summary: figures that open to their rows, conclusion, the report."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import moves
from evalplat.documents.tables import Document
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions, queries
from .forms import SummaryForm

router = APIRouter()
CONCLUDED = said(N_("The campaign is concluded. Ranks and grades are fixed; the report can be written."))
WRITTEN = said(N_("The report is saved and its proof renewed."))
ISSUED = said(N_("The report is issued."))


def _page(ctx: Context, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> Response:
    text = queries.text_of(ctx.work, ctx.campaign)
    document = ctx.session.get(Document, text.document_id) if text and text.document_id else None
    return ctx.render("stages/summaries/summary.html", status=422 if errors else 200, campaign=ctx.campaign,
                      found=queries.overview(ctx.work, ctx.campaign, referrals=ctx.can(Act.SEE_REFERRALS)),
                      snapshot=queries.snapshot_of(ctx.work, ctx.campaign),
                      document=document, values=values or (text.model_dump() if text else {}), errors=errors or {},
                      blocked=moves.campaign_blocked_by(ctx.work, ctx.campaign, "conclude"))


@router.get("/c/{campaign}/summary")
def summary_page(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """Figures of the campaign as it stands, and the report."""
    return _page(ctx)


@router.post("/c/{campaign}/summary/conclude")
def conclude(ctx: Annotated[Context, guard.campaign(Act.CONCLUDE_CAMPAIGN)]) -> Response:
    """Conclude the campaign."""
    actions.conclude(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/summary", said=CONCLUDED)


@router.post("/c/{campaign}/summary")
def write_summary(ctx: Annotated[Context, guard.campaign(Act.DRAFT_SUMMARY)]) -> Response:
    """Save the chapters."""
    checked = ctx.parse(SummaryForm)
    if checked.model is None:
        return _page(ctx, values=checked.values, errors=checked.errors)
    actions.write_summary(ctx.work, ctx.campaign, checked.model)
    return ctx.see(f"{ctx.base}/summary", said=WRITTEN)


@router.post("/c/{campaign}/summary/issue")
def issue_summary(ctx: Annotated[Context, guard.campaign(Act.ISSUE_SUMMARY)]) -> Response:
    """Issue the report."""
    actions.issue_summary(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/summary", said=ISSUED)
