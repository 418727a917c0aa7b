"""Corrections of one result by decision of the director: the page, drafting, signing, dropping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.forms import Posted, parse
from evalplat.web.render import Context, said

from . import actions_correction as actions
from . import queries_correction as queries
from .forms import CorrectedLeaf

router = APIRouter()
HERE = "/c/{campaign}/u/{unit}/correction"
LINES = 3
DRAFTED = said(N_("The correction waits for the director."))
SIGNED = said(N_("The correction is signed. The next version of the result is fixed and the department is told."))
DROPPED = said(N_("The correction is dropped. Nothing changed."))


def _page(ctx: Context, *, errors: Mapping[str, str] | None = None) -> Response:
    return ctx.render("stages/objections/correction.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
                      evaluation=ctx.evaluation, view=queries.page(ctx.work, ctx.evaluation), errors=dict(errors or {}),
                      values=ctx.posted.values(), lines=range(1, LINES + 1))


@router.get(HERE)
def show(ctx: Annotated[Context, guard.evaluation(Act.SEE_OBJECTIONS)]) -> Response:
    """What was corrected, what waits, and the form."""
    return _page(ctx)


def _items(posted: Posted) -> tuple[list[CorrectedLeaf], dict[str, str]]:
    found: list[CorrectedLeaf] = []
    errors: dict[str, str] = {}
    for line in range(1, LINES + 1):
        own = Posted(tuple(posted.starting(f"item.{line}.")))
        if any(value.strip() for value in own.values().values()):
            checked = parse(CorrectedLeaf, Posted((*own.fields, ("line", str(line)))))
            errors |= {f"item.{line}.{name}": text for name, text in checked.errors.items()}
            found += [checked.model] if checked.model is not None else []
    return found, errors


@router.post(HERE)
def draft(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_CORRECTION)]) -> Response:
    """Draft a correction."""
    items, errors = _items(ctx.posted)
    if errors:
        return _page(ctx, errors=errors)
    try:
        actions.draft_correction(ctx.work, ctx.evaluation, found=ctx.posted.get("found")[:2000], items=items)
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    return ctx.see(f"{ctx.base}/correction", said=DRAFTED)


@router.post(f"{HERE}/sign")
def sign(ctx: Annotated[Context, guard.evaluation(Act.SIGN_CORRECTION)]) -> Response:
    """Sign it."""
    actions.sign_correction(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/correction", said=SIGNED)


@router.post(f"{HERE}/drop")
def drop(ctx: Annotated[Context, guard.evaluation(Act.SIGN_CORRECTION)]) -> Response:
    """Do not sign it."""
    actions.drop_correction(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/correction", said=DROPPED)


@router.post(f"{HERE}/take-back")
def take_back(ctx: Annotated[Context, guard.evaluation(Act.DRAFT_CORRECTION)]) -> Response:
    """The section takes its draft back."""
    actions.drop_correction(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/correction", said=DROPPED)
