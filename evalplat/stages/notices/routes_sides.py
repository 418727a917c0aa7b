"""The page of one unit's side state: what stands still and why; the director lets it stand still or go on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said
from evalplat.workflow.stages import SideState

from . import actions_sides, queries_sides
from .forms import ReasonForm, SideForm

router = APIRouter()
HERE = "/c/{campaign}/u/{unit}/aside"
PAGE = "stages/notices/aside.html"

HALTED = said(N_("It is done, and the letter is issued. The department sees it now."))
RESUMED = said(N_("The evaluation goes on. The letter with the new dates is issued."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None, part: str = "") -> Response:
    return ctx.render(PAGE, status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit, evaluation=ctx.evaluation,
                      view=queries_sides.aside_page(ctx.work, ctx.evaluation), errors=errors or {}, part=part,
                      values=ctx.posted.values())


@router.get(HERE)
def aside(ctx: Annotated[Context, guard.evaluation(Act.SEE_NOTICE)]) -> Response:
    """What stands still, since when and why."""
    return _page(ctx)


@router.post(HERE)
def stand_aside(ctx: Annotated[Context, guard.evaluation(Act.SET_SIDE_STATE)]) -> Response:
    """Suspend, exempt or end, with the letter."""
    checked = ctx.parse(SideForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="side")
    form = checked.model
    successor = queries_sides.unit_by_code(ctx.work, form.successor) if form.side == SideState.MERGED else None
    try:
        actions_sides.stand_aside(ctx.work, ctx.evaluation, SideState(form.side), reason=form.reason, successor=successor)
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error), part="side")
    return ctx.see(f"{ctx.base}/aside", said=HALTED)


@router.post(f"{HERE}/resume")
def resume(ctx: Annotated[Context, guard.evaluation(Act.SET_SIDE_STATE)]) -> Response:
    """Take a suspended evaluation up again, with the letter."""
    checked = ctx.parse(ReasonForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="resume")
    actions_sides.take_up_again(ctx.work, ctx.evaluation, reason=checked.model.reason)
    return ctx.see(f"{ctx.base}/aside", said=RESUMED)
