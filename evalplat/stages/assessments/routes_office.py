"""Pages of the office's figures and of what the office decides: claims, disputes, return, acceptance, refusal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.files.store import keep
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.render import Context, said
from evalplat.workflow.stages import State

from . import actions_claims, actions_office, actions_submit, queries
from .forms import ClaimDecisionForm, DisputeDecisionForm, DisputeForm, RefusalForm, ReturnForm
from .queries_office import office_view, posted_names
from .routes_view import overview

router = APIRouter()
ROOM = "/c/{campaign}/u/{unit}/assessment"
ENTERED = said(N_("The figures are entered."))
DISPUTED = said(N_("The office decides on it. Until then its figure stands."))
DECIDED = said(N_("The decision is recorded. The department sees it."))
RETURNED = said(N_("It went back to the department."))
ACCEPTED = said(N_("Accepted. The review can begin."))
REFUSAL = said(N_("The refusal is recorded. The evaluation goes on with the office's own data."))
TAKEN = said(N_("A draft finding was made of it."))


def _office_page(ctx: Context, errors: dict[str, str] | None = None, *, typed: bool = False) -> Response:
    values = ctx.posted.values() if errors else {}
    view = office_view(ctx.work, ctx.evaluation, values if typed else None)
    return ctx.render("stages/assessments/office.html", status=422 if errors else 200, view=view, errors=errors or {}, values=values,
                      campaign=ctx.campaign, unit=ctx.unit, evaluation=ctx.evaluation,
                      disputes=queries.disputes_of(ctx.work, ctx.evaluation), labels={line.name: line.label for line in view.lines},
                      may_enter=ctx.can(Act.ENTER_OFFICE_FIGURES) and ctx.evaluation.state in actions_office.OPEN,
                      may_dispute=ctx.can(Act.FILL_ASSESSMENT) and ctx.evaluation.state == State.ASSESSING,
                      may_decide=ctx.can(Act.DECIDE_DISPUTE) and ctx.evaluation.state in actions_office.OPEN)


@router.get(f"{ROOM}/office")
def office(ctx: Annotated[Context, guard.evaluation(Act.SEE_ASSESSMENT)]) -> Response:
    """The office's figures: entered by the section, disputed by the unit, read by the team."""
    return _office_page(ctx)


@router.post(f"{ROOM}/office")
def enter(ctx: Annotated[Context, guard.evaluation(Act.ENTER_OFFICE_FIGURES)]) -> Response:
    """Enter approved figures with their document."""
    values = {key: text.strip() for key, text in ctx.posted.values().items()}
    names = posted_names(queries.draft_of(ctx.work, ctx.evaluation), values)
    try:
        actions_office.enter_office_figures(ctx.work, ctx.evaluation, ref=values.get("ref", ""),
                                            fields={name: values[sent] for sent, name in names.items()})
    except Invalid as error:
        told, back = ctx.refused(error), {name: sent for sent, name in names.items()}
        return _office_page(ctx, {back.get(name, name): text for name, text in told.items()}, typed=True)
    return ctx.see(f"{ctx.base}/assessment/office", said=ENTERED)


@router.post(f"{ROOM}/disputes")
def dispute(ctx: Annotated[Context, guard.evaluation(Act.FILL_ASSESSMENT)]) -> Response:
    """The unit disputes a figure."""
    checked = ctx.parse(DisputeForm)
    if checked.model is None:
        return _office_page(ctx, checked.errors)
    form = checked.model
    try:
        actions_claims.dispute_figure(ctx.work, ctx.evaluation, form.field, claimed=form.claimed, reason=form.reason)
    except Invalid as error:
        return _office_page(ctx, ctx.refused(error))
    return ctx.see(f"{ctx.base}/assessment/office#disputes", said=DISPUTED)


@router.post(f"{ROOM}/disputes/decide")
def decide_dispute(ctx: Annotated[Context, guard.evaluation(Act.DECIDE_DISPUTE)]) -> Response:
    """The establishment section decides."""
    checked = ctx.parse(DisputeDecisionForm)
    if checked.model is None:
        return _office_page(ctx, checked.errors)
    form = checked.model
    try:
        actions_claims.decide_dispute(ctx.work, ctx.evaluation, form.field, upheld=form.decision == "uphold",
                                       reason=form.reason, ref=form.ref)
    except Invalid as error:
        return _office_page(ctx, {f"{key}.{form.field}" if key in ("decision", "ref") else key: text
                                  for key, text in ctx.refused(error).items()})
    return ctx.see(f"{ctx.base}/assessment/office#disputes", said=DECIDED)


@router.post(f"{ROOM}/claims/decide")
def decide_claim(ctx: Annotated[Context, guard.evaluation(Act.DECIDE_NOT_APPLICABLE)]) -> Response:
    """The section decides whether something does not apply."""
    checked = ctx.parse(ClaimDecisionForm)
    if checked.model is None:
        return overview(ctx, checked.errors)
    form = checked.model
    try:
        actions_claims.decide_claim(ctx.work, ctx.evaluation, form.code, approved=form.decision == "approve", reason=form.reason)
    except Invalid as error:
        return overview(ctx, ctx.refused(error))
    return ctx.see(f"{ctx.base}/assessment#claims", said=DECIDED)


@router.post(f"{ROOM}/return")
def return_once(ctx: Annotated[Context, guard.evaluation(Act.RETURN_ASSESSMENT)]) -> Response:
    """Send it back, once."""
    checked = ctx.parse(ReturnForm)
    if checked.model is None:
        return overview(ctx, checked.errors)
    actions_submit.return_once(ctx.work, ctx.evaluation, reason=checked.model.return_reason)
    return ctx.see(f"{ctx.base}/assessment", said=RETURNED)


@router.post(f"{ROOM}/accept")
def accept(ctx: Annotated[Context, guard.evaluation(Act.ACCEPT_ASSESSMENT)]) -> Response:
    """Take it as the basis of the review."""
    actions_submit.accept(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/assessment", said=ACCEPTED)


@router.post(f"{ROOM}/refusal")
def record_refusal(ctx: Annotated[Context, guard.evaluation(Act.RECORD_REFUSAL)]) -> Response:
    """Put on record that the unit sends nothing."""
    checked = ctx.parse(RefusalForm)
    if checked.model is None:
        return overview(ctx, checked.errors)
    upload, form = ctx.posted.file("scan"), checked.model
    try:
        file = keep(ctx.work, upload.name, upload.data, purpose="assessment_refusal", evaluation_id=ctx.evaluation.id,
                    field="scan") if upload else None
    except Invalid as error:
        return overview(ctx, ctx.refused(error))
    actions_submit.record_refusal(ctx.work, ctx.evaluation, reason=form.refusal_reason, document=form.document,
                                  file_id=file.id if file else None)
    return ctx.see(f"{ctx.base}/assessment", said=REFUSAL)


@router.post(f"{ROOM}/leads/{{number}}")
def take_lead(ctx: Annotated[Context, guard.evaluation(Act.RAISE_FINDING)], number: int) -> Response:
    """Make a draft finding of what the figures suggest."""
    actions_submit.take_lead(ctx.work, ctx.evaluation, number)
    return ctx.see(f"{ctx.base}/assessment#leads", said=TAKEN)
