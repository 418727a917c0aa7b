"""Pages of blind scoring: a list, and one indicator after the other."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_scores, queries, queries_scores
from .forms import MediationForm, RatingForm
from .queries_scores import LeafView

router = APIRouter()
PLACE = "/c/{campaign}/u/{unit}/review/scores"

RATED = said(N_("Your rating is saved. Nobody sees it before the other one is in."))
ALL_RATED = said(N_("Your ratings are complete."))
MEDIATED = said(N_("Your decision is recorded."))


@router.get(PLACE)
def scores(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """All rubric indicators: mine, in, settled."""
    views = queries_scores.leaf_views(ctx.work, ctx.evaluation)
    return ctx.render("stages/reviews/scores.html", unit=ctx.unit, campaign=ctx.campaign, leaves=views,
                      next_leaf=queries_scores.next_for_me(views) if _may_rate(ctx) else None, may_rate=_may_rate(ctx))


def _may_rate(ctx: Context) -> bool:
    return ctx.can(Act.SCORE_BLIND) and queries.is_open(ctx.work, ctx.evaluation)


def _found(ctx: Context) -> tuple[list[LeafView], LeafView]:
    views = queries_scores.leaf_views(ctx.work, ctx.evaluation)
    leaf = queries_scores.find_leaf(views, ctx.request.path_params["leaf"])
    if leaf is None:
        raise NotFound
    return views, leaf


def _page(ctx: Context, leaf: LeafView, *, values: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> Response:
    mine = leaf.mine
    typed = values if values is not None else {"level": mine.level, "note": mine.note, "evidence": mine.evidence} if mine else {}
    return ctx.render("stages/reviews/score.html", status=422 if errors else 200, errors=errors or {}, unit=ctx.unit,
                      campaign=ctx.campaign, leaf=leaf, values=typed, may_rate=_may_rate(ctx))


@router.get(PLACE + "/{leaf}")
def score(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """One indicator: rule, levels, the unit's claim, my rating; both when both are in."""
    return _page(ctx, _found(ctx)[1])


@router.post(PLACE + "/{leaf}")
def rate(ctx: Annotated[Context, guard.evaluation(Act.SCORE_BLIND)]) -> Response:
    """Save my rating and go on to the next indicator."""
    leaf, checked = _found(ctx)[1], ctx.parse(RatingForm)
    if checked.model is None:
        return _page(ctx, leaf, values=checked.values, errors=checked.errors)
    try:
        actions_scores.rate(ctx.work, ctx.evaluation, leaf.code, checked.model)
    except Invalid as error:
        return _page(ctx, leaf, values=checked.values, errors=ctx.refused(error))
    after = queries_scores.next_for_me(_found(ctx)[0], leaf.code)
    return ctx.see(f"{ctx.base}/review/scores/{after.code.lower()}" if after else f"{ctx.base}/review/scores",
                   said=RATED if after else ALL_RATED)


@router.post(PLACE + "/{leaf}/lead")
def mediate(ctx: Annotated[Context, guard.evaluation(Act.MEDIATE_SCORE)]) -> Response:
    """The lead decides between two ratings."""
    leaf, checked = _found(ctx)[1], ctx.parse(MediationForm)
    if checked.model is None:
        return _page(ctx, leaf, values=checked.values, errors=checked.errors)
    actions_scores.mediate(ctx.work, ctx.evaluation, leaf.code, checked.model)
    return ctx.see(f"{ctx.base}/review/scores", said=MEDIATED)
