"""Pages of the notice: the office writes and issues it, a unit reads and receives it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import moves
from evalplat.documents import actions as documents
from evalplat.files.store import keep
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import (
    actions,
    queries,
    queries_supplements,
    queries_wording,
    routes_extensions,
    routes_recusal,
    routes_sides,
    routes_supplements,
)
from .forms import NoticeForm, ReceiptForm

router = APIRouter()
router.include_router(routes_sides.router)
router.include_router(routes_extensions.router)
router.include_router(routes_recusal.router)
router.include_router(routes_supplements.router)
PAGE = "stages/notices/notice.html"

WRITTEN = said(N_("The notice is saved."))
NUMBERED = said(N_("The notice has its number and waits for the director."))
ISSUED = said(N_("The notice is issued. Every department sees it now."))
RECEIVED = said(N_("You have confirmed receipt. The self-assessment is open now."))
EARLY = said(N_("You have confirmed receipt. The self-assessment can be filled in now and submitted from {year}-{month}-{day} on."))
RECORDED = said(N_("The receipt is recorded."))


def _campaign_page(ctx: Context, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> Response:
    notice = queries.notice_of(ctx.work, ctx.campaign)
    typed = values or (notice.model_dump() if notice else queries_wording.suggested(ctx.work, ctx.campaign))
    document = queries.document_of(ctx.work, ctx.campaign)
    return ctx.render(PAGE, status=422 if errors else 200, campaign=ctx.campaign, notice=notice, values=typed, begun=bool(notice or values),
                      errors=errors or {}, document=document, own_draft=documents.own_draft(ctx.work, document, ctx.campaign),
                      blocked=moves.campaign_blocked_by(ctx.work, ctx.campaign, "issue"),
                      receipts=queries.receipts(ctx.work, ctx.campaign))


@router.get("/c/{campaign}/notice")
def notice_page(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """The office's page of the notice: text, proof, number, receipts."""
    return _campaign_page(ctx)


@router.post("/c/{campaign}/notice")
def write_notice(ctx: Annotated[Context, guard.campaign(Act.DRAFT_NOTICE)]) -> Response:
    """Save the text; the proof is renewed."""
    checked = ctx.parse(NoticeForm)
    if checked.model is None:
        return _campaign_page(ctx, values=checked.values, errors=checked.errors)
    actions.write_notice(ctx.work, ctx.campaign, checked.model)
    return ctx.see(f"{ctx.base}/notice", said=WRITTEN)


@router.post("/c/{campaign}/notice/number")
def number_notice(ctx: Annotated[Context, guard.campaign(Act.DRAFT_NOTICE)]) -> Response:
    """Give it its number and hand it to the director."""
    actions.number_notice(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/notice", said=NUMBERED)


@router.post("/c/{campaign}/notice/issue")
def issue_notice(ctx: Annotated[Context, guard.campaign(Act.ISSUE_CAMPAIGN)]) -> Response:
    """Issue it to every unit."""
    actions.issue_notice(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}", said=ISSUED)


@router.get("/c/{campaign}/u/{unit}/notice")
def unit_notice(ctx: Annotated[Context, guard.evaluation(Act.SEE_NOTICE)]) -> Response:
    """The unit's page of the notice: read it, confirm receipt."""
    return _unit_page(ctx)


def _unit_page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("stages/notices/receipt.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
                      evaluation=ctx.evaluation, receipt=queries.receipt_of(ctx.work, ctx.evaluation),
                      document=queries.document_of(ctx.work, ctx.campaign), errors=errors or {},
                      values=ctx.posted.values(), deemed_at=queries.deemed_at(ctx.work, ctx.evaluation),
                      opens_later=queries.opens_later(ctx.work, ctx.evaluation),
                      supplements=queries_supplements.for_unit(ctx.work, ctx.evaluation))


@router.post("/c/{campaign}/u/{unit}/notice/receipt")
def acknowledge(ctx: Annotated[Context, guard.evaluation(Act.ACKNOWLEDGE_NOTICE)]) -> Response:
    """The unit confirms that it has the notice."""
    actions.acknowledge(ctx.work, ctx.evaluation)
    opens = queries.opens_later(ctx.work, ctx.evaluation)
    if opens is None:
        return ctx.see(f"{ctx.base}/assessment", said=RECEIVED)
    return ctx.see(f"{ctx.base}/assessment", said=EARLY, year=opens.year, month=opens.month, day=opens.day)


@router.post("/c/{campaign}/u/{unit}/notice/paper-receipt")
def record_receipt(ctx: Annotated[Context, guard.evaluation(Act.RECORD_RECEIPT)]) -> Response:
    """The office records a paper receipt, with its scan if there is one."""
    checked = ctx.parse(ReceiptForm)
    if checked.model is None:
        return _unit_page(ctx, errors=checked.errors)
    upload = ctx.posted.file("scan")
    try:
        file = keep(ctx.work, upload.name, upload.data, purpose="notice_receipt", evaluation_id=ctx.evaluation.id,
                    field="scan") if upload else None
    except Invalid as error:
        return _unit_page(ctx, errors=ctx.refused(error))
    actions.acknowledge(ctx.work, ctx.evaluation, how="paper", note=checked.model.note, file_id=file.id if file else None)
    return ctx.see(f"{ctx.base}", said=RECORDED)
