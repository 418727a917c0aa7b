"""Chasing: what is late or due soon and with whom, texts to copy, calls on record, and lists as Excel files."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from evalplat.access.acts import Act
from evalplat.campaigns.calls import calls_of, log_call
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.listing import Wanted, columns, paged, wanted
from evalplat.web import guard
from evalplat.web.answers import download
from evalplat.web.render import Context, said

from .places import campaign_tabs, opens
from .queries import chasing as queries
from .queries import documents
from .queries.chasing_texts import messages
from .queries.export import MEDIA_TYPE, workbook

router = APIRouter()
PAGE_SIZE = 100
LOGGED = said(N_("The call is on record."))
COLUMNS = (("unit", N_("Department"), False), ("what", N_("What is missing"), False), ("who", N_("With whom"), False),
           ("since", N_("Since"), False), ("due", N_("Deadline"), False), ("days", N_("Working days over or left"), False),
           ("calls", N_("Calls"), False))
HEADS = (N_("Code"), N_("Department"), N_("Category"), N_("Team"), N_("Stage"), N_("What is missing"), N_("Waits for"),
         N_("With whom"), N_("Since"), N_("Deadline"), N_("Working days overdue"), N_("Calls"), N_("Last call"), N_("Who was called"),
         N_("What was said"), N_("Promised for"))
DOCUMENT_HEADS = (N_("Title"), N_("Kind"), N_("Number"), N_("State"), N_("Department"), N_("Date"))


class CallForm(BaseModel):
    """A call: who was reached, what was said, by when it was promised."""

    called: str = Field(min_length=1, max_length=60)
    said: str = Field(min_length=1, max_length=1000)
    promised_on: date | None = None


def _ask(ctx: Context) -> Wanted:
    return wanted(f"{ctx.base}/chasing", ctx.request.query_params, filters=queries.FILTERS, sorts=queries.SORTS)


@router.get("/c/{campaign}/chasing")
def chasing(ctx: Annotated[Context, guard.campaign(Act.SEE_CHASING)]) -> Response:
    """The table, to be filtered and ticked."""
    ask = _ask(ctx)
    rows = queries.rows_of(ctx.work, ctx.campaign, within=queries.days_wanted(ask))
    chosen = queries.chosen(rows, ask)
    page = paged(chosen, ask, size=PAGE_SIZE)
    specs = [(key, gettext(label), num) for key, label, num in COLUMNS]
    return ctx.render(
        "pages/chasing.html", campaign=ctx.campaign, tabs=campaign_tabs(ctx, current="chasing"), ask=ask, offers=queries.offers(rows),
        rows=page, total=len(rows), late=sum(row.late for row in chosen), days=queries.days_wanted(ask),
        columns=columns(ask, specs, sortable=queries.SORTS), units=len({row.unit_code for row in chosen}),
        opens=opens(ctx, [row.href for row in page.rows]))


@router.get("/c/{campaign}/chasing/messages")
def texts(ctx: Annotated[Context, guard.campaign(Act.SEE_CHASING)]) -> Response:
    """A text for each ticked unit (for all of the filter, if none is ticked)."""
    ask, ticked = _ask(ctx), set(ctx.request.query_params.getlist("unit"))
    within = queries.days_wanted(ask)
    rows = queries.chosen(queries.rows_of(ctx.work, ctx.campaign, within=within), ask)
    picked = [row for row in rows if not ticked or row.unit_code in ticked]
    return ctx.render("pages/chasing_messages.html", campaign=ctx.campaign, ask=ask,
                      messages=messages(ctx.work, ctx.campaign, picked, within=within))


@router.get("/c/{campaign}/chasing.xlsx")
def export(ctx: Annotated[Context, guard.campaign(Act.SEE_CHASING)]) -> Response:
    """The table with the same filter."""
    ask = _ask(ctx)
    rows = queries.chosen(queries.rows_of(ctx.work, ctx.campaign, within=queries.days_wanted(ask)), ask)
    body = ((r.unit_code, r.unit_name, r.category_label, r.team, r.stage_label, r.what, r.side_label, r.who, r.since, r.due_at,
             r.days if r.late else None, r.calls, *((r.last_call.at, r.last_call.called, r.last_call.said, r.last_call.promised_on)
                                                    if r.last_call else (None,) * 4)) for r in rows)
    title = gettext("Chasing") + f" {ctx.campaign.title}"
    return download(workbook(title, [gettext(head) for head in HEADS], body), f"{title}.xlsx", media_type=MEDIA_TYPE)


def _calls(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    rows = [row for row in queries.rows_of(ctx.work, ctx.campaign, within=queries.SOON) if row.unit_code == ctx.unit.code]
    return ctx.render("pages/calls.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit, errors=errors or {},
                      values=ctx.posted.values(), calls=calls_of(ctx.work, [ctx.evaluation.id or 0]).get(ctx.evaluation.id or 0, []),
                      rows=rows)


@router.get("/c/{campaign}/u/{unit}/calls")
def calls(ctx: Annotated[Context, guard.evaluation(Act.LOG_CALL)]) -> Response:
    """The calls to one unit, and what it owes."""
    return _calls(ctx)


@router.post("/c/{campaign}/u/{unit}/calls")
def record_call(ctx: Annotated[Context, guard.evaluation(Act.LOG_CALL)]) -> Response:
    """Put a call on record."""
    checked = ctx.parse(CallForm)
    if checked.model is None:
        return _calls(ctx, errors=checked.errors)
    form = checked.model
    try:
        log_call(ctx.work, ctx.evaluation, called=form.called, said=form.said, promised_on=form.promised_on)
    except Invalid as error:
        return _calls(ctx, errors=ctx.refused(error))
    return ctx.see(f"{ctx.base}/calls", said=LOGGED)


@router.get("/documents.xlsx")
def export_documents(ctx: Annotated[Context, guard.office(Act.SEE_CAMPAIGNS)]) -> Response:
    """The documents that I may read, with the filter of their list."""
    ask = wanted("/documents", ctx.request.query_params, filters=documents.FILTERS)
    body = ((one.title, one.kind_label, one.number, one.state_label, one.unit, one.at)
            for one in documents.documents_in_scope(ctx.work, ask))
    title = gettext("Documents")
    return download(workbook(title, [gettext(head) for head in DOCUMENT_HEADS], body), f"{title}.xlsx", media_type=MEDIA_TYPE)
