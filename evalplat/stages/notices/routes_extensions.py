"""The page of one unit's extensions: the liaison drafts, the head asks, the office decides or gives time on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_extensions as actions
from . import queries_extensions as queries
from .forms import ExtensionForm, GrantForm, ReasonForm
from .tables import Extension

router = APIRouter()
HERE = "/c/{campaign}/u/{unit}/extension"
PAGE = "stages/notices/extension.html"

DRAFTED = said(N_("The request is saved. The head of the department sends it."))
ASKED = said(N_("The request is sent. Until it is decided the present date counts."))
GRANTED = said(N_("More time is given, and the letter is issued."))
REFUSED = said(N_("The request is refused, and the letter is issued."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None, part: str = "") -> Response:
    office, waiting = ctx.can(Act.EXTEND_WINDOW), queries.open_one(ctx.work, ctx.evaluation)
    return ctx.render(PAGE, status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit, evaluation=ctx.evaluation,
                      lines=queries.lines_of(ctx.work, ctx.evaluation), waiting=waiting,
                      wished=local(waiting.asked_until).date().isoformat() if waiting else "",
                      choices=queries.can_extend(ctx.work, ctx.evaluation, office=office), office=office, errors=errors or {},
                      part=part, values=ctx.posted.values())


@router.get(HERE)
def extension(ctx: Annotated[Context, guard.evaluation(Act.SEE_NOTICE)]) -> Response:
    """What was asked and decided, and what can be asked now."""
    return _page(ctx)


def _open(ctx: Context) -> Extension:
    row = queries.open_one(ctx.work, ctx.evaluation)
    if row is None:
        raise NotFound
    return row


def _do(ctx: Context, deed: Callable[[], object], *, part: str, done: str) -> Response:
    try:
        deed()
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error), part=part)
    return ctx.see(f"{ctx.base}/extension", said=done)


@router.post(HERE)
def draft(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_EXTENSION)]) -> Response:
    """Write the request; who is the head sends it at once."""
    checked = ctx.parse(ExtensionForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="draft")
    form, send = checked.model, ctx.can(Act.ASK_EXTENSION)

    def deed() -> None:
        row = actions.draft(ctx.work, ctx.evaluation, form)
        if send:
            actions.ask(ctx.work, ctx.evaluation, row)

    return _do(ctx, deed, part="draft", done=ASKED if send else DRAFTED)


@router.post(f"{HERE}/ask")
def ask(ctx: Annotated[Context, guard.evaluation(Act.ASK_EXTENSION)]) -> Response:
    """The head sends what the liaison drafted."""
    return _do(ctx, lambda: actions.ask(ctx.work, ctx.evaluation, _open(ctx)), part="ask", done=ASKED)


@router.post(f"{HERE}/grant")
def grant(ctx: Annotated[Context, guard.evaluation(Act.EXTEND_WINDOW)]) -> Response:
    """Give the time."""
    checked = ctx.parse(GrantForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="grant")
    form = checked.model
    return _do(ctx, lambda: actions.grant(ctx.work, ctx.evaluation, _open(ctx), form), part="grant", done=GRANTED)


@router.post(f"{HERE}/refuse")
def refuse(ctx: Annotated[Context, guard.evaluation(Act.EXTEND_WINDOW)]) -> Response:
    """Give no more time."""
    checked = ctx.parse(ReasonForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="refuse")
    reason = checked.model.reason
    return _do(ctx, lambda: actions.refuse(ctx.work, ctx.evaluation, _open(ctx), reason=reason), part="refuse", done=REFUSED)


@router.post(f"{HERE}/give")
def give(ctx: Annotated[Context, guard.evaluation(Act.EXTEND_WINDOW)]) -> Response:
    """More time without having been asked."""
    checked = ctx.parse(ExtensionForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="give")
    form = checked.model
    return _do(ctx, lambda: actions.give(ctx.work, ctx.evaluation, form), part="give", done=GRANTED)
