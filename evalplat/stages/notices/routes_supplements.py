"""Supplementary notices: the section drafts and numbers, the director issues, every unit confirms receipt."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_supplements as actions
from . import queries_supplements as queries
from .forms import SupplementForm
from .tables import Supplement

router = APIRouter()
LIST = "/c/{campaign}/notice/supplements"
ONE = LIST + "/{ordinal}"

DRAFTED = said(N_("The supplementary notice is drafted. Nothing has changed yet."))
NUMBERED = said(N_("It has its number and waits for the director."))
ISSUED = said(N_("The supplementary notice is issued, and what it announces is done."))
DROPPED = said(N_("The draft is given up."))
RECEIVED = said(N_("You have confirmed receipt."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    rows = queries.supplements_of(ctx.work, ctx.campaign)
    return ctx.render("stages/notices/supplements.html", status=422 if errors else 200, campaign=ctx.campaign, errors=errors or {},
                      values=ctx.posted.values(), choices=queries.choices_of(ctx.work, ctx.campaign),
                      lines=[(row, queries.document_of(ctx.work, row)) for row in rows])


@router.get(LIST)
def supplements(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)]) -> Response:
    """All of them, and the form for a new one."""
    return _page(ctx)


@router.post(LIST)
def draft(ctx: Annotated[Context, guard.campaign(Act.DRAFT_NOTICE)]) -> Response:
    """Draft one; nothing changes yet."""
    checked = ctx.parse(SupplementForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors)
    try:
        row = actions.draft(ctx.work, ctx.campaign, checked.model)
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    return ctx.see(f"{ctx.base}/notice/supplements/{row.ordinal}", said=DRAFTED)


def _found(ctx: Context, ordinal: str) -> Supplement:
    row = queries.supplement_by(ctx.work, ctx.campaign, int(ordinal)) if ordinal.isdecimal() and len(ordinal) < 5 else None
    if row is None:
        raise NotFound
    return row


@router.get(ONE)
def supplement(ctx: Annotated[Context, guard.campaign(Act.SEE_SUMMARY)], ordinal: str) -> Response:
    """Before and after, and who has received it."""
    row = _found(ctx, ordinal)
    return ctx.render("stages/notices/supplement.html", campaign=ctx.campaign, row=row, document=queries.document_of(ctx.work, row),
                      receipts=queries.receipts_of(ctx.work, row) if row.state == "issued" else [])


@router.post(f"{ONE}/number")
def number(ctx: Annotated[Context, guard.campaign(Act.DRAFT_NOTICE)], ordinal: str) -> Response:
    """Give it its number."""
    row = _found(ctx, ordinal)
    actions.number(ctx.work, ctx.campaign, row)
    return ctx.see(f"{ctx.base}/notice/supplements/{row.ordinal}", said=NUMBERED)


@router.post(f"{ONE}/drop")
def drop(ctx: Annotated[Context, guard.campaign(Act.DRAFT_NOTICE)], ordinal: str) -> Response:
    """Give the draft up."""
    actions.drop(ctx.work, ctx.campaign, _found(ctx, ordinal))
    return ctx.see(f"{ctx.base}/notice/supplements", said=DROPPED)


@router.post(f"{ONE}/issue")
def issue(ctx: Annotated[Context, guard.campaign(Act.ISSUE_SUPPLEMENT)], ordinal: str) -> Response:
    """Issue it and do what it announces."""
    row = _found(ctx, ordinal)
    actions.issue(ctx.work, ctx.campaign, row)
    return ctx.see(f"{ctx.base}/notice/supplements/{row.ordinal}", said=ISSUED)


@router.post("/c/{campaign}/u/{unit}/notice/supplements/{ordinal}/receipt")
def acknowledge(ctx: Annotated[Context, guard.evaluation(Act.ACKNOWLEDGE_SUPPLEMENT)], ordinal: str) -> Response:
    """The unit confirms that it has it."""
    actions.acknowledge(ctx.work, ctx.evaluation, _found(ctx, ordinal))
    return ctx.see(f"{ctx.base}/notice", said=RECEIVED)
