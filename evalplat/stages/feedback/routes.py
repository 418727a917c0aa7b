"""The page of one evaluation's letter: the office writes and issues it, the unit reads and receives it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.files.store import keep
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.scores.words import mark_text, reason_text
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions, queries
from .forms import LetterForm, PaperForm
from .rules import HOW

router = APIRouter()

WRITTEN = said(N_("The letter is saved and its proof renewed."))
NUMBERED = said(N_("The letter has its number and waits for the director."))
ISSUED = said(N_("The letter is issued. The department sees its result now."))
RECEIVED = said(N_("You have confirmed receipt. From now on you can object until the date shown below."))
RECORDED = said(N_("The paper receipt is recorded. The time to object runs from now."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    view = queries.feedback_page(ctx.work, ctx.evaluation)
    of_unit = ctx.evaluation.unit_id in ctx.person.unit_ids
    return ctx.render("stages/feedback/feedback.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
                      state=ctx.evaluation.state, view=view, errors=errors or {}, of_unit=of_unit, how=HOW,
                      values={**view.typed, **ctx.posted.values()}, reason=reason_text, mark=mark_text)


@router.get("/c/{campaign}/u/{unit}/feedback")
def show(ctx: Annotated[Context, guard.evaluation(Act.SEE_LETTER)]) -> Response:
    """Letter, receipt, time to object, and the score for who may see it."""
    return _page(ctx)


@router.post("/c/{campaign}/u/{unit}/feedback/letter")
def write_letter(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_LETTER)]) -> Response:
    """Save the letter; the proof is renewed."""
    checked = ctx.parse(LetterForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors)
    actions.write_letter(ctx.work, ctx.evaluation, checked.model)
    return ctx.see(f"{ctx.base}/feedback#letter", said=WRITTEN)


@router.post("/c/{campaign}/u/{unit}/feedback/number")
def number(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_LETTER)]) -> Response:
    """Give it its number and hand it to the director."""
    actions.number(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/feedback#letter", said=NUMBERED)


@router.post("/c/{campaign}/u/{unit}/feedback/issue")
def issue(ctx: Annotated[Context, guard.evaluation(Act.ISSUE_LETTER)]) -> Response:
    """Issue it to the unit."""
    actions.issue(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/feedback", said=ISSUED)


@router.post("/c/{campaign}/u/{unit}/feedback/receipt")
def receive(ctx: Annotated[Context, guard.evaluation(Act.RECEIVE_LETTER)]) -> Response:
    """The unit confirms that it has the letter."""
    actions.receive(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/feedback", said=RECEIVED)


@router.post("/c/{campaign}/u/{unit}/feedback/paper-receipt")
def record_receipt(ctx: Annotated[Context, guard.evaluation(Act.RECORD_RECEIPT)]) -> Response:
    """The office records a paper receipt, with its scan if there is one."""
    checked = ctx.parse(PaperForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors)
    try:
        upload = ctx.posted.file("scan")
        file = keep(ctx.work, upload.name, upload.data, purpose="letter_receipt", evaluation_id=ctx.evaluation.id,
                    field="scan") if upload else None
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    actions.receive(ctx.work, ctx.evaluation, how="paper", note=checked.model.note, file_id=file.id if file else None)
    return ctx.see(f"{ctx.base}/feedback", said=RECORDED)
