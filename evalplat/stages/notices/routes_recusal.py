"""The page of one unit's team: a unit asks that somebody keeps away, the office decides and changes places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_recusal as actions
from . import queries_recusal as queries
from .forms_recusal import ChangeForm, DecisionForm, GiveForm, RecusalForm
from .tables import RecusalRequest

router = APIRouter()
HERE = "/c/{campaign}/u/{unit}/team"
PAGE = "stages/notices/recusal.html"

DRAFTED = said(N_("The request is saved. It waits for the signature of your department's head."))
SIGNED = said(N_("The request is with the office now, which decides within its days."))
TAKEN_BACK = said(N_("The request is taken back."))
DECIDED = said(N_("The decision is issued; the department can read it."))
CHANGED = said(N_("The team of this department is changed."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None, part: str = "") -> Response:
    inside, arrange = not ctx.can(Act.ASK_RECUSAL), ctx.can(Act.ARRANGE_TEAM)
    return ctx.render(PAGE, status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit, evaluation=ctx.evaluation,
                      view=queries.team_page(ctx.work, ctx.evaluation, inside=inside, arrange=arrange), states=queries.STATES,
                      inside=inside, errors=errors or {}, part=part, values=ctx.posted.values() if errors else {})


@router.get(HERE)
def team_page(ctx: Annotated[Context, guard.evaluation(Act.SEE_TEAM)]) -> Response:
    """Who evaluates this unit, what changed, who was asked to keep away."""
    return _page(ctx)


def _do(ctx: Context, part: str, deed: Callable[[], object], done: str) -> Response:
    try:
        deed()
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error), part=part)
    return ctx.see(f"{ctx.base}/team", said=done)


def _request(ctx: Context, number: int) -> RecusalRequest:
    row = queries.find(ctx.work, ctx.evaluation, number)
    if row is None:
        raise NotFound
    return row


@router.post(HERE + "/recusal")
def ask(ctx: Annotated[Context, guard.evaluation(Act.ASK_RECUSAL)]) -> Response:
    """Write a request; who is the head signs it at once."""
    checked = ctx.parse(RecusalForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="ask")
    form, signs = checked.model, ctx.can(Act.SIGN_RECUSAL)
    return _do(ctx, "ask", lambda: actions.ask(ctx.work, ctx.evaluation, form, sign_now=signs), SIGNED if signs else DRAFTED)


@router.post(HERE + "/recusal/{number}/sign")
def sign(ctx: Annotated[Context, guard.evaluation(Act.SIGN_RECUSAL)], number: int) -> Response:
    """The head signs what the liaison wrote."""
    row = _request(ctx, number)
    return _do(ctx, "ask", lambda: actions.sign(ctx.work, ctx.evaluation, row), SIGNED)


@router.post(HERE + "/recusal/{number}/take-back")
def take_back(ctx: Annotated[Context, guard.evaluation(Act.SIGN_RECUSAL)], number: int) -> Response:
    """The department asks no longer."""
    row = _request(ctx, number)
    return _do(ctx, "ask", lambda: actions.take_back(ctx.work, ctx.evaluation, row), TAKEN_BACK)


@router.post(HERE + "/recusal/{number}/decision")
def decide(ctx: Annotated[Context, guard.evaluation(Act.DECIDE_RECUSAL)], number: int) -> Response:
    """Grant or refuse, with a letter."""
    row, part = _request(ctx, number), f"request-{number}"
    checked = ctx.parse(DecisionForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part=part)
    form = checked.model
    return _do(ctx, part, lambda: actions.decide(ctx.work, ctx.evaluation, row, form), DECIDED)


@router.post(HERE + "/change")
def change(ctx: Annotated[Context, guard.evaluation(Act.ARRANGE_TEAM)]) -> Response:
    """Replace a member, take one in, or let one go."""
    checked = ctx.parse(ChangeForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="change")
    form = checked.model
    return _do(ctx, "change", lambda: actions.change(ctx.work, ctx.evaluation, form), CHANGED)


@router.post(HERE + "/give")
def give(ctx: Annotated[Context, guard.evaluation(Act.ARRANGE_TEAM)]) -> Response:
    """Give the unit to another team."""
    checked = ctx.parse(GiveForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="give")
    form = checked.model
    return _do(ctx, "give", lambda: actions.give(ctx.work, ctx.evaluation, form), CHANGED)
