"""The follow-up of one unit: sending on, the notice, studies and referrals, closing, looking back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import moves
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import (
    actions,
    actions_items,
    actions_look_back,
    actions_uses,
    queries,
    queries_view,
    routes_items,
    routes_ledger,
    rules,
)
from .forms import AdviceForm, LookBackReport, ReferralForm, RouteForm
from .routes_form import attempt

router = APIRouter()
router.include_router(routes_items.router)
router.include_router(routes_ledger.router)

ROUTED = said(N_("It is written down where the finding goes."))
ISSUED = said(N_("The rectification notice is issued. The department sees it now."))
BEGUN = said(N_("The follow-up has begun."))
RECEIVED = said(N_("You have confirmed receipt of the rectification notice."))
RECORDED = said(N_("It is recorded."))
CLOSED = said(N_("The follow-up is closed. The team will look back later."))
DRAWN = said(N_("The items to look at again are drawn."))
LOOKED_BACK = said(N_("The look back is done."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None, at: str = "") -> Response:
    """``at`` says which of the page's forms the errors and what was typed belong to."""
    return ctx.render(
        "stages/followup/follow_up.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
        evaluation=ctx.evaluation, view=queries_view.follow_up(ctx.work, ctx.evaluation), rules=rules, errors=errors or {}, at=at,
        values=ctx.posted.values(), chosen=ctx.posted.list("destinations"),
        blocked={move: moves.blocked_by(ctx.work, ctx.evaluation, move) for move in ("follow_up", "close", "look_back")})


@router.get("/c/{campaign}/u/{unit}/follow-up")
def follow_up_page(ctx: Annotated[Context, guard.evaluation(Act.SEE_FOLLOW_UP)]) -> Response:
    """Everything about the follow-up of this unit that the person may see."""
    return _page(ctx)


@router.post("/c/{campaign}/u/{unit}/follow-up/route/{slug}")
def route_finding(ctx: Annotated[Context, guard.evaluation(Act.ROUTE_FINDING)], slug: str) -> Response:
    """Say where one finding goes."""
    rows = {row.code.lower(): row for row in queries.routable(ctx.work, ctx.evaluation)}
    if slug not in rows:
        raise NotFound
    errors = attempt(ctx, RouteForm, lambda form: actions.route(ctx.work, ctx.evaluation, rows[slug], form))
    return _page(ctx, errors=errors, at=slug) if errors else ctx.see(f"{ctx.base}/follow-up#routing", said=ROUTED)


@router.post("/c/{campaign}/u/{unit}/follow-up/notice")
def issue_notice(ctx: Annotated[Context, guard.evaluation(Act.ISSUE_RECTIFICATION)]) -> Response:
    """Issue the notice, and begin the follow-up with it when the result is final."""
    begin = ctx.posted.get("begin") == "1" and ctx.can(Act.START_FOLLOW_UP)
    actions.issue_notice(ctx.work, ctx.evaluation, begin=begin)
    return ctx.see(f"{ctx.base}/follow-up", said=ISSUED)


@router.post("/c/{campaign}/u/{unit}/follow-up/begin")
def start(ctx: Annotated[Context, guard.evaluation(Act.START_FOLLOW_UP)]) -> Response:
    """Begin: the notice is out, or there is nothing to rectify."""
    actions.start(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up", said=BEGUN)


@router.post("/c/{campaign}/u/{unit}/follow-up/receipt")
def receive(ctx: Annotated[Context, guard.evaluation(Act.FILL_RECTIFICATION)]) -> Response:
    """The department confirms that it has the notice."""
    actions_items.receive(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up#items", said=RECEIVED)


@router.post("/c/{campaign}/u/{unit}/follow-up/advice/{slug}")
def record_advice(ctx: Annotated[Context, guard.evaluation(Act.RECORD_ADVICE)], slug: str) -> Response:
    """What became of a study."""
    pairs = {finding.code.lower(): (row, finding) for row, finding in queries.advices_of(ctx.work, ctx.evaluation)}
    if slug not in pairs:
        raise NotFound
    errors = attempt(ctx, AdviceForm, lambda form: actions_uses.record_advice(ctx.work, ctx.evaluation, pairs[slug], form))
    return _page(ctx, errors=errors, at=f"advice-{slug}") if errors else ctx.see(f"{ctx.base}/follow-up#advice", said=RECORDED)


@router.post("/c/{campaign}/u/{unit}/follow-up/referrals/{slug}")
def record_referral(ctx: Annotated[Context, guard.evaluation(Act.RECORD_REFERRAL)], slug: str) -> Response:
    """Who took a referral over, and what came of it."""
    pairs = {finding.code.lower(): (row, finding) for row, finding in queries.referrals_of(ctx.work, ctx.evaluation)}
    if slug not in pairs:
        raise NotFound
    errors = attempt(ctx, ReferralForm, lambda form: actions_uses.record_referral(ctx.work, ctx.evaluation, pairs[slug], form))
    return _page(ctx, errors=errors, at=f"referral-{slug}") if errors else ctx.see(f"{ctx.base}/follow-up#referrals", said=RECORDED)


@router.post("/c/{campaign}/u/{unit}/follow-up/close")
def close(ctx: Annotated[Context, guard.evaluation(Act.CLOSE_FOLLOW_UP)]) -> Response:
    """End the follow-up."""
    actions.close(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up", said=CLOSED)


@router.post("/c/{campaign}/u/{unit}/follow-up/draw")
def draw(ctx: Annotated[Context, guard.evaluation(Act.LOOK_BACK)]) -> Response:
    """Draw the items of the look back."""
    actions_look_back.draw(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up#look-back", said=DRAWN)


@router.post("/c/{campaign}/u/{unit}/follow-up/look-back")
def look_back(ctx: Annotated[Context, guard.evaluation(Act.LOOK_BACK)]) -> Response:
    """Write the report and end the look back."""
    errors = attempt(ctx, LookBackReport, lambda form: actions_look_back.look_back(ctx.work, ctx.evaluation, form.report))
    return _page(ctx, errors=errors, at="look-back") if errors else ctx.see(f"{ctx.base}/follow-up", said=LOOKED_BACK)
