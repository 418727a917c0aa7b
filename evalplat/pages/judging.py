"""Experts compare the indicators of a draft's block two at a time; the office sees what the group makes of it and takes it over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import judging
from evalplat.campaigns.tables import DefinitionDraft
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import guard
from evalplat.web.render import Context, said

from .definition_drafts import draft_of, revision_of
from .queries import judgements
from .queries import judging as queries

router = APIRouter()
SAVED = said(N_("Saved."))
HANDED_IN = said(N_("Handed in. It counts for the group from now on."))
TAKEN_BACK = said(N_("Taken back. You can change your answers; they do not count until you hand them in again."))
TAKEN_OVER = said(N_("The group's weights stand in the draft. Nothing counts before it is published."))
Judge = Annotated[Context, guard.office(Act.JUDGE_WEIGHTS)]
Edit = Annotated[Context, guard.office(Act.EDIT_DEFINITIONS)]


@router.get("/definitions/drafts/{draft}/judge/{block}")
def own_page(ctx: Judge, draft: str, block: str) -> Response:
    """The questions of a block with the present person's answers; nobody else's."""
    return _own(ctx, draft_of(ctx, draft), block)


def _own(ctx: Context, draft: DefinitionDraft, block: str, *, refused: str = "") -> Response:
    return ctx.render("pages/judge.html", status=409 if refused else 200, one=queries.judging_of(ctx.work, draft, block), refused=refused,
                      here=queries.address(draft, block), group=queries.address(draft, block, group=True))


@router.post("/definitions/drafts/{draft}/judge/{block}")
def answer(ctx: Judge, draft: str, block: str) -> Response:
    """Store one answer at once, or hand in or take back the whole; htmx gets questions and result back."""
    row, posted = draft_of(ctx, draft), ctx.posted
    here, deed = queries.address(row, block), posted.get("go")
    try:
        if deed == "hand_in":
            judging.hand_in(ctx.work, row, block)
            return ctx.see(here, said=HANDED_IN)
        if deed == "take_back":
            judging.take_back(ctx.work, row, block)
            return ctx.see(here, said=TAKEN_BACK)
        value = "" if deed == "leave_out" else posted.get("between") if deed == "between" else posted.get("value")
        if deed != "leave_out" and not value:
            return _own(ctx, row, block, refused=gettext("Choose an answer first."))
        judging.judge(ctx.work, row, block, first=posted.get("first"), second=posted.get("second"), value=value)
    except Refused as error:
        ctx.work.undo()
        return _own(ctx, draft_of(ctx, draft), block, refused=gettext(error.message, **error.params))
    if ctx.request.headers.get("hx-request"):
        return _own(ctx, row, block)
    place = posted.get("place")
    known = {one.anchor for one in queries.judging_of(ctx.work, row, block).rows}
    return ctx.see(f"{here}#{place}" if place in known else here, said=SAVED)


@router.get("/definitions/drafts/{draft}/judgements/{block}")
def group_page(ctx: Edit, draft: str, block: str) -> Response:
    """Who handed in, how far they agree, and the group's weights beside the file's."""
    return _group(ctx, draft_of(ctx, draft), block)


def _group(ctx: Context, draft: DefinitionDraft, block: str, *, refused: str = "", status: int = 200) -> Response:
    one = judgements.group_of(ctx.work, draft, block)
    others = [(queries.title_of(other), queries.address(draft, other.code, group=True), other.code == block)
              for other in judging.blocks_of(draft)]
    return ctx.render("pages/judgements.html", status=status, one=one, refused=refused, others=others,
                      here=queries.address(draft, block, group=True), own=queries.address(draft, block))


@router.post("/definitions/drafts/{draft}/judgements/{block}")
def take_over(ctx: Edit, draft: str, block: str) -> Response:
    """Write the group's weights into the draft, if nobody saved it meanwhile."""
    row = draft_of(ctx, draft)
    try:
        judging.take_over(ctx.work, row, block, revision=revision_of(ctx))
    except Invalid as error:
        wrong = ctx.refused(error)
        return _group(ctx, draft_of(ctx, draft), block, refused=wrong.get("revision", ""), status=422)
    return ctx.see(queries.address(row, block, group=True), said=TAKEN_OVER)
