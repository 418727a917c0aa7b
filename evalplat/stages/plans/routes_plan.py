"""A plan's page and its deeds: begun, proposed, changed, handed over, approved, carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import guard
from evalplat.web.render import Context, said

from . import actions_plan, queries, queries_plan, rules
from .forms import ApprovalForm, PlanForm, RowForm
from .tables import EvaluationPlan

router = APIRouter()
SAVED = said(N_("Saved."))
BEGUN = said(N_("The plan is begun. Let it be proposed now, then change it by hand."))
PROPOSED = said(N_("The departments are spread over the years. Change by hand what should be different."))
HANDED = said(N_("The plan is handed over and waits for the commission."))
SENT_BACK = said(N_("The plan went back to the section with your reason."))
APPROVED = said(N_("The plan is approved, numbered and issued."))
VERSION = said(N_("The new version is begun. The approved one holds until this one is approved."))
STARTED = said(N_("The evaluation of this batch is drafted. Give it teams and dates now."))

See = Annotated[Context, guard.office(Act.SEE_PLANS)]
Draft = Annotated[Context, guard.office(Act.DRAFT_PLAN)]
HandOver = Annotated[Context, guard.office(Act.HAND_OVER_PLAN)]
Approve = Annotated[Context, guard.office(Act.APPROVE_PLAN)]


@router.get("/plans/new")
def new_page(ctx: Draft) -> Response:
    """The form for a new plan."""
    year = str(ctx.work.today.year + 1)
    title = gettext("Evaluation plan {first}–{last}", first=year, last=int(year) + queries.cycle_of(ctx.work) - 1)
    return _new(ctx, {"first_year": year, "years": str(queries.cycle_of(ctx.work)), "title": title}, {})


def _new(ctx: Context, values: dict[str, str], errors: dict[str, str]) -> Response:
    return ctx.render("stages/plans/new.html", status=422 if errors else 200, values=values, errors=errors)


@router.post("/plans/new")
def begin(ctx: Draft) -> Response:
    """Begin a plan."""
    checked = ctx.parse(PlanForm)
    if checked.model is None:
        return _new(ctx, checked.values, checked.errors)
    try:
        plan = actions_plan.draft_plan(ctx.work, checked.model)
    except Invalid as error:
        return _new(ctx, checked.values, ctx.refused(error))
    return ctx.see(f"/plans/{plan.code}", said=BEGUN)


def _plan(ctx: Context) -> EvaluationPlan:
    version = ctx.request.query_params.get("version", "")
    found = queries.find_plan(ctx.work, ctx.request.path_params["plan"], int(version) if version.isdecimal() and len(version) < 4 else None)
    if found is None:
        raise NotFound
    return found


@router.get("/plans/{plan}")
def plan_page(ctx: See) -> Response:
    """One plan with its batches."""
    return _page(ctx)


def _page(ctx: Context, *, errors: dict[str, str] | None = None, part: str = "") -> Response:
    return ctx.render("stages/plans/plan.html", status=422 if errors else 200, found=queries_plan.plan_page(ctx.work, _plan(ctx)),
                      errors=errors or {}, part=part, values=ctx.posted.values(),
                      modes=[(key, gettext(text)) for key, text in rules.MODES.items()])


def _done(ctx: Context, part: str, deed: Callable[[], object], *, said: str = SAVED) -> Response:
    try:
        deed()
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error), part=part)
    return ctx.see(f"/plans/{ctx.request.path_params['plan']}#{part}", said=said)


@router.post("/plans/{plan}/frame")
def save_frame(ctx: Draft) -> Response:
    """Title and texts."""
    checked = ctx.parse(PlanForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="frame")
    form = checked.model
    return _done(ctx, "frame", lambda: actions_plan.change_plan(ctx.work, _plan(ctx), form))


@router.post("/plans/{plan}/propose")
def propose(ctx: Draft) -> Response:
    """Spread the units by rule."""
    light = ctx.posted.get("light_rest") == "1"
    return _done(ctx, "batches", lambda: actions_plan.propose_rows(ctx.work, _plan(ctx), light_rest=light), said=PROPOSED)


@router.post("/plans/{plan}/rows")
def change_row(ctx: Draft) -> Response:
    """One unit by hand."""
    checked = ctx.parse(RowForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="rows")
    form = checked.model
    return _done(ctx, "rows", lambda: actions_plan.change_row(ctx.work, _plan(ctx), form))


@router.post("/plans/{plan}/hand-over")
def hand_over(ctx: HandOver) -> Response:
    """To the commission."""
    return _done(ctx, "approval", lambda: actions_plan.hand_over(ctx.work, _plan(ctx)), said=HANDED)


@router.post("/plans/{plan}/send-back")
def send_back(ctx: Approve) -> Response:
    """Back to the section, with a reason."""
    return _done(ctx, "approval", lambda: actions_plan.send_back(ctx.work, _plan(ctx), reason=ctx.posted.get("reason")), said=SENT_BACK)


@router.post("/plans/{plan}/approve")
def approve(ctx: Approve) -> Response:
    """Approve and issue it."""
    checked = ctx.parse(ApprovalForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors, part="approval")
    form = checked.model
    return _done(ctx, "document", lambda: actions_plan.approve(ctx.work, _plan(ctx), form), said=APPROVED)


@router.post("/plans/{plan}/version")
def new_version(ctx: Draft) -> Response:
    """Begin the next version."""
    return _done(ctx, "version", lambda: actions_plan.new_version(ctx.work, _plan(ctx), reason=ctx.posted.get("reason")), said=VERSION)


@router.post("/plans/{plan}/begin/{year}")
def begin_batch(ctx: Draft, year: int) -> Response:
    """Draft the campaign of one year's batch."""
    campaign = actions_plan.start_batch(ctx.work, _plan(ctx), year)
    return ctx.see(f"/c/{campaign.code}/set-up", said=STARTED)
