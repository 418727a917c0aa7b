"""The review's first page: visit, team, proposals, seal. The other pages of the room join here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import (
    actions,
    actions_adjustments,
    actions_light,
    queries,
    queries_findings,
    queries_overview,
    routes_figures,
    routes_findings,
    routes_records,
    routes_scores,
)
from .forms import AdjustmentForm, DeskCheckForm, NewAssessorForm, ReasonForm, VisitForm

router = APIRouter()
for _part in (routes_records, routes_scores, routes_figures, routes_findings):
    router.include_router(_part.router)

PROPOSALS = "/c/{campaign}/u/{unit}/review/adjustments"

PLANNED = said(N_("The visit is planned."))
RECUSED = said(N_("You keep away from this department from now on. The office has been told."))
PROPOSED = said(N_("The proposal is recorded. It counts only when the director has decided."))
SECONDED = said(N_("You joined the proposal. The department is asked now, then the director decides."))
ARRANGED = said(N_("The team is arranged."))
CHECKED = said(N_("The desk check is saved."))
SEALED = said(N_("The on-site evaluation is sealed. Nothing in it changes any more."))


def _page(ctx: Context, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> Response:
    view = queries_overview.overview(ctx.work, ctx.evaluation)
    typed = values if values is not None else (view.visit.model_dump() if view.visit else {})
    joinable = queries.could_join(ctx.work, ctx.evaluation) if view.current and ctx.can(Act.ARRANGE_TEAM) else []
    return ctx.render("stages/reviews/overview.html", status=422 if errors else 200, view=view, values=typed,
                      errors=errors or {}, unit=ctx.unit, campaign=ctx.campaign, joinable=joinable,
                      at=ctx.request.url.path.rsplit("/", 1)[-1] if errors else "",
                      proposals=queries_findings.proposal_views(ctx.work, ctx.evaluation),
                      choices=queries_findings.choices(ctx.work, ctx.evaluation))


def _refused(ctx: Context, error: Invalid) -> Response:
    return _page(ctx, values=ctx.posted.values(), errors=ctx.refused(error))


@router.get("/c/{campaign}/u/{unit}/review")
def review(ctx: Annotated[Context, guard.evaluation(Act.SEE_REVIEW)]) -> Response:
    """The review at a glance."""
    return _page(ctx)


@router.post("/c/{campaign}/u/{unit}/review/visit")
def plan_visit(ctx: Annotated[Context, guard.evaluation(Act.KEEP_RECORDS)]) -> Response:
    """Plan the visit."""
    checked = ctx.parse(VisitForm)
    if checked.model is None:
        return _page(ctx, values=checked.values, errors=checked.errors)
    try:
        actions.plan_visit(ctx.work, ctx.evaluation, checked.model)
    except Invalid as error:
        return _refused(ctx, error)
    return ctx.see(f"{ctx.base}/review", said=PLANNED)


@router.post("/c/{campaign}/u/{unit}/review/recusal")
def recuse(ctx: Annotated[Context, guard.evaluation(Act.DECLARE_INTEREST)]) -> Response:
    """Declare an interest: access ends at once."""
    checked = ctx.parse(ReasonForm)
    if checked.model is None:
        return _page(ctx, values=checked.values, errors=checked.errors)
    actions.recuse(ctx.work, ctx.evaluation, reason=checked.model.reason)
    return ctx.see("/", said=RECUSED)


@router.post("/c/{campaign}/u/{unit}/review/team")
def add_assessor(ctx: Annotated[Context, guard.evaluation(Act.ARRANGE_TEAM)]) -> Response:
    """Give a recused assessor's place to somebody else."""
    checked = ctx.parse(NewAssessorForm)
    if checked.model is None:
        return _page(ctx, values=checked.values, errors=checked.errors)
    try:
        actions.add_assessor(ctx.work, ctx.evaluation, checked.model)
    except Invalid as error:
        return _refused(ctx, error)
    return ctx.see(f"{ctx.base}/review#team", said=ARRANGED)


@router.post("/c/{campaign}/u/{unit}/review/team/keep")
def keep_team(ctx: Annotated[Context, guard.evaluation(Act.ARRANGE_TEAM)]) -> Response:
    """Leave the team as it is after a recusal."""
    try:
        actions.keep_team(ctx.work, ctx.evaluation)
    except Invalid as error:
        return _refused(ctx, error)
    return ctx.see(f"{ctx.base}/review#team", said=ARRANGED)


@router.post("/c/{campaign}/u/{unit}/review/desk")
def desk_check(ctx: Annotated[Context, guard.evaluation(Act.SEAL_REVIEW)]) -> Response:
    """The section writes down what it checked at its desk."""
    checked = ctx.parse(DeskCheckForm)
    if checked.model is None:
        return _page(ctx, values=checked.values, errors=checked.errors)
    actions_light.write_desk_check(ctx.work, ctx.evaluation, checked.model)
    return ctx.see(f"{ctx.base}/review#seal", said=CHECKED)


@router.post("/c/{campaign}/u/{unit}/review/seal")
def seal(ctx: Annotated[Context, guard.evaluation(Act.SEAL_REVIEW)]) -> Response:
    """Seal the review."""
    actions.seal_review(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/review", said=SEALED)


@router.post(PROPOSALS)
def propose(ctx: Annotated[Context, guard.evaluation(Act.PROPOSE_ADJUSTMENT)]) -> Response:
    """Propose a deduction, bonus or veto."""
    checked = ctx.parse(AdjustmentForm)
    if checked.model is not None:
        try:
            actions_adjustments.propose_adjustment(ctx.work, ctx.evaluation, checked.model)
            return ctx.see(f"{ctx.base}/review#adjustments", said=PROPOSED)
        except Invalid as error:
            return _refused(ctx, error)
    return _page(ctx, values=checked.values, errors=checked.errors)


@router.post(PROPOSALS + "/{number}/second")
def second(ctx: Annotated[Context, guard.evaluation(Act.PROPOSE_ADJUSTMENT)]) -> Response:
    """Join a proposed veto."""
    actions_adjustments.second_veto(ctx.work, ctx.evaluation, routes_findings.proposal_of(ctx))
    return ctx.see(f"{ctx.base}/review#adjustments", said=SECONDED)
