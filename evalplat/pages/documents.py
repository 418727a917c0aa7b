"""Documents: the lists, one in its frame, its text as a page of its own under a policy of its own, its PDF."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from evalplat.access.acts import Act
from evalplat.documents.actions import view_of
from evalplat.documents.queries import find
from evalplat.documents.render import PREVIEW_CSP, render_html
from evalplat.documents.tables import Document
from evalplat.files.store import read
from evalplat.kernel.errors import NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.listing import paged, wanted
from evalplat.web import guard
from evalplat.web.answers import download, stored
from evalplat.web.render import Context

from .places import unit_tabs
from .queries import documents as queries
from .queries.evaluation import documents_for

router = APIRouter()
Reader = Annotated[Context, guard.office(Act.SEE_HOME)]
"""Who may read a document depends on the document; ``_found`` asks."""


def _found(ctx: Context, code: str) -> Document:
    document = find(ctx.session, ctx.person, code)
    if document is None:
        raise NotFound
    return document


@router.get("/documents")
def all_documents(ctx: Annotated[Context, guard.office(Act.SEE_CAMPAIGNS)]) -> Response:
    """Every document that I may read."""
    ask = wanted("/documents", ctx.request.query_params, filters=queries.FILTERS)
    return ctx.render("pages/documents.html", ask=ask, lines=paged(queries.documents_in_scope(ctx.work, ask), ask),
                      choices=queries.choices(ctx.work))


@router.get("/c/{campaign}/u/{unit}/documents")
def unit_documents(ctx: Annotated[Context, guard.evaluation(Act.SEE_DOCUMENTS)]) -> Response:
    """The documents of one unit."""
    return ctx.render("pages/unit_documents.html", campaign=ctx.campaign, unit=ctx.unit, tabs=unit_tabs(ctx, current="documents"),
                      lines=documents_for(ctx.work, ctx.person, ctx.evaluation))


@router.get("/c/{campaign}/u/{unit}/files/{file}")
def office_paper(ctx: Annotated[Context, guard.evaluation(Act.SEE_REPORT)], file: str) -> Response:
    """A scan that the office put on record for one unit: receipts, minutes, a refusal. The rooms give out their own files."""
    found = queries.paper_of(ctx.work, ctx.evaluation, file)
    if found is None:
        raise NotFound
    return stored(found)


@router.get("/documents/{code}.pdf")
def pdf(ctx: Reader, code: str) -> Response:
    """The stored file; while the job runs, on to the page that waits for it."""
    document = _found(ctx, code)
    if document.state == "draft":
        raise Refused(N_("A draft has no PDF yet. It is made when the document is issued."), href=f"/documents/{code}")
    file = queries.file_of(ctx.work, document)
    if file is None:
        return ctx.see(f"/documents/{code}/making")
    return download(read(file), f"{document.title}.pdf", media_type="application/pdf", inline=True)


@router.get("/documents/{code}/making")
def making(ctx: Reader, code: str) -> Response:
    """How far the PDF is; the block ``job`` alone when the page asks for itself again."""
    document = _found(ctx, code)
    return ctx.render("pages/document_waits.html", view=queries.document_page(ctx.work, document),
                      job=queries.making(ctx.work, document))


@router.get("/documents/{code}/page")
def document_text(ctx: Reader, code: str) -> Response:
    """The text alone: its own inline style, no script, shown only inside our own frame."""
    document = _found(ctx, code)
    html = render_html(document.kind, view_of(document))
    return HTMLResponse(html, headers={"content-security-policy": PREVIEW_CSP, "x-frame-options": "SAMEORIGIN"})


@router.get("/documents/{code}")
def document_frame(ctx: Reader, code: str) -> Response:
    """The document with its number, state and check sum."""
    return ctx.render("pages/document.html", view=queries.document_page(ctx.work, _found(ctx, code)))
