"""One unit's file: where it stands, its score opened to the arithmetic, findings, tasks, documents, timeline."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.access.tasks import waiting_for
from evalplat.campaigns import sides, windows
from evalplat.kernel.errors import EvalError, Invalid, NotFound
from evalplat.kernel.i18n import N_
from evalplat.scores import sheet
from evalplat.scores.queries import ScoreView, score_view
from evalplat.web import guard
from evalplat.web.render import Context, said
from evalplat.workflow.calendar import closes_at
from evalplat.workflow.stages import SideState, State

from .forms import DocumentForm, ExtensionForm, SideForm
from .labels import MARKS, SIDES, STATE_KINDS, STATES, WINDOWS, text_of
from .places import exists, stage_hrefs, unit_tabs
from .queries import evaluation as queries
from .queries import scores, stages
from .queries.units import campaign_system, category_label

router = APIRouter()
SIDE_SET = said(N_("The evaluation of this department stands still now."))
RESUMED = said(N_("The evaluation goes on; deadlines moved by the time it stood still."))
EXTENDED = said(N_("The department has more time now. The extension is on record."))
GRADE_KINDS = {"excellent": "ok", "good": "ok", "fair": "warn", "poor": "urgent"}


@router.get("/c/{campaign}/u/{unit}")
def unit_file(ctx: Annotated[Context, guard.evaluation(Act.SEE_EVALUATION)]) -> Response:
    """The file."""
    return page(ctx)


def page(ctx: Context, *, errors: dict[str, str] | None = None, part: str = "") -> Response:
    """The file, with what was typed into a refused form of it."""
    work, evaluation, campaign, unit = ctx.work, ctx.evaluation, ctx.campaign, ctx.unit
    state = State(evaluation.state)
    findings = queries.findings_of(work, evaluation) if ctx.can(Act.SEE_FINDINGS) else None
    return ctx.render(
        "pages/evaluation.html", status=422 if errors else 200, errors=errors or {}, part=part, values=ctx.posted.values(),
        campaign=campaign, unit=unit, evaluation=evaluation, category=category_label(campaign_system(work, campaign), unit.category),
        state_label=text_of(STATES, state), state_kind=STATE_KINDS.get(state, "mute"),
        side_label=text_of(SIDES, evaluation.side) if evaluation.side else "", team=queries.team_of(work, evaluation),
        tabs=unit_tabs(ctx), bar=stages.unit_bar(work, campaign, evaluation, stage_hrefs(ctx, unit=True)),
        score=_score(ctx) if ctx.can(Act.SEE_SCORE) else None, findings=findings,
        findings_href=f"{ctx.base}/findings" if exists(ctx, f"{ctx.base}/findings") and ctx.can(Act.SEE_FINDINGS) else None,
        tasks=[task for task in waiting_for(work, ctx.person, campaign_id=campaign.id) if task.unit == unit.short_name],
        events=queries.timeline_of(work, evaluation), windows=tuple((key, text_of(WINDOWS, key)) for key in windows.KINDS),
        sides=tuple((side.value, text_of(SIDES, side)) for side in SideState),
        documents=queries.documents_for(work, ctx.person, evaluation)[:5] if ctx.can(Act.SEE_DOCUMENTS) else None)


def _score(ctx: Context) -> dict[str, object] | None:
    """Everything about the score; None while there is nothing to show."""
    params = ctx.request.query_params
    number = params.get("version", "")
    try:
        view = score_view(ctx.work, ctx.evaluation, int(number) if number.isdecimal() and len(number) < 6 else None)
    except EvalError:
        return None
    if view is None:
        raise NotFound
    versions = sheet.versions(ctx.work, ctx.evaluation)
    if view.provisional and (ctx.person.unit_ids or all(leaf.state == "missing" for leaf in view.leaves)):
        return None
    opened = [code for code in params.get("open", "").split(",") if code][:60]
    other = params.get("compare", "")
    before = score_view(ctx.work, ctx.evaluation, int(other)) if other.isdecimal() and len(other) < 6 else None
    return {"view": view, "versions": versions, "rows": _rows(ctx, view, opened), "opened": opened, "before": before,
            "changes": scores.differences(before, view) if before else [], "marks": [text_of(MARKS, mark) for mark in view.marks],
            "grade_kind": GRADE_KINDS.get(view.grade_code or "", "mute"), "number": number}


def _rows(ctx: Context, view: ScoreView, opened: list[str]) -> list[scores.ScoreRow]:
    own = ctx.evaluation.unit_id in ctx.person.unit_ids
    peers = {} if own or view.provisional else queries.peers_of(ctx.work, ctx.evaluation)
    number = f"version={view.version}&" if view.version and ctx.request.query_params.get("version") else ""
    system = sheet.system_for(ctx.work, ctx.evaluation)
    return scores.score_rows(view, open_codes=opened, href=f"{ctx.base}?{number}open=", peers=peers,
                             definition_href=f"/definitions/{system.id}/{system.version}")


@router.post("/c/{campaign}/u/{unit}/side")
def set_side(ctx: Annotated[Context, guard.evaluation(Act.SET_SIDE_STATE)]) -> Response:
    """Suspend, exempt or merge, by a document."""
    checked = ctx.parse(SideForm)
    if checked.model is None:
        return page(ctx, errors=checked.errors, part="side")
    form = checked.model
    sides.set_side(ctx.work, ctx.evaluation, SideState(form.side), document=form.document, reason=form.reason)
    return ctx.see(ctx.base, said=SIDE_SET)


@router.post("/c/{campaign}/u/{unit}/resume")
def resume(ctx: Annotated[Context, guard.evaluation(Act.SET_SIDE_STATE)]) -> Response:
    """Take a suspended evaluation up again, by a document."""
    checked = ctx.parse(DocumentForm)
    if checked.model is None:
        return page(ctx, errors=checked.errors, part="resume")
    sides.clear_side(ctx.work, ctx.evaluation, document=checked.model.document, reason=checked.model.reason)
    return ctx.see(ctx.base, said=RESUMED)


@router.post("/c/{campaign}/u/{unit}/extend")
def extend(ctx: Annotated[Context, guard.evaluation(Act.EXTEND_WINDOW)]) -> Response:
    """More time for this unit, with a reason and a document."""
    checked = ctx.parse(ExtensionForm)
    if checked.model is None:
        return page(ctx, errors=checked.errors, part="extend")
    form = checked.model
    try:
        windows.extend(ctx.work, ctx.evaluation, form.window, closes_at=closes_at(form.closes_at, ctx.work.settings.zone),
                       reason=form.reason, document=form.document)
    except Invalid as error:
        return page(ctx, errors=ctx.refused(error), part="extend")
    return ctx.see(ctx.base, said=EXTENDED)
