"""The campaign's summary: figures that open to their rows, conclusion, the report and its interim form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import moves
from evalplat.documents.tables import Document
from evalplat.files.store import read
from evalplat.files.tables import StoredFile
from evalplat.findings.queries import knows_every_referral
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, speaking
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said

from . import actions, queries, queries_excel, queries_page
from .forms import SummaryForm
from .queries_compare import comparison
from .queries_draft import drafts, values_of
from .queries_view import chapters
from .rules_draft import CHAPTERS
from .tables import SummaryText

router = APIRouter()
CONCLUDED = said(N_("The evaluation is concluded. Ranks and grades are fixed; the report can be written."))
WRITTEN = said(N_("The report is saved and its proof renewed."))
ISSUED = said(N_("The report is issued."))
INTERIM = said(N_("The interim report is being made; its PDF is ready in a moment."))
NOT_READY = said(N_("The PDF of the interim report is still being made."))
Reader = Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]
Writer = Annotated[Context, guard.campaign(Act.DRAFT_SUMMARY)]


def _document(ctx: Context, key: int | None) -> Document | None:
    return ctx.session.get(Document, key) if key else None


def _knows(ctx: Context) -> bool:
    """Whether referrals are counted by kind and unit for this person; everybody else reads one number of them."""
    return ctx.can(Act.SEE_REFERRALS) and knows_every_referral(ctx.work, ctx.campaign.id)


@router.get("/c/{campaign}/summary")
def summary_page(ctx: Reader) -> Response:
    """Figures of the campaign as it stands, and the report."""
    text = queries.text_of(ctx.work, ctx.campaign)
    view = queries_page.page_of(ctx.work, ctx.campaign, referrals=_knows(ctx))
    blocked = moves.campaign_blocked_by(ctx.work, ctx.campaign, "conclude") if ctx.campaign.state == "issued" else ()
    return ctx.render("stages/summaries/summary.html", campaign=ctx.campaign, view=view, found=view.found, snapshot=view.snapshot,
                      knows=_knows(ctx), text=text, document=_document(ctx, text.document_id if text else None),
                      interim=_document(ctx, text.interim_id if text else None), blocked=blocked)


@router.get("/c/{campaign}/summary/rows/{book}")
def rows_page(ctx: Reader, book: str) -> Response:
    """The rows behind one figure."""
    rows = queries_page.rows_of(ctx.work, ctx.campaign, book, dict(ctx.request.query_params), referrals=_knows(ctx))
    if rows is None:
        raise NotFound
    return ctx.render("stages/summaries/rows.html", campaign=ctx.campaign, rows=rows)


@router.get("/c/{campaign}/summary.xlsx")
def excel(ctx: Reader) -> Response:
    """All annexes as sheets."""
    data = queries_excel.workbook(ctx.work, ctx.campaign, referrals=_knows(ctx))
    return download(data, f"{ctx.campaign.title}.xlsx", media_type=queries_excel.MEDIA_TYPE)


@router.post("/c/{campaign}/summary/conclude")
def conclude(ctx: Annotated[Context, guard.campaign(Act.CONCLUDE_CAMPAIGN)]) -> Response:
    """Conclude the evaluation."""
    actions.conclude(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/summary", said=CONCLUDED)


def _text_page(ctx: Context, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> Response:
    with speaking("zh"):
        found = queries.overview(ctx.work, ctx.campaign, referrals=False)
        compared = comparison(ctx.work, ctx.campaign, found.units)
    text = queries.text_of(ctx.work, ctx.campaign) or SummaryText(campaign_id=ctx.campaign.id or 0, office_id=ctx.work.office_id)
    first = drafts(found, compared)
    typed = values or {name: getattr(text, name) or first[name] for name in CHAPTERS}
    return ctx.render("stages/summaries/text.html", status=422 if errors else 200, campaign=ctx.campaign, values=typed,
                      errors=errors or {}, numbers=values_of(found, compared), drafted=text.written_by is None,
                      filled=chapters(text, found, compared, draft=True),
                      document=_document(ctx, text.document_id), snapshot=queries.snapshot_of(ctx.work, ctx.campaign))


@router.get("/c/{campaign}/summary/text")
def text_page(ctx: Writer) -> Response:
    """The chapters, drafted from the figures until somebody writes them."""
    return _text_page(ctx)


@router.post("/c/{campaign}/summary")
def write_summary(ctx: Writer) -> Response:
    """Save the chapters."""
    checked = ctx.parse(SummaryForm)
    if checked.model is None:
        return _text_page(ctx, values=checked.values, errors=checked.errors)
    try:
        actions.write_summary(ctx.work, ctx.campaign, checked.model)
    except Invalid as error:
        return _text_page(ctx, values=checked.values, errors=ctx.refused(error))
    return ctx.see(f"{ctx.base}/summary", said=WRITTEN)


@router.post("/c/{campaign}/summary/issue")
def issue_summary(ctx: Annotated[Context, guard.campaign(Act.ISSUE_SUMMARY)]) -> Response:
    """Issue the report."""
    actions.issue_summary(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/summary", said=ISSUED)


@router.post("/c/{campaign}/summary/interim")
def make_interim(ctx: Writer) -> Response:
    """A report on what is final so far."""
    actions.make_interim(ctx.work, ctx.campaign)
    return ctx.see(f"{ctx.base}/summary#interim", said=INTERIM)


@router.get("/c/{campaign}/summary/interim.pdf")
def interim_pdf(ctx: Reader) -> Response:
    """The interim report on paper."""
    text = queries.text_of(ctx.work, ctx.campaign)
    if text is None or text.interim_id is None:
        raise NotFound
    file = ctx.session.get(StoredFile, text.interim_file_id) if text.interim_file_id else None
    if file is None:
        return ctx.see(f"{ctx.base}/summary#interim", said=NOT_READY, kind="warn")
    return download(read(file), file.name, media_type="application/pdf", inline=True)
